import { mkdtemp, rm } from 'node:fs/promises';
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
