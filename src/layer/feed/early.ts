import type { ContentStore } from '../../filesystem/content-store.ts';
import type { FileTree } from '../../filesystem/file-tree.ts';
import type { Numbered } from '../../filesystem/path-sets.ts';
import type { TreeEntry } from '../../filesystem/tree-entry.ts';
import { asEngineText, REPLACEMENT } from '../../model/engine-text.ts';
import type { ImagePath, ImagePaths } from '../../model/image-path.ts';

/** Takes entries of the change layer while the rest of the container is still being read. */
export interface EarlyReceiver {
  /** Whether an entry of the change layer will be in the result, as it is, whatever else is found. */
  accepts(entry: TreeEntry): boolean;
  /** An entry of which that is true; its data follows. */
  entry(entry: TreeEntry, header: Buffer): void;
  /** A piece of the present entry's data, the padding included. Nobody writes to it again. */
  data(piece: Buffer): void;
  /** Resolves when more can be taken. Rejects where nothing will be. */
  ready(): Promise<void>;
}

/** What is known of a container while it is being read. */
export interface UnfinishedSource {
  readonly tree: Pick<FileTree, 'get'> & Numbered;
  readonly content: Pick<ContentStore, 'header'>;
}

/**
 * Whether an entry's place in the result is settled before the whole tree is known. Of a listed change that can't be said
 * where it may be a mount point (an empty file or a directory), or where its name is not UTF-8 and so not listed as it is.
 * A further name of a hardlinked file goes with the first one.
 * @param changed paths of the change layer
 */
export function isSettled(
  entry: TreeEntry,
  changed: Pick<ImagePaths, 'has'>,
  accepts: EarlyReceiver['accepts'],
): boolean {
  const { path, type, inode, size } = entry;
  if (type === 'directory' || !changed.has(path) || !isText(path) || !accepts(entry)) return false;
  return inode.path === path ? type !== 'file' || size > 0 : isSettled(inode, changed, accepts);
}

function isText(path: ImagePath): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: 0x00-0x7f is the range of ASCII
  return /^[\x00-\x7f]*$/.test(path) || !asEngineText(path).includes(REPLACEMENT);
}
