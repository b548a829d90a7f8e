import { type ByteSource, readWithin, Window } from './byte-source.ts';
import type { FileRange } from './model.ts';

/** A table of at most this size is read at once, a larger one in pieces: libLLVM's has 4 MB, of which few strings count. */
const WHOLE = 128 * 1024;

/** Bytes of the longest string that is looked for: a run path may be long, but nothing is longer than this. */
const LONGEST = 64 * 1024;

/** Bytes that one table is searched for in all: a hostile file can name the same long string a million times. */
const BUDGET = 32 * 1024 * 1024;

/** A table of NUL-terminated strings. */
export class StringTable {
  readonly #range: FileRange;
  readonly #whole: Buffer;
  readonly #window: Window;
  #budget = BUDGET;

  /**
   * @param range from the table's beginning to the end of its segment: the loader does not heed DT_STRSZ either
   * @param size DT_STRSZ: how much is worth reading at once
   */
  constructor(source: ByteSource, range: FileRange, size: number) {
    this.#range = { offset: range.offset, length: Math.min(range.length, source.size - range.offset) };
    this.#whole = size <= WHOLE ? readWithin(source, range.offset, Math.min(size, range.length)) : Buffer.alloc(0);
    this.#window = new Window(source);
  }

  /** The string at `at`, as a byte string; undefined where it starts outside the table, has no end or is too long. */
  string(at: number, longest = LONGEST): string | undefined {
    if (this.#budget <= 0) return undefined;
    const text = this.#inWhole(at, longest) ?? this.#inPieces(at, longest);
    this.#budget -= text?.length ?? longest;
    return text;
  }

  #inWhole(at: number, longest: number): string | undefined {
    const end = at < this.#whole.length ? this.#whole.indexOf(0, at) : -1;
    return end < 0 || end - at > longest ? undefined : this.#whole.toString('latin1', at, end);
  }

  #inPieces(at: number, longest: number): string | undefined {
    const available = Math.min(this.#range.length - at, longest + 1);
    for (let length = Math.min(256, available); length > 0; length = Math.min(length * 4, available)) {
      const bytes = this.#window.bytes(this.#range.offset + at, length);
      const end = bytes?.indexOf(0) ?? -1;
      if (bytes !== undefined && end >= 0) return bytes.toString('latin1', 0, end);
      if (length === available) return undefined;
    }
    return undefined;
  }
}
