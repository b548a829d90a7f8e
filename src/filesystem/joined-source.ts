import { type ByteSource, roomFor } from '../elf/byte-source.ts';

/** Sources one behind the other, as if they were one. More can be put behind them at any time. */
export class JoinedSource implements ByteSource {
  readonly #parts: { readonly start: number; readonly source: ByteSource }[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** @returns where its first byte is */
  add(source: ByteSource): number {
    const start = this.#size;
    this.#parts.push({ start, source });
    this.#size += source.size;
    return start;
  }

  /** Which of the sources has the byte at `offset`, from 0; the last one for what lies behind all. */
  partAt(offset: number): number {
    let low = 0;
    let high = this.#parts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#parts[middle]?.start ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  read(offset: number, length: number, into?: Buffer): Buffer {
    const buffer = roomFor(length, into);
    let done = 0;
    for (let at = this.partAt(offset); at < this.#parts.length && done < length; at++) {
      const part = this.#parts[at] as { start: number; source: ByteSource };
      const from = offset + done - part.start;
      const wanted = Math.min(length - done, part.source.size - from);
      if (wanted <= 0) continue;
      const room = buffer.subarray(done);
      const bytes = part.source.read(from, wanted, room);
      // A source need not put it there.
      if (bytes.buffer !== room.buffer || bytes.byteOffset !== room.byteOffset) bytes.copy(room);
      done += bytes.length;
      if (bytes.length < wanted) break;
    }
    return buffer.subarray(0, done);
  }
}

/** A part of a source, as a source. */
export function partOf(source: ByteSource, start: number, size: number): ByteSource {
  return {
    size,
    read(offset, length, into) {
      const end = Math.min(offset + length, size);
      return offset >= 0 && end > offset ? source.read(start + offset, end - offset, into) : Buffer.alloc(0);
    },
  };
}
