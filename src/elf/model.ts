import type { ElfPart } from '../model/finding.ts';

/** One program header. Offsets and sizes in bytes, as the file states them: not checked against the file. */
export interface Segment {
  readonly type: number;
  readonly offset: number;
  readonly address: number;
  readonly fileSize: number;
  readonly memorySize: number;
  readonly align: number;
}

/** Where PT_DYNAMIC says that tables are, as virtual addresses; undefined where it does not say. */
export interface DynamicTables {
  readonly strings: number | undefined;
  /** bytes */
  readonly stringsSize: number | undefined;
  readonly symbols: number | undefined;
  readonly hash: number | undefined;
  readonly gnuHash: number | undefined;
  /** DT_MIPS_SYMTABNO, on MIPS */
  readonly symbolCount: number | undefined;
}

/** DT_VERNEED: what a file asks of one library. */
export interface NeededVersions {
  readonly library: string;
  readonly versions: readonly { readonly name: string; readonly weak: boolean }[];
}

/** What PT_DYNAMIC says; all empty for a file without one. Strings are byte strings (latin1), not yet expanded or split. */
export interface DynamicFacts {
  readonly soname?: string;
  readonly needed: readonly string[];
  readonly rpath?: string;
  readonly runpath?: string;
  /** DT_FILTER */
  readonly filters: readonly string[];
  /** DT_AUXILIARY */
  readonly auxiliaries: readonly string[];
  /** DT_AUDIT, split at its colons */
  readonly audit: readonly string[];
  /** DT_DEPAUDIT, split at its colons */
  readonly depaudit: readonly string[];
  /** DF_1_NODEFLIB */
  readonly noDefaultLib: boolean;
  /** DF_1_PIE. With `dynamic` and without `interpreter`: a static-pie, which is no library. */
  readonly pie: boolean;
  readonly versionsNeeded: readonly NeededVersions[];
  /** DT_VERDEF, less the base definition, which only repeats the file's own name. */
  readonly versionsDefined: readonly string[];
  readonly tables: DynamicTables;
  /** What there is more of than any real file has; of these only the first are here. */
  readonly excess: readonly ElfPart[];
}

/** An ELF file as its header, program headers and dynamic segment describe it. */
export interface ElfFile extends DynamicFacts {
  readonly class: 32 | 64;
  readonly byteOrder: 'little' | 'big';
  /** e_machine: 62 is x86-64 */
  readonly machine: number;
  readonly osabi: number;
  readonly abiVersion: number;
  /** e_flags */
  readonly flags: number;
  readonly type: 'executable' | 'shared' | 'relocatable' | 'core' | 'other';
  /** PT_INTERP, as a byte string */
  readonly interpreter?: string;
  /** True where there is a PT_DYNAMIC with contents; false for static programs and files of debug information. */
  readonly dynamic: boolean;
  /** Empty for relocatable and core files, which no loader maps. */
  readonly segments: readonly Segment[];
}

/** Why a file that may start like ELF could not be read. A fact for a finding, not a failure of the run. */
export interface ElfDefect {
  readonly defect: 'not-elf' | 'truncated' | 'bad-header' | 'bad-program-headers' | 'bad-interpreter' | 'bad-dynamic';
  /** For people: which value is wrong. */
  readonly detail: string;
}

const PT_LOAD = 1;
export const PT_DYNAMIC = 2;
export const PT_INTERP = 3;
export const PT_NOTE = 4;

export const EM_MIPS = 8;

/** A stretch of a file, in bytes. */
export interface FileRange {
  readonly offset: number;
  readonly length: number;
}

/**
 * The bytes of the file from those at `address` to the end of their segment, or undefined where no PT_LOAD has them.
 * The last segment that covers an address wins, as with the loader, which maps them in order.
 */
export function fileRangeAt(segments: readonly Segment[], address: number): FileRange | undefined {
  const segment = segments.findLast(
    ({ type, address: start, fileSize }) => type === PT_LOAD && address >= start && address - start < fileSize,
  );
  if (segment === undefined) return undefined;
  const skip = address - segment.address;
  return { offset: segment.offset + skip, length: segment.fileSize - skip };
}

/** What a loader maps of a file of `size` bytes: the PT_LOAD ranges, in order, merged where they touch or overlap. */
export function loadedRanges(segments: readonly Segment[], size: number): FileRange[] {
  const starts = segments
    .filter(({ type, offset, fileSize }) => type === PT_LOAD && fileSize > 0 && offset < size)
    .sort((left, right) => left.offset - right.offset);
  const ranges: { offset: number; length: number }[] = [];
  for (const { offset, fileSize } of starts) {
    const end = Math.min(offset + fileSize, size);
    const last = ranges.at(-1);
    if (last === undefined || offset > last.offset + last.length) ranges.push({ offset, length: end - offset });
    else last.length = Math.max(last.length, end - last.offset);
  }
  return ranges;
}
