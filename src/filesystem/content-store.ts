import { closeSync, openSync, read, readSync } from 'node:fs';
import { promisify } from 'node:util';
import type { ByteSource } from '../elf/byte-source.ts';
import type { TreeEntry } from './tree-entry.ts';

/** Where the bytes of a tree's entries can be read. */
export interface ContentStore {
  /** Bounded, synchronous access to a file's content, its padding not included. */
  content(entry: TreeEntry): ByteSource;
  /** The raw header blocks of an entry. */
  header(entry: TreeEntry): Buffer;
  /** Raw bytes as they lie in the store, in pieces; a piece is valid until the next one is asked for. */
  raw(offset: number, length: number): AsyncIterable<Buffer>;
}

const PIECE = 1 << 20;
/** A read this small is done before another thread would have been asked for it. */
const SMALL = 1 << 16;

const readAsync = promisify(read);

/** A spooled archive in a temporary file. */
export class SpoolStore implements ContentStore, Disposable {
  readonly #fd: number;

  constructor(path: string) {
    this.#fd = openSync(path, 'r');
  }

  content(entry: TreeEntry): ByteSource {
    const { stored } = entry.inode;
    const start = stored.offset + stored.headerLength;
    return {
      size: stored.dataLength,
      read: (offset, length) => {
        const end = Math.min(offset + length, stored.dataLength);
        return offset >= 0 && end > offset ? this.#read(start + offset, end - offset) : Buffer.alloc(0);
      },
    };
  }

  header(entry: TreeEntry): Buffer {
    return this.#read(entry.stored.offset, entry.stored.headerLength);
  }

  async *raw(offset: number, length: number): AsyncIterable<Buffer> {
    let left = length;
    while (left > 0) {
      const wanted = Math.min(PIECE, left);
      const at = offset + length - left;
      const piece = wanted <= SMALL ? this.#read(at, wanted) : await this.#readLater(at, wanted);
      if (piece.length === 0) throw new Error('the temporary file is shorter than it was');
      left -= piece.length;
      yield piece;
    }
  }

  [Symbol.dispose](): void {
    closeSync(this.#fd);
  }

  async #readLater(offset: number, length: number): Promise<Buffer> {
    const buffer = Buffer.allocUnsafe(length);
    const { bytesRead } = await readAsync(this.#fd, buffer, 0, length, offset);
    return buffer.subarray(0, bytesRead);
  }

  #read(offset: number, length: number): Buffer {
    const buffer = Buffer.allocUnsafe(length);
    let done = 0;
    while (done < length) {
      const bytes = readSync(this.#fd, buffer, done, length - done, offset + done);
      if (bytes === 0) break;
      done += bytes;
    }
    return buffer.subarray(0, done);
  }
}
