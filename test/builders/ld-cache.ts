/** One library of a cache to be built; byte strings. */
export interface CachedLibrary {
  name: string;
  path: string;
  /** default 0x303, x86-64 */
  flags?: number;
  osVersion?: number;
  hwcap?: bigint;
  /** The `glibc-hwcaps/` subdirectory: makes `hwcap` an index into the extension section. */
  hwcapName?: string;
}

/** What {@link buildLdCache} makes. */
export interface LdCacheSpec {
  /** In the order in which they shall stand; `ldconfig` sorts them by name, descending. */
  libraries: readonly CachedLibrary[];
  /** default new; `both` is the old table with the new one inside */
  format?: 'new' | 'old' | 'both';
  byteOrder?: 'little' | 'big';
  /** default true: the new format says its byte order, as it has since glibc 2.33 */
  marked?: boolean;
  /** What the new table is aligned to in `both`: 8, or 4 where i386 made the cache. */
  align?: 4 | 8;
}

/** `/etc/ld.so.cache` as `ldconfig -c FORMAT` writes it. */
export function buildLdCache(spec: LdCacheSpec): Buffer {
  const format = spec.format ?? 'new';
  if (format === 'new') return newTable(spec, 0);
  const header = Buffer.concat([Buffer.from('ld.so-1.7.0\0'), u32(spec, spec.libraries.length)]);
  if (format === 'old') {
    const strings = new Strings(0);
    const entries = spec.libraries.map((library) => oldEntry(spec, library, strings));
    return Buffer.concat([header, ...entries, strings.bytes()]);
  }
  // Old offsets count from the end of the old entries, and their strings are those of the new table.
  const align = spec.align ?? 8;
  const end = header.length + spec.libraries.length * 12;
  const base = Math.ceil(end / align) * align;
  const strings = new Strings(base - end + 48 + spec.libraries.length * 24);
  const entries = spec.libraries.map((library) => oldEntry(spec, library, strings));
  return Buffer.concat([header, ...entries, Buffer.alloc(base - end), newTable(spec, base)]);
}

class Strings {
  #text = '';
  readonly #start: number;

  /** @param start the offset of the first string */
  constructor(start: number) {
    this.#start = start;
  }

  at(text: string): number {
    const at = this.#text.indexOf(`${text}\0`);
    if (at >= 0) return this.#start + at;
    this.#text += `${text}\0`;
    return this.at(text);
  }

  bytes(): Buffer {
    return Buffer.from(this.#text, 'latin1');
  }
}

function u32({ byteOrder }: LdCacheSpec, ...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => {
    if (byteOrder === 'big') bytes.writeUInt32BE(value, index * 4);
    else bytes.writeUInt32LE(value, index * 4);
  });
  return bytes;
}

function oldEntry(spec: LdCacheSpec, library: CachedLibrary, strings: Strings): Buffer {
  return u32(spec, library.flags ?? 0x303, strings.at(library.name), strings.at(library.path));
}

/** The new table at `base` of the file. */
function newTable(spec: LdCacheSpec, base: number): Buffer {
  const { libraries } = spec;
  const big = spec.byteOrder === 'big';
  const strings = new Strings(48 + libraries.length * 24);
  const names = [...new Set(libraries.flatMap(({ hwcapName }) => hwcapName ?? []))].sort();
  const entries = libraries.map((library) => {
    const { flags = 0x303, name, path, osVersion = 0, hwcapName } = library;
    const hwcap = Buffer.alloc(8);
    const value = hwcapName === undefined ? (library.hwcap ?? 0n) : (1n << 62n) | BigInt(names.indexOf(hwcapName));
    if (big) hwcap.writeBigUInt64BE(value);
    else hwcap.writeBigUInt64LE(value);
    return Buffer.concat([u32(spec, flags, strings.at(name), strings.at(path), osVersion), hwcap]);
  });
  const nameOffsets = names.map((name) => strings.at(name));
  const text = strings.bytes();
  const unaligned = 48 + libraries.length * 24 + text.length;
  const directoryAt = base + Math.ceil(unaligned / 4) * 4;
  const extension = Buffer.concat([
    u32(spec, 0xeaa42174, 1, 1, 0, directoryAt + 24, nameOffsets.length * 4),
    u32(spec, ...nameOffsets),
  ]);
  const mark = Buffer.from([spec.marked === false ? 0 : big ? 3 : 2, 0, 0, 0]);
  const header = [
    Buffer.from('glibc-ld.so.cache1.1'),
    u32(spec, libraries.length, text.length),
    mark,
    u32(spec, names.length > 0 ? directoryAt : 0, 0, 0, 0),
  ];
  const table = Buffer.concat([...header, ...entries, text]);
  return names.length === 0 ? table : Buffer.concat([table, Buffer.alloc(directoryAt - base - unaligned), extension]);
}
