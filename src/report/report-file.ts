import { randomBytes } from 'node:crypto';
import { type FileHandle, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { SkinnywhaleError } from '../model/errors.ts';

/** A file that appears under its name only when it is whole. Disposing of one that was not finished leaves nothing behind. */
export interface ReportFile extends AsyncDisposable {
  /** whether all but the beginning is written */
  readonly isBegun: boolean;
  /**
   * Writes all but the beginning, for which it keeps room: after this, finishing the file can't fail for lack of space.
   * @param room bytes
   */
  writeTail(room: number, tail: Iterable<string>): Promise<void>;
  /** Writes the beginning, filled up with spaces, and gives the file its name. */
  finish(head: string): Promise<void>;
}

const BATCH = 1 << 16;

/**
 * Begins a report file in the folder where it will be; what stands under its name stays until the new one is whole.
 * @throws USAGE where no file can be written there
 */
export async function createReportFile(path: string): Promise<ReportFile> {
  const target = await checkTarget(path);
  const draft = `${target}.${randomBytes(6).toString('hex')}.tmp`;
  let file: FileHandle;
  try {
    file = await open(draft, 'wx');
  } catch (error) {
    throw refused(path, (error as Error).message, error);
  }
  let room = 0;
  let isBegun = false;
  let isFinished = false;
  return {
    get isBegun() {
      return isBegun;
    },
    async writeTail(bytes, tail) {
      isBegun = true;
      room = bytes;
      await writeFromStart(file, batches(withRoom(room, tail)));
    },
    async finish(head) {
      const missing = room - Buffer.byteLength(head);
      if (missing < 0) throw new Error('the report is longer than the room that was kept for it');
      await writeFromStart(file, [head + ' '.repeat(missing)]);
      await file.close();
      await rename(draft, target);
      isFinished = true;
    },
    async [Symbol.asyncDispose]() {
      if (isFinished) return;
      await file.close();
      await rm(draft, { force: true });
    },
  };
}

/** Where the file will be: where a link leads, if there is one. Only a regular file may be replaced, never /dev/stdout. */
async function checkTarget(path: string): Promise<string> {
  try {
    const target = await realpath(path);
    if (!(await stat(target)).isFile()) throw refused(path, 'it is there and is not a regular file', undefined);
    return target;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return path;
    throw error instanceof SkinnywhaleError ? error : refused(path, (error as Error).message, error);
  }
}

function refused(path: string, why: string, cause: unknown): SkinnywhaleError {
  return new SkinnywhaleError('USAGE', `the report can't be written to ${path}: ${why}`, {
    hint: 'Name a file in a folder that is there and that you may write to.',
    cause,
  });
}

async function writeFromStart(file: FileHandle, texts: Iterable<string>): Promise<void> {
  let at = 0;
  for (const text of texts) {
    const bytes = Buffer.from(text);
    for (let done = 0; done < bytes.length; ) {
      const { bytesWritten } = await file.write(bytes, done, bytes.length - done, at);
      done += bytesWritten;
      at += bytesWritten;
    }
  }
}

function* withRoom(room: number, tail: Iterable<string>): Generator<string> {
  yield ' '.repeat(room);
  yield* tail;
}

/** Many short texts as few long ones. */
export function* batches(texts: Iterable<string>): Generator<string> {
  let batch = '';
  for (const text of texts) {
    batch += text;
    if (batch.length < BATCH) continue;
    yield batch;
    batch = '';
  }
  if (batch !== '') yield batch;
}
