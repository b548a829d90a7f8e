import { statfs } from 'node:fs/promises';
import { SkinnywhaleError } from '../../model/errors.ts';

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
