import { lstat, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isRunMark, makerOf, runMark } from '../engine/run-mark.ts';
import { SkinnywhaleError } from '../model/errors.ts';
import type { ResolvedOptions } from '../options.ts';

/** A folder of this run's own, which nobody else can read; gone at the end unless the caller wants to look at it. */
export interface TemporaryDirectory extends AsyncDisposable {
  readonly path: string;
}

/** What the folders are called: the run's mark follows, and six characters of mkdtemp(3). Those that are kept have no mark. */
const PREFIX = 'skinnywhale-';

/** Milliseconds after which a folder is left over if its run is gone; a run elsewhere can share it, and is given a week. */
const OLD = 24 * 60 * 60 * 1000;
const ABANDONED = 7 * OLD;

/** @throws USAGE where no folder can be made there */
export async function temporaryDirectory(options: ResolvedOptions): Promise<TemporaryDirectory> {
  const parent = parentOf(options);
  let path: string;
  try {
    path = await mkdtemp(join(parent, options.keepTemp ? `${PREFIX}kept-` : `${PREFIX}${runMark()}-`));
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

/** Removes this user's folders of runs that were killed; how many there were. */
export async function removeOldDirectories(options: ResolvedOptions, now = Date.now()): Promise<number> {
  const parent = parentOf(options);
  let removed = 0;
  for (const name of await readdir(parent)) {
    const mark = name.startsWith(PREFIX) ? name.slice(PREFIX.length, -7) : '';
    if (!isRunMark(mark)) continue;
    const maker = makerOf(mark);
    if (maker === 'alive') continue;
    const path = join(parent, name);
    const stats = await lstat(path).catch(() => undefined);
    if (stats?.isDirectory() !== true || stats.uid !== process.getuid?.()) continue;
    if (now - stats.mtimeMs < (maker === 'gone' ? OLD : ABANDONED)) continue;
    await rm(path, { recursive: true, force: true });
    removed++;
  }
  return removed;
}

function parentOf({ tempDir }: ResolvedOptions): string {
  return tempDir ?? tmpdir();
}
