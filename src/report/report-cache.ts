import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { appendFile, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createGzip, gzipSync } from 'node:zlib';
import { batches } from './report-file.ts';

/** Reports that are kept. */
const MOST = 20;
const NAME = /^[0-9a-f]{64}\.json\.gz$/;

/** The file in which the report of an image rests. */
export function cachedReport(directory: string, imageId: string): string {
  return `${directory}/${imageId.replace(/^sha256:/, '')}.json.gz`;
}

/** A report for `explain` that is still being written. Disposing of one that was not finished leaves nothing behind. */
export interface ReportDraft extends AsyncDisposable {
  /** Writes the end of the report and gives it its place; all but the newest few reports go. */
  finish(imageId: string, rest: string): Promise<void>;
}

/**
 * Begins to keep a report, all but its end; waits for nothing, so that it can be written while an image is sent.
 * @param beginning the document's text, as far as it is known
 */
export function beginReport(directory: string, beginning: Iterable<string>): ReportDraft {
  const draft = `${directory}/${randomBytes(12).toString('hex')}.tmp`;
  let isFinished = false;
  const written = (async () => {
    await makeFolder(directory, 0o700);
    // The least effort makes a twelfth of it already.
    const gzip = createGzip({ level: constants.Z_BEST_SPEED });
    await pipeline(Readable.from(batches(beginning)), gzip, createWriteStream(draft, { flags: 'wx', mode: 0o600 }));
  })();
  // `finish` reports it.
  written.catch(() => {});
  return {
    async finish(imageId, rest) {
      await written;
      // Members that follow each other are one text (RFC 1952, 2.2).
      await appendFile(draft, gzipSync(rest, { level: constants.Z_BEST_SPEED }));
      await rename(draft, cachedReport(directory, imageId));
      isFinished = true;
      await prune(directory);
    },
    async [Symbol.asyncDispose]() {
      await written.catch(() => {});
      // Where its folder can't be made, there is nothing to be removed.
      if (!isFinished) await rm(draft, { force: true }).catch(() => {});
    },
  };
}

/**
 * Makes a folder and those above it. `mkdir` with `recursive` never ends where a folder is there and takes no others, as
 * /proc does not.
 */
async function makeFolder(path: string, mode: number): Promise<void> {
  const make = (): Promise<NodeJS.ErrnoException | undefined> =>
    mkdir(path, mode).then(
      () => undefined,
      (error: NodeJS.ErrnoException) => error,
    );
  const above = path.slice(0, Math.max(0, path.lastIndexOf('/')));
  let error = await make();
  if (error?.code === 'ENOENT' && above !== '') {
    await makeFolder(above, mode);
    error = await make();
  }
  if (error !== undefined && error.code !== 'EEXIST') throw error;
}

async function prune(directory: string): Promise<void> {
  const names = (await readdir(directory)).filter((name) => NAME.test(name));
  const files = await Promise.all(
    names.map(async (name) => ({ name, time: (await stat(`${directory}/${name}`)).mtimeMs })),
  );
  files.sort((a, b) => b.time - a.time);
  await Promise.all(files.slice(MOST).map(({ name }) => rm(`${directory}/${name}`, { force: true })));
}
