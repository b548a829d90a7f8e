/**
 * Bounded random access to one file's bytes. read() returns exactly `length` bytes or fewer at the end of the file.
 * Synchronous. What it returned stays as it is: later reads do not reuse the memory, unless they are given it as `into`.
 */
export interface ByteSource {
  /** bytes */
  readonly size: number;
  /** @param into where it may be put, if it has room for `length` bytes */
  read(offset: number, length: number, into?: Buffer): Buffer;
}

/** The bytes of `buffer` as a source; what it returns are views, not copies. */
export function bufferSource(buffer: Buffer): ByteSource {
  return { size: buffer.length, read: (offset, length) => buffer.subarray(offset, offset + length) };
}

/** No single read is larger than this, independent of what a file says of itself: 4 MiB. */
const MAXIMUM_READ = 4 * 1024 * 1024;

/** Bytes that a {@link Window} fetches at least. */
const WINDOW = 4096;

const NOTHING = Buffer.alloc(0);

/** `length` bytes to be written to: of `into`, where that is given and has them. */
export function roomFor(length: number, into: Buffer | undefined): Buffer {
  return into !== undefined && into.length >= length ? into.subarray(0, length) : Buffer.allocUnsafe(length);
}

/**
 * Reads from `source` without trusting the offset or the length: both may come straight from a hostile file.
 * What lies outside the file, or above {@link MAXIMUM_READ}, is left out, so the result may be shorter or empty.
 */
export function readWithin(source: ByteSource, offset: number, length: number, into?: Buffer): Buffer {
  if (!(offset >= 0 && offset < source.size && length > 0) || !Number.isSafeInteger(offset)) return NOTHING;
  return source.read(offset, Math.min(length, source.size - offset, MAXIMUM_READ), into);
}

/** A source seen through its last read, so that the many small structures of an ELF file cost few reads. */
export class Window {
  readonly #source: ByteSource;
  #start = 0;
  #bytes: Buffer;

  /** @param bytes what was read of the file's beginning already */
  constructor(source: ByteSource, bytes: Buffer = NOTHING) {
    this.#source = source;
    this.#bytes = bytes;
  }

  /** Exactly `length` bytes at `offset`, or undefined where the file has fewer. The result must not be kept. */
  bytes(offset: number, length: number): Buffer | undefined {
    let at = offset - this.#start;
    if (!(at >= 0 && at + length <= this.#bytes.length)) {
      this.#bytes = readWithin(this.#source, offset, Math.max(length, WINDOW));
      this.#start = offset;
      at = 0;
      if (this.#bytes.length < length) return undefined;
    }
    return this.#bytes.subarray(at, at + length);
  }
}
