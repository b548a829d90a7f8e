import type { Window } from './byte-source.ts';
import type { Decoder } from './decoder.ts';
import { fileRangeAt, type NeededVersions, type Segment } from './model.ts';
import type { StringTable } from './string-table.ts';

/** Where a version table is and what is needed to read it. */
export interface VersionTable {
  readonly decoder: Decoder;
  readonly segments: readonly Segment[];
  readonly strings: StringTable | undefined;
  readonly window: Window;
  readonly address: number | undefined;
  /** How many records the dynamic segment says there are; the chain may end before. */
  readonly count: number | undefined;
}

const VER_FLG_BASE = 1;
const VER_FLG_WEAK = 2;

/** Entries that are read of one table in all, so that chains that share their tails cannot multiply. */
const ENTRIES = 16 * 1024;

/** What was read of a table, and whether that is less than it says it has because it has too much. */
interface Cut<T> {
  readonly versions: readonly T[];
  readonly isCut: boolean;
}

/** Bytes of the longest version or library name. */
const NAME = 4096;

/**
 * DT_VERNEED (gABI "Symbol Versioning", glibc elf/dl-version.c). A table that cannot be read to its end yields what
 * could be read: musl's loader never looks at it, so it does not spoil the file.
 */
export function readVersionsNeeded(table: VersionTable): Cut<NeededVersions> {
  const { decoder, window } = table;
  const needed: NeededVersions[] = [];
  const budget = { entries: ENTRIES };
  for (const at of chain(table, start(table), table.count ?? 0, 16, 12, budget)) {
    const record = window.bytes(at, 16);
    if (record === undefined) break;
    const count = decoder.u16(record, 2);
    const library = table.strings?.string(decoder.u32(record, 4), NAME);
    const first = at + decoder.u32(record, 8);
    if (library === undefined) continue;
    const versions: { name: string; weak: boolean }[] = [];
    for (const entryAt of chain(table, first, count, 16, 12, budget)) {
      const entry = window.bytes(entryAt, 16);
      if (entry === undefined) break;
      const weak = (decoder.u16(entry, 4) & VER_FLG_WEAK) !== 0;
      const name = table.strings?.string(decoder.u32(entry, 8), NAME);
      if (name !== undefined) versions.push({ name, weak });
    }
    needed.push({ library, versions });
  }
  return { versions: needed, isCut: budget.entries === 0 };
}

/** DT_VERDEF: the names of the versions that a file defines, less its base definition; lenient as {@link readVersionsNeeded}. */
export function readVersionsDefined(table: VersionTable): Cut<string> {
  const { decoder, window } = table;
  const names: string[] = [];
  const budget = { entries: ENTRIES };
  for (const at of chain(table, start(table), table.count ?? 0, 20, 16, budget)) {
    const record = window.bytes(at, 20);
    if (record === undefined) break;
    const base = (decoder.u16(record, 2) & VER_FLG_BASE) !== 0;
    const first = window.bytes(at + decoder.u32(record, 12), 8);
    const name = first === undefined || base ? undefined : table.strings?.string(decoder.u32(first, 0), NAME);
    if (name !== undefined) names.push(name);
  }
  return { versions: names, isCut: budget.entries === 0 };
}

function start({ segments, address }: VersionTable): number | undefined {
  return address === undefined ? undefined : fileRangeAt(segments, address)?.offset;
}

/** Offsets of the records of a chain. A link is relative and unsigned, so it leads forward; zero ends the chain. */
function* chain(
  { decoder, window }: VersionTable,
  first: number | undefined,
  count: number,
  size: number,
  linkAt: number,
  budget: { entries: number },
): Generator<number> {
  let at = first;
  for (let index = 0; at !== undefined && index < count && budget.entries > 0; index++) {
    const record = window.bytes(at, size);
    if (record === undefined) return;
    const link = decoder.u32(record, linkAt);
    budget.entries--;
    yield at;
    at = link === 0 ? undefined : at + link;
  }
}
