import { randomBytes } from 'node:crypto';
import { type FileHandle, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { SkinnywhaleError } from '../model/errors.ts';

/**
 * A file of this machine that appears under its name only when it is whole; what stands there stays until then. Disposing
 * of one that was not finished leaves nothing behind.
 */
export interface WholeFile extends AsyncDisposable {
  /** Writes texts or bytes one after the other, from `at` on. Gives the offset behind them. */
  write(pieces: Iterable<string | Buffer>, at?: number): Promise<number>;
  /** Gives it its name. Nothing can be written afterwards. */
  finish(): Promise<void>;
}

/**
 * Begins a file in the folder where it will be, so that it is known at once whether one can be written there.
 * @param what it is, for messages: `report`
 * @throws USAGE where no file can be written there
 */
export async function createWholeFile(path: string, what: string): Promise<WholeFile> {
  const { target, mode } = await checkTarget(path, what);
  const draft = `${target}.${randomBytes(6).toString('hex')}.tmp`;
  let file: FileHandle;
  try {
    file = await open(draft, 'wx', mode);
  } catch (error) {
    throw refused(path, what, error);
  }
  let isFinished = false;
  const close = once(() => file.close());
  return {
    async write(pieces, at = 0) {
      let end = at;
      for (const piece of pieces) {
        const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece;
        for (let done = 0; done < bytes.length; ) {
          const { bytesWritten } = await file.write(bytes, done, bytes.length - done, end);
          done += bytesWritten;
          end += bytesWritten;
        }
      }
      return end;
    },
    async finish() {
      await close();
      await rename(draft, target);
      isFinished = true;
    },
    async [Symbol.asyncDispose]() {
      if (isFinished) return;
      await close();
      await rm(draft, { force: true });
    },
  };
}

function once(action: () => Promise<void>): () => Promise<void> {
  let result: Promise<void> | undefined;
  return () => (result ??= action());
}

/**
 * Where the file will be: where a link leads, if there is one, with the rights of what stands there. Only a regular file may
 * be replaced, never /dev/stdout.
 */
async function checkTarget(path: string, what: string): Promise<{ target: string; mode: number }> {
  try {
    const target = await realpath(path);
    const stats = await stat(target);
    if (!stats.isFile()) throw refused(path, what, new Error('it is there and is not a regular file'));
    return { target, mode: stats.mode & 0o777 };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { target: path, mode: 0o666 };
    throw error instanceof SkinnywhaleError ? error : refused(path, what, error);
  }
}

function refused(path: string, what: string, cause: unknown): SkinnywhaleError {
  return new SkinnywhaleError('USAGE', `the ${what} can't be written to ${path}: ${(cause as Error).message}`, {
    hint: 'Name a file in a folder that is there and that you may write to.',
    cause,
  });
}
