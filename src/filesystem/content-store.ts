import type { ByteSource } from '../elf/byte-source.ts';
import type { TreeEntry } from './tree-entry.ts';

/** What goes out for a path: header blocks, then data. */
export interface OutgoingEntry {
  /** undefined for what the tree does not have */
  readonly entry: TreeEntry | undefined;
  /** header blocks in place of the stored ones */
  readonly header: Buffer | undefined;
  /** the entry whose stored data follows, or data of our own; undefined where none does */
  readonly data: TreeEntry | Buffer | undefined;
}

/** Where the bytes of a tree's entries can be read. */
export interface ContentStore {
  /** Bounded, synchronous access to a file's content, its padding not included. */
  content(entry: TreeEntry): ByteSource;
  /** The raw header blocks of an entry: for a hardlinked file, of the file and not of a link. */
  header(entry: TreeEntry): Buffer;
  /** The raw bytes of these entries, in pieces that nobody writes to again. */
  outgoing(entries: Iterable<OutgoingEntry>): Iterable<Buffer>;
}

/** The size of a file's data in what goes out, in bytes and without padding. */
export function dataSize({ data }: OutgoingEntry): number {
  if (data === undefined) return 0;
  return Buffer.isBuffer(data) ? data.length : data.size;
}

/** Zero bytes up to the next block of an archive: what follows data of `size` bytes. */
export function padding(size: number): Buffer {
  return ZERO.subarray(0, -size & (ZERO.length - 1));
}

const ZERO = Buffer.alloc(512);
