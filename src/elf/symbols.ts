import { type ByteSource, readWithin, Window } from './byte-source.ts';
import { Decoder } from './decoder.ts';
import { type ElfFile, type FileRange, fileRangeAt } from './model.ts';
import { StringTable } from './string-table.ts';

/** Bytes of symbols that are read at a time; a multiple of both symbol sizes. */
const PIECE = 48 * 4096;

/** Bytes of the longest symbol name that is taken; C++ makes some of several thousand. */
const NAME = 16 * 1024;

/** Words of a hash table that are looked at: no library has more symbols. */
const HASH_WORDS = 4 * 1024 * 1024;

const EM_S390 = 22;
const EM_ALPHA = 0x9026;

/**
 * The names of the symbols that a file wants from others (undefined in DT_SYMTAB), without versions, as byte strings.
 * `undefined` where the file has no readable symbol table: not the same as one that imports nothing.
 */
export function importedSymbols(source: ByteSource, elf: ElfFile): ReadonlySet<string> | undefined {
  const { strings, stringsSize, symbols } = elf.tables;
  if (strings === undefined || symbols === undefined) return undefined;
  const stringRange = fileRangeAt(elf.segments, strings);
  const symbolRange = fileRangeAt(elf.segments, symbols);
  const count = symbolCount(source, elf);
  if (stringRange === undefined || symbolRange === undefined || count === undefined) return undefined;

  const decoder = new Decoder(elf.class === 64, elf.byteOrder === 'little');
  const table = new StringTable(source, stringRange, stringsSize ?? 0);
  const size = symbolSize(elf);
  const sectionAt = elf.class === 64 ? 6 : 14;
  const names = new Set<string>();
  const length = Math.min(count * size, symbolRange.length);
  for (let done = 0; done < length; done += PIECE) {
    const piece = readWithin(source, symbolRange.offset + done, Math.min(PIECE, length - done));
    for (let at = 0; at + size <= piece.length; at += size) {
      // Undefined symbols have section index SHN_UNDEF; the first symbol of all is undefined and has no name.
      if (decoder.u16(piece, at + sectionAt) !== 0) continue;
      const nameAt = decoder.u32(piece, at);
      const name = nameAt === 0 ? undefined : table.string(nameAt, NAME);
      if (name) names.add(name);
    }
    if (piece.length < PIECE) break;
  }
  return names;
}

/** True where the file imports at least one of `names`; false, too, where its symbols cannot be read. */
export function importsAny(source: ByteSource, elf: ElfFile, names: Iterable<string>): boolean {
  const imported = importedSymbols(source, elf);
  if (imported === undefined) return false;
  for (const name of names) if (imported.has(name)) return true;
  return false;
}

function symbolSize(elf: ElfFile): number {
  return elf.class === 64 ? 24 : 16;
}

/** How many symbols there are. The dynamic segment does not say, so it is derived as debuggers do. */
function symbolCount(source: ByteSource, elf: ElfFile): number | undefined {
  const { tables, segments } = elf;
  const decoder = new Decoder(elf.class === 64, elf.byteOrder === 'little');
  if (tables.symbolCount !== undefined) return tables.symbolCount;
  if (tables.hash !== undefined) {
    const range = fileRangeAt(segments, tables.hash);
    // Two ABIs made the words of DT_HASH as wide as addresses (glibc, Elf_Symndx).
    const wide = elf.class === 64 && (elf.machine === EM_S390 || elf.machine === EM_ALPHA);
    const head = range && new Window(source).bytes(range.offset, wide ? 16 : 8);
    if (head !== undefined) return wide ? decoder.u64(head, 8) : decoder.u32(head, 4);
  }
  if (tables.gnuHash !== undefined) {
    const range = fileRangeAt(segments, tables.gnuHash);
    const count = range && gnuHashCount(source, decoder, range);
    if (count !== undefined) return count;
  }
  if (tables.symbols !== undefined && tables.strings !== undefined && tables.strings > tables.symbols) {
    return Math.floor((tables.strings - tables.symbols) / symbolSize(elf));
  }
  return undefined;
}

/**
 * One more than the highest symbol of a DT_GNU_HASH: the highest bucket's chain ends with an odd word. Symbols before
 * `symoffset` are in no chain.
 */
function gnuHashCount(source: ByteSource, decoder: Decoder, range: FileRange): number | undefined {
  const head = new Window(source).bytes(range.offset, 16);
  if (head === undefined) return undefined;
  const buckets = decoder.u32(head, 0);
  const first = decoder.u32(head, 4);
  const bucketsAt = range.offset + 16 + decoder.u32(head, 8) * decoder.wordSize;
  let highest = 0;
  for (const [word] of words(source, decoder, bucketsAt, Math.min(buckets, HASH_WORDS)))
    highest = Math.max(highest, word);
  if (highest < first) return first;
  const chainAt = bucketsAt + (buckets + highest - first) * 4;
  for (const [word, index] of words(source, decoder, chainAt, HASH_WORDS)) {
    if (word & 1) return highest + index + 1;
  }
  return undefined;
}

/** Up to `count` 32-bit words from `offset` on, with their indices; ends with the file. */
function* words(source: ByteSource, decoder: Decoder, offset: number, count: number): Generator<[number, number]> {
  const step = 4096;
  for (let done = 0; done < count; done += step) {
    const piece = readWithin(source, offset + done * 4, Math.min(step, count - done) * 4);
    for (let at = 0; at + 4 <= piece.length; at += 4) yield [decoder.u32(piece, at), done + at / 4];
    if (piece.length < step * 4) return;
  }
}
