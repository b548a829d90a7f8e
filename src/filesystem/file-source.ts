import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { type ByteSource, roomFor } from '../elf/byte-source.ts';

/** A file of this machine, open for reading. What it has become longer by since is not seen. */
export class FileSource implements ByteSource, Disposable {
  readonly size: number;
  readonly #fd: number;

  /** @throws what the file system says */
  constructor(path: string) {
    this.#fd = openSync(path, 'r');
    this.size = fstatSync(this.#fd).size;
  }

  read(offset: number, length: number, into?: Buffer): Buffer {
    const buffer = roomFor(length, into);
    let done = 0;
    while (done < length) {
      const bytes = readSync(this.#fd, buffer, done, length - done, offset + done);
      if (bytes === 0) break;
      done += bytes;
    }
    return buffer.subarray(0, done);
  }

  [Symbol.dispose](): void {
    closeSync(this.#fd);
  }
}
