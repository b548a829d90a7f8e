import { createHash, type Hash } from 'node:crypto';

/** The beginning of what a program wrote to one stream, and what the rest of it was like. */
export class BoundedOutput {
  readonly #limit: number;
  readonly #chunks: Buffer[] = [];
  readonly #rest: Hash = createHash('sha256');
  #kept = 0;
  #length = 0;

  /** @param limit how many bytes are kept */
  constructor(limit: number) {
    this.#limit = limit;
  }

  push(data: Buffer): void {
    this.#length += data.length;
    const room = this.#limit - this.#kept;
    // copied: the engine's frames are parts of larger buffers
    if (room > 0) this.#chunks.push(Buffer.from(data.subarray(0, room)));
    this.#kept += Math.min(room, data.length);
    if (data.length > room) this.#rest.update(data.subarray(room));
  }

  /** all that was written, in bytes */
  get length(): number {
    return this.#length;
  }

  get kept(): Buffer {
    return Buffer.concat(this.#chunks, this.#kept);
  }

  /** 64 hex digits for what was not kept; undefined where everything was */
  get restDigest(): string | undefined {
    return this.#length > this.#kept ? this.#rest.copy().digest('hex') : undefined;
  }
}
