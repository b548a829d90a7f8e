import { closeSync, openSync, readSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
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

/** A spooled archive in a temporary file. */
export class SpoolStore implements ContentStore, Disposable {
  readonly #path: string;
  readonly #fd: number;

  constructor(path: string) {
    this.#path = path;
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
    const file: FileHandle = await open(this.#path, 'r');
    try {
      let left = length;
      while (left > 0) {
        const buffer = Buffer.allocUnsafe(Math.min(PIECE, left));
        const { bytesRead } = await file.read(buffer, 0, buffer.length, offset + length - left);
        if (bytesRead === 0) throw new Error('the temporary file is shorter than it was');
        left -= bytesRead;
        yield buffer.subarray(0, bytesRead);
      }
    } finally {
      await file.close();
    }
  }

  [Symbol.dispose](): void {
    closeSync(this.#fd);
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
