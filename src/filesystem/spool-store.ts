import { closeSync, openSync, readSync } from 'node:fs';
import { type ByteSource, roomFor } from '../elf/byte-source.ts';
import { displayPath } from '../model/image-path.ts';
import { paddedSize } from '../tar/header.ts';
import { type ContentStore, type OutgoingEntry, padding } from './content-store.ts';
import { ReadAgain } from './read-again.ts';
import type { TreeEntry } from './tree-entry.ts';

/** More is read in pieces of this many bytes. */
const PIECE = 1 << 18;

/** A spooled archive in a temporary file. An entry's `place` is the offset of its header there. */
export class SpoolStore implements ContentStore, Disposable {
  readonly #fd: number;
  readonly #cut: ReadonlyMap<TreeEntry, number>;

  /** @param cut files of whose data only the beginning is there, with the number of bytes */
  constructor(path: string, cut: ReadonlyMap<TreeEntry, number> = new Map()) {
    this.#fd = openSync(path, 'r');
    this.#cut = cut;
  }

  /** Its reads throw {@link ReadAgain} where the data is not there. */
  content({ inode }: TreeEntry): ByteSource {
    const { place, headerLength, size } = inode;
    const start = place + headerLength;
    const there = this.#cut.get(inode) ?? size;
    return {
      size,
      read: (offset, length, into) => {
        const end = Math.min(offset + length, size);
        if (end > there) throw notSetAside(inode);
        return offset >= 0 && end > offset ? this.#read(start + offset, end - offset, into) : Buffer.alloc(0);
      },
    };
  }

  header({ inode: { place, headerLength } }: TreeEntry): Buffer {
    return this.#read(place, headerLength);
  }

  /** Entries that follow each other in the file are read in one go. @throws ReadAgain */
  *outgoing(entries: Iterable<OutgoingEntry>): Generator<Buffer> {
    let start = 0;
    let end = 0;
    for (const { entry, header, data } of entries) {
      if (data !== undefined && !Buffer.isBuffer(data) && this.#cut.has(data)) throw notSetAside(data);
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

  [Symbol.dispose](): void {
    closeSync(this.#fd);
  }

  *#range(start: number, end: number): Generator<Buffer> {
    for (let at = start; at < end; ) {
      const piece = this.#read(at, Math.min(PIECE, end - at));
      if (piece.length === 0) throw new Error('the temporary file is shorter than it was');
      at += piece.length;
      yield piece;
    }
  }

  #read(offset: number, length: number, into?: Buffer): Buffer {
    const buffer = roomFor(length, into);
    let done = 0;
    while (done < length) {
      const bytes = readSync(this.#fd, buffer, done, length - done, offset + done);
      if (bytes === 0) break;
      done += bytes;
    }
    return buffer.subarray(0, done);
  }
}

function notSetAside({ path }: TreeEntry): ReadAgain {
  return new ReadAgain('whole', `${displayPath(path)} was not set aside`);
}
