import type { ElfPart } from '../model/finding.ts';
import { type ByteSource, readWithin, Window } from './byte-source.ts';
import type { Decoder } from './decoder.ts';
import { type DynamicFacts, type ElfDefect, EM_MIPS, fileRangeAt, type Segment } from './model.ts';
import { StringTable } from './string-table.ts';
import { readVersionsDefined, readVersionsNeeded } from './versions.ts';

// Tags of the gABI and of glibc's elf/elf.h.
const DT_NEEDED = 1;
const DT_HASH = 4;
const DT_STRTAB = 5;
const DT_SYMTAB = 6;
const DT_STRSZ = 10;
const DT_SONAME = 14;
const DT_RPATH = 15;
const DT_RUNPATH = 29;
const DT_GNU_HASH = 0x6ffffef5;
const DT_DEPAUDIT = 0x6ffffefb;
const DT_AUDIT = 0x6ffffefc;
const DT_FLAGS_1 = 0x6ffffffb;
const DT_VERDEF = 0x6ffffffc;
const DT_VERDEFNUM = 0x6ffffffd;
const DT_VERNEED = 0x6ffffffe;
const DT_VERNEEDNUM = 0x6fffffff;
const DT_MIPS_SYMTABNO = 0x70000011;
const DT_AUXILIARY = 0x7ffffffd;
const DT_FILTER = 0x7fffffff;

const DF_1_NODEFLIB = 0x800;
const DF_1_PIE = 0x0800_0000;

/** Bytes of the largest dynamic segment that is read; real ones have a few hundred to a few thousand. */
const DYNAMIC = 1024 * 1024;

/** Tags that may come more than once, each time naming one library. */
const LISTS: ReadonlyMap<number, ElfPart> = new Map([
  [DT_NEEDED, 'DT_NEEDED'],
  [DT_FILTER, 'DT_FILTER'],
  [DT_AUXILIARY, 'DT_AUXILIARY'],
]);

/** Names that are read of each of these lists. Browsers and office suites need some hundred libraries. */
const LIBRARIES = 4096;
/** Directories that are read of a run path: those of package managers with a directory for each package have a hundred. */
const DIRECTORIES = 1024;
/** Auditing libraries that are read: each has a namespace of its own, and glibc has room for 16. */
const AUDITS = 16;

/** What is said of a file without PT_DYNAMIC. */
export const NOTHING_DYNAMIC: DynamicFacts = {
  needed: [],
  filters: [],
  auxiliaries: [],
  audit: [],
  depaudit: [],
  noDefaultLib: false,
  pie: false,
  versionsNeeded: [],
  versionsDefined: [],
  tables: {
    strings: undefined,
    stringsSize: undefined,
    symbols: undefined,
    hash: undefined,
    gnuHash: undefined,
    symbolCount: undefined,
  },
  excess: [],
};

interface Entries {
  /** The value of each tag: the last one counts, as in glibc's elf_get_dynamic_info. */
  readonly values: ReadonlyMap<number, number>;
  /** String offsets of the tags in {@link LISTS}, in order. */
  readonly lists: ReadonlyMap<number, readonly number[]>;
  /** Lists that are longer. */
  readonly excess: ReadonlySet<ElfPart>;
}

