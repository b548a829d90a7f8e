import type { ImagePath } from '../model/image-path.ts';

/** What a name in the tree is. A hardlinked file's names are all files that share one `inode`. */
export type NodeType = 'file' | 'symlink' | 'directory' | 'character' | 'block' | 'fifo';

/** A name in the container's merged tree. */
export interface TreeEntry {
  /** its place among the entries of its tree, in the order in which they became known */
  readonly number: number;
  readonly path: ImagePath;
  readonly type: NodeType;
  /** 07777 */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** bytes of a file's content; 0 for all else and for the further names of a hardlinked file, see `inode` */
  readonly size: number;
  /** seconds since 1970, as the engine exports them */
  readonly mtime: number;
  /** a symbolic link's target as it stands in the link: a byte string */
  readonly target: string;
  /** the entry that holds the content: itself, or the first name of a hardlinked file */
  readonly inode: TreeEntry;
  readonly hasCapabilities: boolean;
  /** where the content store has it: the store's own business */
  readonly place: number;
  /** bytes of the header blocks that the store has for it; 0 where it makes them when they are asked for */
  readonly headerLength: number;
}

/** Permission bits that let anyone run a file. */
export function isExecutable(entry: TreeEntry): boolean {
  return entry.type === 'file' && (entry.mode & 0o111) !== 0;
}
