import type { TreeEntry } from '../filesystem/tree-entry.ts';
import { asEngineText, REPLACEMENT } from '../model/engine-text.ts';
import type { ImagePath, ImagePaths } from '../model/image-path.ts';
import { WHITEOUT } from '../plan/plan.ts';

/** Whether an entry of the change layer stays as it is, no matter what else is found: see `keptAnyway` in `closure/roots`. */
export type IsKept = (entry: TreeEntry) => boolean;

/**
 * Whether an entry's place in the result is settled before the whole tree is known. Of a listed change that can't be said
 * where it may be a mount point (an empty file or a directory), where its name is not UTF-8 and so not listed as it is, or
 * where it can't be in a layer. A further name of a hardlinked file goes with the first one.
 * @param changed paths of the change layer
 */
export function isSettled(entry: TreeEntry, changed: Pick<ImagePaths, 'has'>, isKept: IsKept): boolean {
  const { path, type, inode, size } = entry;
  if (type === 'directory' || !changed.has(path) || !isText(path) || isWhiteout(path) || !isKept(entry)) return false;
  return inode.path === path ? type !== 'file' || size > 0 : isSettled(inode, changed, isKept);
}

function isText(path: ImagePath): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: 0x00-0x7f is the range of ASCII
  return /^[\x00-\x7f]*$/.test(path) || !asEngineText(path).includes(REPLACEMENT);
}

function isWhiteout(path: ImagePath): boolean {
  return path.startsWith(WHITEOUT) || path.includes(`/${WHITEOUT}`);
}