/** Reads what PT_DYNAMIC says. `dynamic` is that segment, `window` any view of the file. */
export function readDynamic(
  source: ByteSource,
  decoder: Decoder,
  machine: number,
  segments: readonly Segment[],
  dynamic: Segment,
): DynamicFacts | ElfDefect {
  const entries = readEntries(source, decoder, segments, dynamic);
  if ('defect' in entries) return entries;
  const { values } = entries;
  const strings = openStrings(source, segments, values);
  const missing: string[] = [];
  const string = (tag: number, at: number): string => {
    const text = strings?.string(at);
    if (text === undefined) missing.push(`string ${at} of dynamic tag 0x${tag.toString(16)}`);
    return text ?? '';
  };
  const list = (tag: number): string[] => (entries.lists.get(tag) ?? []).map((at) => string(tag, at));
  const single = (tag: number): string | undefined => {
    const at = values.get(tag);
    return at === undefined ? undefined : string(tag, at);
  };
  const excess = new Set(entries.excess);
  const elements = (tag: number, most: number, part: ElfPart): string[] | undefined => {
    const all = single(tag)?.split(':', most + 1);
    if (all !== undefined && all.length > most) excess.add(part);
    return all?.slice(0, most);
  };
  const audits = (tag: number): string[] =>
    (elements(tag, AUDITS, 'auditing libraries') ?? []).filter((name) => name !== '');

  const soname = single(DT_SONAME);
  const rpath = elements(DT_RPATH, DIRECTORIES, 'RPATH')?.join(':');
  const runpath = elements(DT_RUNPATH, DIRECTORIES, 'RUNPATH')?.join(':');
  const flags = values.get(DT_FLAGS_1) ?? 0;
  const facts = {
    ...(soname === undefined ? {} : { soname }),
    needed: list(DT_NEEDED),
    ...(rpath === undefined ? {} : { rpath }),
    ...(runpath === undefined ? {} : { runpath }),
    filters: list(DT_FILTER),
    auxiliaries: list(DT_AUXILIARY),
    audit: audits(DT_AUDIT),
    depaudit: audits(DT_DEPAUDIT),
    noDefaultLib: (flags & DF_1_NODEFLIB) !== 0,
    pie: (flags & DF_1_PIE) !== 0,
  };
  if (missing[0] !== undefined) return { defect: 'bad-dynamic', detail: `${missing[0]} is not in the file` };
  const table = { decoder, segments, strings, window: new Window(source) };
  const needed = readVersionsNeeded({ ...table, address: values.get(DT_VERNEED), count: values.get(DT_VERNEEDNUM) });
  const defined = readVersionsDefined({ ...table, address: values.get(DT_VERDEF), count: values.get(DT_VERDEFNUM) });
  if (needed.isCut || defined.isCut) excess.add('versions');
  return {
    ...facts,
    versionsNeeded: needed.versions,
    versionsDefined: defined.versions,
    tables: {
      strings: values.get(DT_STRTAB),
      stringsSize: values.get(DT_STRSZ),
      symbols: values.get(DT_SYMTAB),
      hash: values.get(DT_HASH),
      gnuHash: values.get(DT_GNU_HASH),
      symbolCount: machine === EM_MIPS ? values.get(DT_MIPS_SYMTABNO) : undefined,
    },
    excess: [...excess],
  };
}

function openStrings(
  source: ByteSource,
  segments: readonly Segment[],
  values: ReadonlyMap<number, number>,
): StringTable | undefined {
  const address = values.get(DT_STRTAB);
  const range = address === undefined ? undefined : fileRangeAt(segments, address);
  return range === undefined ? undefined : new StringTable(source, range, values.get(DT_STRSZ) ?? 0);
}

/**
 * The dynamic array, up to DT_NULL. It is looked up by its address, as the loader does; by its file offset only where
 * no PT_LOAD has that address.
 */
function readEntries(
  source: ByteSource,
  decoder: Decoder,
  segments: readonly Segment[],
  dynamic: Segment,
): Entries | ElfDefect {
  const mapped = fileRangeAt(segments, dynamic.address);
  const offset = mapped?.offset ?? dynamic.offset;
  const size = Math.min(dynamic.fileSize, mapped?.length ?? dynamic.fileSize);
  if (size > DYNAMIC) return { defect: 'bad-dynamic', detail: `the dynamic segment has ${size} bytes` };
  const bytes = readWithin(source, offset, size);
  if (bytes.length < size)
    return { defect: 'truncated', detail: 'the dynamic segment goes beyond the end of the file' };
  const values = new Map<number, number>();
  const lists = new Map<number, number[]>();
  const excess = new Set<ElfPart>();
  const { wordSize } = decoder;
  for (let at = 0; at + 2 * wordSize <= bytes.length; at += 2 * wordSize) {
    const tag = decoder.word(bytes, at);
    if (tag === 0) break;
    const value = decoder.word(bytes, at + wordSize);
    const part = LISTS.get(tag);
    if (part === undefined) {
      values.set(tag, value);
      continue;
    }
    const list = lists.get(tag) ?? [];
    lists.set(tag, list);
    if (list.length < LIBRARIES) list.push(value);
    else excess.add(part);
  }
  return { values, lists, excess };
}
