import { type ByteSource, readWithin } from '../../elf/byte-source.ts';
import type { ElfFile } from '../../elf/elf-file.ts';
import { fileRangeAt, loadedRanges } from '../../elf/model.ts';

const EM_X86_64 = 62;
const EM_AARCH64 = 183;

/** Bytes of the longest string that is of interest. */
const LONGEST = 256;
/** Bytes behind an instruction in which the length of its string is set. */
const NEAR = 24;
const WINDOW = 1 << 20;
/** Strings that are returned, and bytes of a file that are looked at. */
const MOST = 50_000;
const MOST_BYTES = 128 << 20;

/**
 * Strings of compilers that keep a length beside each address (Go, Rust): found where code loads an address in the file and
 * a small number near it, and where data has the two side by side. Some of them are none.
 */
export function countedStrings(source: ByteSource, elf: ElfFile): Set<string> {
  const found = new Set<string>();
  if (elf.class !== 64 || elf.byteOrder !== 'little') return found;
  const take = (address: number, length: number): void => {
    if (length < 2 || length > LONGEST || found.size >= MOST) return;
    const range = fileRangeAt(elf.segments, address);
    if (range === undefined || range.length < length) return;
    const text = readWithin(source, range.offset, length).toString('latin1');
    if (/^[\x20-\x7e\n\t]+$/.test(text)) found.add(text);
  };
  let left = MOST_BYTES;
  for (const { offset, length } of loadedRanges(elf.segments, source.size)) {
    for (let at = offset; at < offset + length && left > 0; at += WINDOW, left -= WINDOW) {
      const bytes = readWithin(source, at, Math.min(WINDOW + NEAR + 16, offset + length - at));
      const address = addressAt(elf, at);
      if (address === undefined) continue;
      if (elf.machine === EM_X86_64) inX86Code(bytes, address, take);
      else if (elf.machine === EM_AARCH64) inArmCode(bytes, address, take);
      inData(bytes, take);
    }
  }
  return found;
}

function addressAt(elf: ElfFile, offset: number): number | undefined {
  const segment = elf.segments.find(
    ({ type, offset: start, fileSize }) => type === 1 && offset >= start && offset < start + fileSize,
  );
  return segment === undefined ? undefined : segment.address + offset - segment.offset;
}

type Take = (address: number, length: number) => void;

/** `lea r64, [rip+x]` with a `mov r32, n` behind it. */
function inX86Code(bytes: Buffer, base: number, take: Take): void {
  for (let at = bytes.indexOf(0x8d, 1); at > 0 && at + 6 <= bytes.length; at = bytes.indexOf(0x8d, at + 1)) {
    const prefix = bytes[at - 1];
    if ((prefix !== 0x48 && prefix !== 0x4c) || ((bytes[at + 1] as number) & 0xc7) !== 0x05) continue;
    const address = base + at + 6 + bytes.readInt32LE(at + 2);
    const end = Math.min(at + 6 + NEAR, bytes.length - 5);
    for (let next = at + 6; next < end; next++) {
      if (((bytes[next] as number) & 0xf8) !== 0xb8) continue;
      const length = bytes.readUInt32LE(next + 1);
      if (length > 0 && length <= LONGEST) take(address, length);
    }
  }
}

/** `adrp`, `add` and a `movz` behind them. */
function inArmCode(bytes: Buffer, base: number, take: Take): void {
  for (let at = 0; at + 8 <= bytes.length; at += 4) {
    const adrp = bytes.readUInt32LE(at);
    const add = bytes.readUInt32LE(at + 4);
    if ((adrp & 0x9f000000) >>> 0 !== 0x90000000 || (add & 0xffc00000) >>> 0 !== 0x91000000) continue;
    const high = (adrp >>> 5) & 0x7ffff;
    const pages = (((high << 2) | ((adrp >>> 29) & 3)) << 11) >> 11;
    const address = Math.floor((base + at) / 4096) * 4096 + pages * 4096 + ((add >>> 10) & 0xfff);
    for (let next = at + 8; next < Math.min(at + 8 + NEAR, bytes.length - 4); next += 4) {
      const move = bytes.readUInt32LE(next);
      if ((move & 0x7f800000) >>> 0 === 0x52800000) take(address, (move >>> 5) & 0xffff);
    }
  }
}

/** An address and a small number side by side, at multiples of eight. */
function inData(bytes: Buffer, take: Take): void {
  for (let at = 0; at + 16 <= bytes.length; at += 8) {
    // Addresses of a program have no more than 48 bits, lengths of interest no more than nine.
    if (bytes[at + 7] !== 0 || bytes[at + 6] !== 0 || bytes.readUInt32LE(at + 12) !== 0) continue;
    const length = bytes.readUInt32LE(at + 8);
    if (length < 2 || length > LONGEST) continue;
    take(bytes.readUInt32LE(at) + bytes.readUInt32LE(at + 4) * 2 ** 32, length);
  }
}
