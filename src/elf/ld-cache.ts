import { type ByteSource, readWithin } from './byte-source.ts';
import { Decoder } from './decoder.ts';

export { acceptedCacheFlags, cacheFlags } from './cache-flags.ts';

/** One library in the cache. Strings are byte strings. */
export interface LdCacheEntry {
  /** The soname that is looked for. */
  readonly name: string;
  readonly path: string;
  /** The ABI, see `cacheFlags`. */
  readonly flags: number;
  /** The lowest kernel version, as 0xMMmmpp; 0 for any, and always with newer glibc. */
  readonly osVersion: number;
  readonly hwcap: bigint;
  /** The directory in `glibc-hwcaps/` that the library is from: `x86-64-v3`. */
  readonly hwcapName?: string;
}

/** What `/etc/ld.so.cache` says, in the file's order: by name, the best entry for each name first. */
export interface LdCache {
  /** `both`: an old table for older loaders comes first, but the new one is what was read. */
  readonly format: 'new' | 'old' | 'both';
  readonly byteOrder: 'little' | 'big';
  readonly entries: readonly LdCacheEntry[];
}

/** Why the cache could not be read; the loader then does without one, or fails, too. */
export interface LdCacheDefect {
  readonly defect: 'not-a-cache' | 'truncated' | 'bad-byte-order' | 'too-large';
  readonly detail: string;
}

const OLD_MAGIC = Buffer.from('ld.so-1.7.0');
const NEW_MAGIC = Buffer.from('glibc-ld.so.cache1.1');
const OLD_HEADER = 16;
const NEW_HEADER = 48;
const OLD_ENTRY = 12;
const NEW_ENTRY = 24;

/** Bytes of the largest cache that is read (a distribution's desktop has 0.1 to 0.5 MB), and a bound on what its strings add up to. */
const LIMIT = 32 * 1024 * 1024;

/** Bytes of one read. */
const PIECE = 4 * 1024 * 1024;

/** Bytes of the longest string: PATH_MAX. */
const LONGEST = 4096;

const EXTENSION_MAGIC = 0xeaa42174;
const EXTENSION_HWCAPS = 1;
const EXTENSIONS = 64;

/**
 * Reads a loader's cache in any of its three formats (glibc sysdeps/generic/dl-cache.h, elf/dl-cache.c) and either byte
 * order. Entries whose strings cannot be read are left out; nothing in the file makes this throw.
 */
export function readLdCache(source: ByteSource): LdCache | LdCacheDefect {
  if (source.size > LIMIT) return { defect: 'too-large', detail: `${source.size} bytes` };
  const pieces: Buffer[] = [];
  for (let at = 0; at < source.size; at += PIECE) pieces.push(readWithin(source, at, PIECE));
  const file = pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces);
  if (startsWith(file, 0, NEW_MAGIC)) return readNew(file, 0);
  if (!startsWith(file, 0, OLD_MAGIC)) return { defect: 'not-a-cache', detail: 'the file has no known magic' };
  return readOld(file);
}

function startsWith(file: Buffer, at: number, magic: Buffer): boolean {
  return file.subarray(at, at + magic.length).equals(magic);
}

/** The order in which `count` entries fit into `room` bytes; most caches do not say. */
function plausibleOrder(file: Buffer, countAt: number, room: number, entrySize: number): Decoder | undefined {
  return [true, false]
    .map((little) => new Decoder(true, little))
    .find((decoder) => decoder.u32(file, countAt) * entrySize <= room);
}

function readOld(file: Buffer): LdCache | LdCacheDefect {
  if (file.length < OLD_HEADER) return { defect: 'truncated', detail: 'the file ends within its header' };
  const decoder = plausibleOrder(file, 12, file.length - OLD_HEADER, OLD_ENTRY);
  if (decoder === undefined) return { defect: 'truncated', detail: 'the file ends within its entries' };
  const count = decoder.u32(file, 12);
  const end = OLD_HEADER + count * OLD_ENTRY;
  // The new table is aligned as its 64-bit fields are where the cache was made: to 8 bytes, on i386 to 4.
  for (const align of [8, 4]) {
    const at = Math.ceil(end / align) * align;
    if (startsWith(file, at, NEW_MAGIC)) return readNew(file, at);
  }
  const strings = new Strings(file, end);
  const entries: LdCacheEntry[] = [];
  for (let at = OLD_HEADER; at < end; at += OLD_ENTRY) {
    const name = strings.at(decoder.u32(file, at + 4));
    const path = strings.at(decoder.u32(file, at + 8));
    if (name === undefined || path === undefined) continue;
    entries.push({ name, path, flags: decoder.u32(file, at), osVersion: 0, hwcap: 0n });
  }
  return { format: 'old', byteOrder: decoder.little ? 'little' : 'big', entries };
}

