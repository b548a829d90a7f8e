import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createGzip } from 'node:zlib';
import { batches } from './report-file.ts';

/** Reports that are kept. */
const MOST = 20;
const NAME = /^[0-9a-f]{64}\.json\.gz$/;

/** The file in which the report of an image rests. */
export function cachedReport(directory: string, imageId: string): string {
  return `${directory}/${imageId.replace(/^sha256:/, '')}.json.gz`;
}

/** Keeps the report of an image for `explain`, and removes all but the newest few. @throws what the file system says */
export async function cacheReport(directory: string, imageId: string, text: Iterable<string>): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const target = cachedReport(directory, imageId);
  const draft = `${target}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    // The least effort makes a twelfth of it already.
    const gzip = createGzip({ level: constants.Z_BEST_SPEED });
    await pipeline(Readable.from(batches(text)), gzip, createWriteStream(draft, { flags: 'wx', mode: 0o600 }));
    await rename(draft, target);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  await prune(directory);
}

async function prune(directory: string): Promise<void> {
  const names = (await readdir(directory)).filter((name) => NAME.test(name));
  const files = await Promise.all(
    names.map(async (name) => ({ name, time: (await stat(`${directory}/${name}`)).mtimeMs })),
  );
  files.sort((a, b) => b.time - a.time);
  await Promise.all(files.slice(MOST).map(({ name }) => rm(`${directory}/${name}`, { force: true })));
}
