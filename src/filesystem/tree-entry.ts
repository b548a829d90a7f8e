import type { ImagePath } from '../model/image-path.ts';

/** What a name in the tree is. A hardlinked file's names are all files that share one `inode`. */
export type NodeType = 'file' | 'symlink' | 'directory' | 'character' | 'block' | 'fifo';

/** Where the raw bytes of an entry rest: its header blocks, then its data. Offsets count in the content store. */
export interface StoredRange {
  readonly offset: number;
  readonly headerLength: number;
  /** bytes of data, without padding */
  readonly dataLength: number;
}

/** A name in the container's merged tree. */
export interface TreeEntry {
  readonly path: ImagePath;
  readonly type: NodeType;
  /** 07777 */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** bytes of a file's content; 0 for all else and for the further names of a hardlinked file, see `inode` */
  readonly size: number;
  /** seconds since 1970 */
  readonly mtime: number;
  /** a symbolic link's target as it stands in the link: a byte string */
  readonly target: string;
  /** the entry that holds the content: itself, or the first name of a hardlinked file */
  readonly inode: TreeEntry;
  readonly hasCapabilities: boolean;
  /** place in the source's order, in which a directory stands before what it holds */
  readonly position: number;
  readonly stored: StoredRange;
}

/** Permission bits that let anyone run a file. */
export function isExecutable(entry: TreeEntry): boolean {
  return entry.type === 'file' && (entry.mode & 0o111) !== 0;
}