function readNew(file: Buffer, base: number): LdCache | LdCacheDefect {
  const room = file.length - base - NEW_HEADER;
  if (room < 0) return { defect: 'truncated', detail: 'the file ends within its header' };
  const stated = (file[base + 28] ?? 0) & 3;
  if (stated === 1) return { defect: 'bad-byte-order', detail: 'the byte order is marked as invalid' };
  const decoder = stated === 0 ? plausibleOrder(file, base + 20, room, NEW_ENTRY) : new Decoder(true, stated === 2);
  const count = decoder?.u32(file, base + 20) ?? 0;
  if (decoder === undefined || count * NEW_ENTRY > room) {
    return { defect: 'truncated', detail: 'the file ends within its entries' };
  }
  // String offsets count from the new header; the extensions' offset, from the beginning of the file.
  const strings = new Strings(file, base);
  const hwcaps = hwcapNames(file, decoder, decoder.u32(file, base + 32), strings);
  const entries: LdCacheEntry[] = [];
  const first = base + NEW_HEADER;
  for (let at = first; at < first + count * NEW_ENTRY; at += NEW_ENTRY) {
    const name = strings.at(decoder.u32(file, at + 4));
    const path = strings.at(decoder.u32(file, at + 8));
    if (name === undefined || path === undefined) continue;
    const hwcap = decoder.exactU64(file, at + 16);
    const hwcapName = isHwcapIndex(hwcap) ? hwcaps(Number(hwcap & 0xffff_ffffn)) : undefined;
    entries.push({
      name,
      path,
      flags: decoder.u32(file, at),
      osVersion: decoder.u32(file, at + 12),
      hwcap,
      ...(hwcapName === undefined ? {} : { hwcapName }),
    });
  }
  return { format: base === 0 ? 'new' : 'both', byteOrder: decoder.little ? 'little' : 'big', entries };
}

/** Bit 62 alone, ISA levels in bits 32 to 41 aside, makes the low half an index (DL_CACHE_HWCAP_EXTENSION). */
function isHwcapIndex(hwcap: bigint): boolean {
  return ((hwcap >> 32n) & ~0x3ffn) === 1n << 30n;
}

/** The names in the extension section for `glibc-hwcaps`, by index; none where there is no such section. */
function hwcapNames(
  file: Buffer,
  decoder: Decoder,
  directoryAt: number,
  strings: Strings,
): (index: number) => string | undefined {
  const none = (): undefined => undefined;
  if (directoryAt === 0 || directoryAt + 8 > file.length) return none;
  if (decoder.u32(file, directoryAt) !== EXTENSION_MAGIC) return none;
  const count = Math.min(decoder.u32(file, directoryAt + 4), EXTENSIONS);
  for (let index = 0; index < count; index++) {
    const at = directoryAt + 8 + index * 16;
    if (at + 16 > file.length) return none;
    if (decoder.u32(file, at) !== EXTENSION_HWCAPS) continue;
    const offset = decoder.u32(file, at + 8);
    const size = decoder.u32(file, at + 12);
    if (offset + size > file.length) return none;
    return (wanted) => (wanted * 4 + 4 <= size ? strings.at(decoder.u32(file, offset + wanted * 4)) : undefined);
  }
  return none;
}

/** NUL-terminated strings of the cache by their offset from `base`; bounded in length and in sum. */
class Strings {
  readonly #file: Buffer;
  readonly #base: number;
  readonly #known = new Map<number, string | undefined>();
  #budget = LIMIT;

  constructor(file: Buffer, base: number) {
    this.#file = file;
    this.#base = base;
  }

  at(offset: number): string | undefined {
    if (this.#known.has(offset)) return this.#known.get(offset);
    const start = this.#base + offset;
    if (start >= this.#file.length || this.#budget <= 0) return undefined;
    const length = this.#file.subarray(start, start + LONGEST + 1).indexOf(0);
    this.#budget -= length < 0 ? LONGEST : length;
    const text = length < 0 ? undefined : this.#file.toString('latin1', start, start + length);
    this.#known.set(offset, text);
    return text;
  }
}
