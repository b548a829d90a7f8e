/** What {@link buildElf} puts into the file. Strings are byte strings; everything may be left out. */
export interface ElfSpec {
  /** default 64 */
  class?: 32 | 64;
  /** default little */
  byteOrder?: 'little' | 'big';
  /** e_machine; default 62, x86-64 */
  machine?: number;
  /** e_flags */
  flags?: number;
  osabi?: number;
  abiVersion?: number;
  /** default: executable with `interpreter`, else shared. A PIE is `shared` with an interpreter and `pie`. */
  type?: 'executable' | 'shared' | 'relocatable' | 'core';
  /** default: true where anything else here needs PT_DYNAMIC; true alone gives an empty one. */
  dynamic?: boolean;
  interpreter?: string;
  soname?: string;
  needed?: readonly string[];
  rpath?: string;
  runpath?: string;
  filters?: readonly string[];
  auxiliaries?: readonly string[];
  /** DT_AUDIT, with colons */
  audit?: string;
  depaudit?: string;
  noDefaultLib?: boolean;
  pie?: boolean;
  /** Undefined symbols. */
  imports?: readonly string[];
  /** Defined symbols. */
  exports?: readonly string[];
  /** Which hash table tells the number of symbols; default gnu. `none` puts the strings right after the symbols. */
  hash?: 'sysv' | 'gnu' | 'none';
  versionsNeeded?: readonly { library: string; versions: readonly { name: string; weak?: boolean }[] }[];
  /** Versions after the base definition, which is always there, too. */
  versionsDefined?: readonly string[];
  /** JSON of `.note.dlopen` notes, or the raw text of one. */
  dlopenNotes?: readonly (string | readonly object[])[];
  /** NUL-terminated strings in a loaded segment, as of .rodata, in order and adjacent. */
  strings?: readonly string[];
  /** Zero bytes before `strings`, to make a file large. */
  padding?: number;
  /** Further dynamic entries: tag and value. */
  entries?: readonly (readonly [number, number])[];
  /** Section headers for tools that insist on them; default false, as in a stripped file. */
  sections?: boolean;
}

const TYPES = { relocatable: 1, executable: 2, shared: 3, core: 4 };

/** Addresses differ from file offsets, as in real files, so that mixing them up shows. */
const BASE = { relocatable: 0, executable: 0x40_0000, shared: 0x1_0000, core: 0 };

/** Collects one file in its byte order. */
class Writer {
  readonly wide: boolean;
  readonly #little: boolean;
  readonly #chunks: Buffer[] = [];
  size = 0;

  constructor(wide: boolean, little: boolean) {
    this.wide = wide;
    this.#little = little;
  }

  /** Integers as [value, bytes] pairs. */
  pack(...fields: (readonly [number, number])[]): Buffer {
    return this.#pack(fields);
  }

  #pack(fields: readonly (readonly [number, number])[]): Buffer {
    return Buffer.concat(
      fields.map(([value, size]) => {
        const bytes = Buffer.alloc(size);
        for (let index = 0, rest = BigInt(value); index < size; index++, rest >>= 8n) {
          bytes[this.#little ? index : size - 1 - index] = Number(rest & 0xffn);
        }
        return bytes;
      }),
    );
  }

  /** Words as wide as the class. */
  words(...values: number[]): Buffer {
    return this.wordList(values);
  }

  wordList(values: readonly number[]): Buffer {
    return this.#pack(values.map((value) => [value, this.wide ? 8 : 4] as const));
  }

  /** Appends at the next multiple of `align`; returns the offset. */
  append(bytes: Buffer, align = 8): number {
    const offset = Math.ceil(this.size / align) * align;
    this.#chunks.push(Buffer.alloc(offset - this.size), bytes);
    this.size = offset + bytes.length;
    return offset;
  }

  finish(): Buffer {
    return Buffer.concat(this.#chunks);
  }
}

class StringPool {
  #text = '\0';
  readonly #known = new Map<string, number>();

  at(text: string): number {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const at = this.#text.length;
    this.#text += `${text}\0`;
    this.#known.set(text, at);
    return at;
  }

