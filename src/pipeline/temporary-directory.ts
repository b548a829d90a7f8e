import { mkdtemp, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SkinnywhaleError } from '../model/errors.ts';
import type { ResolvedOptions } from '../options.ts';

/** A folder of this run's own, which nobody else can read; gone at the end unless the caller wants to look at it. */
export interface TemporaryDirectory extends AsyncDisposable {
  readonly path: string;
}

/** @throws USAGE where no folder can be made there */
export async function temporaryDirectory(options: ResolvedOptions): Promise<TemporaryDirectory> {
  const parent = options.tempDir ?? tmpdir();
  let path: string;
  try {
    path = await mkdtemp(join(parent, 'skinnywhale-'));
  } catch (error) {
    throw new SkinnywhaleError('USAGE', `no temporary files can be made in ${parent}: ${(error as Error).message}`, {
      hint: 'Name another folder with --temp-dir.',
      cause: error,
    });
  }
  return {
    path,
    [Symbol.asyncDispose]: async () => {
      if (options.keepTemp) options.onEvent({ type: 'warning', message: `temporary files are kept in ${path}` });
      else await rm(path, { recursive: true, force: true });
    },
  };
}

/**
 * Looks whether there is room before anything is read, rather than filling a disk up first.
 * @param bytes what may be needed
 * @throws FAILED where there is less
 */
export async function checkSpace(path: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(path);
  const free = bavail * bsize;
  if (free >= bytes) return;
  const [needed, there] = [bytes, free].map((count) => `${(count / 1e6).toFixed(0)} MB`);
  throw new SkinnywhaleError(
    'FAILED',
    `up to ${needed} of temporary files may be needed, and there is room for ${there}`,
    {
      hint: 'Name a folder on another disk with --temp-dir.',
    },
  );
}
