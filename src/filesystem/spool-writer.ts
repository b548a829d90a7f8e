import { closeSync, openSync, readSync, writeSync } from 'node:fs';

/** Small pieces are gathered to this many bytes before they are written. */
const GATHERED = 1 << 18;
/** A piece of this size goes to the file as it is. */
const LARGE = 1 << 15;

/** A temporary file that grows at its end and can be read while it does. */
export class SpoolWriter implements Disposable {
  readonly #fd: number;
  readonly #gathered = Buffer.allocUnsafe(GATHERED);
  #waiting = 0;
  #written = 0;

  /** @throws what the file system says, also where the file is there already */
  constructor(path: string) {
    this.#fd = openSync(path, 'wx+', 0o600);
  }

  /** Bytes so far, and where the next piece will be. */
  get length(): number {
    return this.#written + this.#waiting;
  }

  write(piece: Buffer): void {
    if (this.#waiting + piece.length > GATHERED) this.flush();
    if (piece.length >= LARGE) {
      this.flush();
      this.#append(piece);
    } else {
      this.#waiting += piece.copy(this.#gathered, this.#waiting);
    }
  }

  /** A copy of what was written; shorter where there is no more. */
  read(offset: number, length: number): Buffer {
    if (offset + length > this.#written) this.flush();
    const buffer = Buffer.allocUnsafe(Math.max(0, Math.min(length, this.#written - offset)));
    let done = 0;
    while (done < buffer.length) {
      const bytes = readSync(this.#fd, buffer, done, buffer.length - done, offset + done);
      if (bytes === 0) throw new Error('the temporary file is shorter than it was');
      done += bytes;
    }
    return buffer;
  }

  /** Writes out what waits: from here on others find it in the file. */
  flush(): void {
    const piece = this.#gathered.subarray(0, this.#waiting);
    this.#waiting = 0;
    this.#append(piece);
  }

  [Symbol.dispose](): void {
    closeSync(this.#fd);
  }

  #append(piece: Buffer): void {
    for (let done = 0; done < piece.length; ) {
      const bytes = writeSync(this.#fd, piece, done, piece.length - done, this.#written);
      done += bytes;
      this.#written += bytes;
    }
  }
}
