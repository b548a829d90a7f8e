import { close, openSync, readSync, write } from 'node:fs';
import { promisify } from 'node:util';

/** Pieces are gathered to this many bytes before they are written: to hand over each by itself costs more than to copy it. */
const GATHERED = 1 << 18;
/** Gathered pieces that are on their way when nothing more is taken. */
const MOST = 4;

const closeAsync = promisify(close);
const writeAsync = promisify(write);

interface Gathered {
  /** where it will be */
  readonly at: number;
  readonly bytes: Buffer;
}

/**
 * A temporary file that grows at its end and can be read while it does.
 *
 * Another thread writes to it: an engine that has filled the small buffer between it and us would have to wait while this
 * one does.
 */
export class SpoolWriter implements AsyncDisposable {
  readonly #fd: number;
  #gathered: Buffer<ArrayBuffer> = Buffer.allocUnsafe(GATHERED);
  #waiting = 0;
  /** bytes that are in the file or on their way */
  #passed = 0;
  /** what is on its way; a promise never rejects */
  readonly #underWay = new Map<Gathered, Promise<void>>();
  readonly #free: Buffer<ArrayBuffer>[] = [];
  #failure: { readonly error: unknown } | undefined;

  /** @throws what the file system says, also where the file is there already */
  constructor(path: string) {
    this.#fd = openSync(path, 'wx+', 0o600);
  }

  /** Bytes so far, and where the next piece will be. */
  get length(): number {
    return this.#passed + this.#waiting;
  }

  /** Takes a piece at once; see `ready`. */
  write(piece: Buffer): void {
    for (let done = 0; done < piece.length; ) {
      const count = piece.copy(this.#gathered, this.#waiting, done);
      this.#waiting += count;
      done += count;
      if (this.#waiting === GATHERED) this.#pass();
    }
  }

  /** Resolves when there is room for more. @throws what the file system says */
  async ready(): Promise<void> {
    await this.#until(MOST);
  }

  /** Resolves when all is in the file. @throws what the file system says */
  async flush(): Promise<void> {
    this.#pass();
    await this.#until(0);
  }

  /** A copy of what was written; shorter where there is no more. */
  read(offset: number, length: number): Buffer {
    const end = Math.max(offset, Math.min(offset + length, this.length));
    const buffer = Buffer.allocUnsafe(end - offset);
    const notYet = [...this.#underWay.keys(), this.#present];
    for (let at = offset; at < end; ) {
      const holder = notYet.find((piece) => piece.at <= at && at < piece.at + piece.bytes.length);
      if (holder !== undefined) at += holder.bytes.copy(buffer, at - offset, at - holder.at);
      else {
        const next = Math.min(end, ...notYet.filter((piece) => piece.at > at).map((piece) => piece.at));
        const bytes = readSync(this.#fd, buffer, at - offset, next - at, at);
        if (bytes === 0) throw new Error('the temporary file is shorter than it was');
        at += bytes;
      }
    }
    return buffer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#underWay.values());
    await closeAsync(this.#fd);
  }

  get #present(): Gathered {
    return { at: this.#passed, bytes: this.#gathered.subarray(0, this.#waiting) };
  }

  #pass(): void {
    if (this.#waiting === 0) return;
    const piece = this.#present;
    const whole = this.#gathered;
    this.#passed += this.#waiting;
    this.#waiting = 0;
    this.#gathered = this.#free.pop() ?? Buffer.allocUnsafe(GATHERED);
    const written = this.#append(piece)
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .then(() => {
        this.#underWay.delete(piece);
        this.#free.push(whole);
      });
    this.#underWay.set(piece, written);
  }

  async #append({ at, bytes }: Gathered): Promise<void> {
    for (let done = 0; done < bytes.length; ) {
      done += (await writeAsync(this.#fd, bytes, done, bytes.length - done, at + done)).bytesWritten;
    }
  }

  async #until(most: number): Promise<void> {
    while (this.#underWay.size > most) await Promise.race(this.#underWay.values());
    if (this.#failure !== undefined) throw this.#failure.error;
  }
}
