/** Integers of one file's class and byte order. Callers have checked that the buffer is long enough. */
export class Decoder {
  readonly wide: boolean;
  readonly little: boolean;
  /** Bytes of an address: 4 or 8. */
  readonly wordSize: number;

  constructor(wide: boolean, little: boolean) {
    this.wide = wide;
    this.little = little;
    this.wordSize = wide ? 8 : 4;
  }

  u16(bytes: Buffer, at: number): number {
    return this.little ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at);
  }

  u32(bytes: Buffer, at: number): number {
    return this.little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
  }

  /** Inexact above 2^53, which no file offset reaches: such a value fails every bounds check all the same. */
  u64(bytes: Buffer, at: number): number {
    const high = this.u32(bytes, this.little ? at + 4 : at);
    return high * 0x1_0000_0000 + this.u32(bytes, this.little ? at : at + 4);
  }

  exactU64(bytes: Buffer, at: number): bigint {
    return this.little ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at);
  }

  /** An address, offset or size: as wide as the class. */
  word(bytes: Buffer, at: number): number {
    return this.wide ? this.u64(bytes, at) : this.u32(bytes, at);
  }
}
