import type { ByteSource } from '../elf/byte-source.ts';
import { paddedSize } from '../tar/header.ts';
import { type ContentStore, type OutgoingEntry, padding } from './content-store.ts';
import { partOf } from './joined-source.ts';
import type { TreeEntry } from './tree-entry.ts';

/** More is read in pieces of this many bytes. */
const PIECE = 1 << 18;

/** Archives that can be read at any place. An entry's `place` is the offset of its header. */
export class ArchiveStore implements ContentStore {
  readonly #source: ByteSource;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  content({ inode: { place, headerLength, size } }: TreeEntry): ByteSource {
    return partOf(this.#source, place + headerLength, size);
  }

  header({ inode: { place, headerLength } }: TreeEntry): Buffer {
    return this.#source.read(place, headerLength);
  }

  /** Entries that follow each other are read in one go. */
  *outgoing(entries: Iterable<OutgoingEntry>): Generator<Buffer> {
    let start = 0;
    let end = 0;
    for (const { entry, header, data } of entries) {
      if (header === undefined && entry !== undefined && !Buffer.isBuffer(data)) {
        if (entry.place !== end) {
          yield* this.#range(start, end);
          start = entry.place;
        }
        end = entry.place + entry.headerLength + paddedSize(data?.size ?? 0);
        continue;
      }
      yield* this.#range(start, end);
      start = end = 0;
      if (header !== undefined) yield header;
      if (data === undefined) continue;
      if (Buffer.isBuffer(data)) {
        yield data;
        yield padding(data.length);
      } else {
        start = data.place + data.headerLength;
        end = start + paddedSize(data.size);
      }
    }
    yield* this.#range(start, end);
  }

  *#range(start: number, end: number): Generator<Buffer> {
    for (let at = start; at < end; ) {
      const piece = this.#source.read(at, Math.min(PIECE, end - at));
      if (piece.length === 0) throw new Error('the archive is shorter than it was');
      at += piece.length;
      yield piece;
    }
  }
}
