import type { FileTree } from '../filesystem/file-tree.ts';
import type { TreeEntry } from '../filesystem/tree-entry.ts';
import type { ImagePath, ImagePaths } from '../model/image-path.ts';
import type { Closure } from './closure-result.ts';
import { type IsOwned, isOwnFile } from './roots/own-files.ts';

/** Files that are not in the result. */
export interface LeftOut {
  readonly files: number;
  /** content, a hardlinked file each time */
  readonly bytes: number;
  /** in path order, at most twenty */
  readonly first: readonly ImagePath[];
}

const SHOWN = 20;

/** The user's own files of the change layer that nothing was seen to use. */
export function ownFilesLeftOut(
  tree: FileTree,
  changed: ImagePaths,
  { kept, isOwned }: Pick<Closure, 'kept'> & { readonly isOwned: IsOwned },
): LeftOut {
  const first: ImagePath[] = [];
  let [files, bytes] = [0, 0];
  for (const path of changed.keys()) {
    const entry = tree.get(path);
    if (!isFile(entry) || kept.has(path) || !isOwnFile(entry, tree, isOwned)) continue;
    files += 1;
    bytes += entry.inode.size;
    if (first.length < SHOWN) first.push(path);
  }
  return { files, bytes, first };
}

/** Bytes of the change layer that packages brought and that nothing else in the result asks for. */
export function idleBytes(
  tree: FileTree,
  changed: ImagePaths,
  { kept, isOwned }: Pick<Closure, 'kept'> & { readonly isOwned: IsOwned },
): number {
  let bytes = 0;
  for (const path of changed.keys()) {
    const entry = tree.get(path);
    const isIdle = isFile(entry) && kept.get(path)?.every(({ kind }) => kind === 'changed') === true;
    if (isIdle && isOwned(path)) bytes += entry.inode.size;
  }
  return bytes;
}

function isFile(entry: TreeEntry | undefined): entry is TreeEntry {
  return entry?.type === 'file';
}