  bytes(): Buffer {
    return Buffer.from(this.#text, 'latin1');
  }
}

interface Part {
  offset: number;
  size: number;
}

/** An ELF file with program headers, and a dynamic segment where something asks for one. */
export function buildElf(spec: ElfSpec = {}): Buffer {
  const wide = (spec.class ?? 64) === 64;
  const out = new Writer(wide, spec.byteOrder !== 'big');
  const type = spec.type ?? (spec.interpreter === undefined ? 'shared' : 'executable');
  const base = BASE[type];
  const headers = programHeaderCount(spec);
  out.append(Buffer.alloc((wide ? 64 : 52) + headers * (wide ? 56 : 32)));
  const add = (bytes: Buffer, align?: number): Part => ({ offset: out.append(bytes, align), size: bytes.length });

  const interpreter = spec.interpreter === undefined ? undefined : add(cString(spec.interpreter), 1);
  const notes = spec.dlopenNotes && add(Buffer.concat(spec.dlopenNotes.map((note) => dlopenNote(out, note))), 4);
  const dynamic = isDynamic(spec) ? addDynamic(out, spec, base, add) : undefined;
  if (spec.padding) out.append(Buffer.alloc(spec.padding), 1);
  // A NUL before and one after, so that the strings stand alone.
  if (spec.strings) add(Buffer.concat([Buffer.alloc(1), ...spec.strings.map(cString)]), 1);

  const loaded = { offset: 0, size: out.size };
  const segments = [
    segment(out, 1, loaded, base, 0x1000), // PT_LOAD
    ...(interpreter ? [segment(out, 3, interpreter, base, 1)] : []),
    ...(dynamic ? [segment(out, 2, dynamic, base, 8)] : []),
    ...(notes ? [segment(out, 4, notes, base, 4)] : []),
  ];
  const sections = spec.sections ? addSections(out, add) : undefined;
  const header = fileHeader(out, spec, type, segments.length, sections?.offset);
  const file = out.finish();
  Buffer.concat([header, ...segments]).copy(file);
  return file;
}

function isDynamic(spec: ElfSpec): boolean {
  const asks: (keyof ElfSpec)[] = [
    ...([
      'interpreter',
      'soname',
      'needed',
      'rpath',
      'runpath',
      'filters',
      'auxiliaries',
      'audit',
      'depaudit',
    ] as const),
    ...(['noDefaultLib', 'pie', 'imports', 'exports', 'versionsNeeded', 'versionsDefined', 'entries'] as const),
  ];
  return spec.dynamic ?? asks.some((key) => spec[key] !== undefined);
}

function programHeaderCount(spec: ElfSpec): number {
  return 1 + (spec.interpreter === undefined ? 0 : 1) + (isDynamic(spec) ? 1 : 0) + (spec.dlopenNotes ? 1 : 0);
}

function cString(text: string): Buffer {
  return Buffer.from(`${text}\0`, 'latin1');
}

function fileHeader(
  out: Writer,
  spec: ElfSpec,
  type: keyof typeof TYPES,
  count: number,
  sectionsAt: number | undefined,
): Buffer {
  const { wide } = out;
  const ident = [wide ? 2 : 1, spec.byteOrder === 'big' ? 2 : 1, 1, spec.osabi ?? 0, spec.abiVersion ?? 0];
  const size = wide ? 64 : 52;
  return Buffer.concat([
    Buffer.from([0x7f, 0x45, 0x4c, 0x46, ...ident, 0, 0, 0, 0, 0, 0, 0]),
    out.pack([TYPES[type], 2], [spec.machine ?? 62, 2], [1, 4]),
    out.words(0, size, sectionsAt ?? 0),
    out.pack([spec.flags ?? 0, 4], [size, 2], [wide ? 56 : 32, 2], [count, 2]),
    out.pack([wide ? 64 : 40, 2], [sectionsAt === undefined ? 0 : 2, 2], [sectionsAt === undefined ? 0 : 1, 2]),
  ]);
}

function segment(out: Writer, type: number, { offset, size }: Part, base: number, align: number): Buffer {
  const flags = out.pack([type === 1 ? 5 : 4, 4]);
  const place = out.words(offset, base + offset, base + offset, size, size);
  const fields = out.wide ? [flags, place] : [place, flags];
  return Buffer.concat([out.pack([type, 4]), ...fields, out.words(align)]);
}

/** The section that is always first and empty, and the one that names the sections. */
function addSections(out: Writer, add: (bytes: Buffer) => Part): Part {
  const names = add(Buffer.from('\0.shstrtab\0'));
  const header = (name: number, type: number, at: number, size: number): Buffer =>
    Buffer.concat([
      out.pack([name, 4], [type, 4]),
      out.words(0, 0, at, size),
      out.pack([0, 4], [0, 4]),
      out.words(1, 0),
    ]);
  return add(Buffer.concat([header(0, 0, 0, 0), header(1, 3, names.offset, names.size)]));
}

function dlopenNote(out: Writer, note: string | readonly object[]): Buffer {
  const text = Buffer.from(`${typeof note === 'string' ? note : JSON.stringify(note)}\0`);
  const padded = Buffer.alloc(Math.ceil(text.length / 4) * 4);
  text.copy(padded);
  return Buffer.concat([out.pack([4, 4], [text.length, 4], [0x407c0c0a, 4]), Buffer.from('FDO\0'), padded]);
}

/** The dynamic segment and all that it points to. */
function addDynamic(out: Writer, spec: ElfSpec, base: number, add: (bytes: Buffer, align?: number) => Part): Part {
  const pool = new StringPool();
  const entries: (readonly [number, number])[] = [];
  const texts = (tag: number, values: readonly (string | undefined)[] = []): void => {
    for (const value of values) if (value !== undefined) entries.push([tag, pool.at(value)]);
  };
  texts(1, spec.needed);
  texts(14, [spec.soname]);
  texts(15, [spec.rpath]);
  texts(29, [spec.runpath]);
  texts(0x7ffffffd, spec.auxiliaries);
  texts(0x7fffffff, spec.filters);
  texts(0x6ffffefc, [spec.audit]);
  texts(0x6ffffefb, [spec.depaudit]);
  const flags = (spec.noDefaultLib ? 0x800 : 0) + (spec.pie ? 0x0800_0000 : 0);
  if (flags !== 0) entries.push([0x6ffffffb, flags]);

  const symbols = symbolTable(out, spec, pool);
  const needs = spec.versionsNeeded && add(versionNeeds(out, spec.versionsNeeded, pool));
  if (needs) entries.push([0x6ffffffe, base + needs.offset], [0x6fffffff, spec.versionsNeeded?.length ?? 0]);
  const definitions = spec.versionsDefined && [spec.soname ?? 'base', ...spec.versionsDefined];
  const defined = definitions && add(versionDefinitions(out, definitions, pool));
  if (defined) entries.push([0x6ffffffc, base + defined.offset], [0x6ffffffd, definitions?.length ?? 0]);
  const table = hashTable(out, spec);
  if (table) entries.push([spec.hash === 'sysv' ? 4 : 0x6ffffef5, base + add(table).offset]);

  const symbolsAt = add(symbols).offset;
  const strings = add(pool.bytes(), 1);
  entries.push([5, base + strings.offset], [6, base + symbolsAt], [10, strings.size], [11, out.wide ? 24 : 16]);
  for (const entry of spec.entries ?? []) entries.push(entry);
  entries.push([0, 0]);
  return add(out.wordList(entries.flat()));
}

function symbolTable(out: Writer, spec: ElfSpec, pool: StringPool): Buffer {
  const symbol = (name: string, section: number): Buffer => {
    const at = name === '' ? 0 : pool.at(name);
    return out.wide
      ? Buffer.concat([out.pack([at, 4], [0x12, 1], [0, 1], [section, 2]), out.words(section * 0x1000, 0)])
      : out.pack([at, 4], [section * 0x1000, 4], [0, 4], [0x12, 1], [0, 1], [section, 2]);
  };
  const imports = (spec.imports ?? []).map((name) => symbol(name, 0));
  return Buffer.concat([symbol('', 0), ...imports, ...(spec.exports ?? []).map((name) => symbol(name, 7))]);
}

function hashTable(out: Writer, spec: ElfSpec): Buffer | undefined {
  const first = 1 + (spec.imports?.length ?? 0);
  const exported = spec.exports?.length ?? 0;
  const total = first + exported;
  if (spec.hash === 'none') return undefined;
  if (spec.hash === 'sysv') {
    // One bucket; each symbol but the last leads to the next. The words are wide on s390x, unlike elsewhere.
    const size = out.wide && spec.machine === 22 ? 8 : 4;
    const chain = Array.from({ length: total }, (_, index) => (index + 1 < total ? index + 1 : 0));
    return out.pack(...[1, total, total > 1 ? 1 : 0, ...chain].map((word) => [word, size] as const));
  }
  // One bucket and a Bloom filter of one word that lets everything pass; an odd word ends the chain.
  const chain = Array.from({ length: exported }, (_, index) => (index + 1 === exported ? 1 : 2));
  return Buffer.concat([
    out.pack([1, 4], [first, 4], [1, 4], [0, 4]),
    Buffer.alloc(out.wide ? 8 : 4, 0xff),
    out.pack([exported > 0 ? first : 0, 4], ...chain.map((word) => [word, 4] as const)),
  ]);
}

function versionNeeds(out: Writer, needs: NonNullable<ElfSpec['versionsNeeded']>, pool: StringPool): Buffer {
  const records = needs.map(({ library, versions }, index) => {
    const last = index + 1 === needs.length;
    const head = out.pack([1, 2], [versions.length, 2], [pool.at(library), 4], [16, 4]);
    const entries = versions.map(({ name, weak }, at) =>
      out.pack([0, 4], [weak ? 2 : 0, 2], [at + 2, 2], [pool.at(name), 4], [at + 1 === versions.length ? 0 : 16, 4]),
    );
    return Buffer.concat([head, out.pack([last ? 0 : 16 + 16 * versions.length, 4]), ...entries]);
  });
  return Buffer.concat(records);
}

function versionDefinitions(out: Writer, names: readonly string[], pool: StringPool): Buffer {
  const records = names.map((name, index) => {
    const next = index + 1 === names.length ? 0 : 28;
    const head = out.pack([1, 2], [index === 0 ? 1 : 0, 2], [index + 1, 2], [1, 2], [0, 4], [20, 4], [next, 4]);
    return Buffer.concat([head, out.pack([pool.at(name), 4], [0, 4])]);
  });
  return Buffer.concat(records);
}
