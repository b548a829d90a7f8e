import { type ByteSource, readWithin } from './byte-source.ts';
import { type ElfFile, type FileRange, loadedRanges } from './model.ts';

/** Which strings a scan is after: those that begin with a byte, those that contain some bytes (both latin1), or any ASCII text. */
export type StringPattern = { readonly startsWith: string } | { readonly contains: string } | { readonly ascii: true };

/** Receives a whole NUL-delimited string, as a byte string, and its offset in the file. */
export type StringVisitor = (text: string, offset: number) => void;

/** Bytes of the longest string that is looked at: PATH_MAX. Longer runs without a NUL are code or data. */
const LONGEST = 4096;

/** Bytes that are held at a time. */
const WINDOW = 256 * 1024;

/** All scans read into the same memory: one has ended before the next begins, and what they find are copies. */
const SCANNED = Buffer.allocUnsafeSlow(WINDOW + LONGEST);

/**
 * Calls `visit` once for each whole string that fits `pattern` in the given ranges of a file, in order. A string begins
 * and ends at a NUL or at an end of its range; strings of more than 4,096 bytes are passed over. Works in windows, and
 * every byte is looked at a constant number of times in any file.
 */
export function scanStrings(
  source: ByteSource,
  ranges: readonly FileRange[],
  pattern: StringPattern,
  visit: StringVisitor,
): void {
  for (const range of ranges) {
    const end = Math.min(range.offset + range.length, source.size);
    for (let start = range.offset; start < end; ) {
      const wanted = Math.min(WINDOW, end - start);
      const bytes = readWithin(source, start, wanted, SCANNED);
      const isLast = bytes.length < wanted || start + wanted >= end;
      // The string that the window cuts is left to the next one, unless it is too long to matter.
      const cut = bytes.lastIndexOf(0) + 1;
      const isTooLong = bytes.length - cut > LONGEST;
      visitStrings(isLast ? bytes : bytes.subarray(0, cut), start, pattern, visit);
      if (isLast) break;
      start = isTooLong ? skipString(source, start + bytes.length, end) : start + cut;
    }
  }
}

/** The offset after the NUL that ends the string around `from`. */
function skipString(source: ByteSource, from: number, end: number): number {
  for (let at = from; at < end; at += WINDOW) {
    const bytes = readWithin(source, at, Math.min(WINDOW, end - at), SCANNED);
    const nul = bytes.indexOf(0);
    if (nul >= 0) return at + nul + 1;
    if (bytes.length === 0) break;
  }
  return end;
}

/** The strings of `bytes`, which begins and ends where strings do. */
function visitStrings(bytes: Buffer, base: number, pattern: StringPattern, visit: StringVisitor): void {
  if ('ascii' in pattern) {
    visitTexts(bytes, base, visit);
    return;
  }
  const starts = 'startsWith' in pattern;
  const needle = Buffer.from(starts ? pattern.startsWith : pattern.contains, 'latin1');
  // Searching for a single byte is several times as fast.
  const search = needle.length === 1 ? (needle[0] ?? 0) : needle;
  for (let from = 0; from < bytes.length; ) {
    const hit = bytes.indexOf(search, from);
    if (hit < 0) return;
    if (starts && hit > 0 && bytes[hit - 1] !== 0) {
      from = hit + 1;
      continue;
    }
    const nul = bytes.indexOf(0, hit);
    const end = nul < 0 ? bytes.length : nul;
    // This goes no further back than to `from`, before which the last string ended.
    const begin = starts ? hit : bytes.lastIndexOf(0, hit) + 1;
    if (end - begin <= LONGEST) visit(bytes.toString('latin1', begin, end), base + begin);
    from = end + 1;
  }
}

/** Bytes of the shortest text that is visited: shorter ones are most often code. */
const SHORTEST_TEXT = 2;

function visitTexts(bytes: Buffer, base: number, visit: StringVisitor): void {
  let begin = 0;
  let isText = true;
  for (let at = 0; at <= bytes.length; at++) {
    const byte = at < bytes.length ? (bytes[at] as number) : 0;
    if (byte !== 0) {
      if ((byte < 0x20 && byte !== 0x0a && byte !== 0x09) || byte > 0x7e) isText = false;
      continue;
    }
    if (isText && at - begin >= SHORTEST_TEXT && at - begin <= LONGEST)
      visit(bytes.toString('latin1', begin, at), base + begin);
    begin = at + 1;
    isText = true;
  }
}

const SONAME = /^[\x21-\x7e\x80-\xff]+(?<!\/)\.so(?:\.[0-9]+)*$/;

/**
 * Whole strings that look like the name of a shared library, `...so(.N)*`, with or without directories: what a program
 * may hand to dlopen. The names in DT_NEEDED and DT_SONAME are strings of the file, too, and so among them.
 */
export function libraryStrings(source: ByteSource, elf: ElfFile): string[] {
  return collect(source, elf, { contains: '.so' }, (text) => SONAME.test(text));
}

const PATH = /^\/[\x20-\x7e\x80-\xff]+$/;

/** Whole strings that begin with `/`: what may be a path, such as that of a plugin directory. */
export function absoluteStrings(source: ByteSource, elf: ElfFile): string[] {
  return collect(source, elf, { startsWith: '/' }, (text) => PATH.test(text));
}

/** Whether one of some ASCII texts stands anywhere in what a loader maps of a file, NUL-delimited or not. */
export function mentionsAny(source: ByteSource, elf: ElfFile, texts: readonly string[]): boolean {
  return mentionedTexts(source, elf, texts, 1).size > 0;
}

/**
 * Those of some ASCII texts that stand anywhere in what a loader maps of a file, NUL-delimited or not.
 * @param enough how many are looked for; default: all
 */
export function mentionedTexts(
  source: ByteSource,
  elf: ElfFile,
  texts: readonly string[],
  enough = texts.length,
): ReadonlySet<string> {
  const found = new Set<string>();
  if (texts.length === 0) return found;
  const overlap = Math.max(...texts.map((text) => text.length)) - 1;
  for (const { offset, length } of loadedRanges(elf.segments, source.size)) {
    for (let at = offset; at < offset + length; at += WINDOW) {
      const bytes = readWithin(source, at, Math.min(WINDOW + overlap, offset + length - at), SCANNED);
      for (const text of texts) if (!found.has(text) && bytes.includes(text, 0, 'latin1')) found.add(text);
      if (found.size >= enough) return found;
    }
  }
  return found;
}

/** Different strings that are collected of one file; further ones are passed over. */
const MOST = 20_000;

function collect(
  source: ByteSource,
  elf: ElfFile,
  pattern: StringPattern,
  accept: (text: string) => boolean,
): string[] {
  const found = new Set<string>();
  scanStrings(source, loadedRanges(elf.segments, source.size), pattern, (text) => {
    if (found.size < MOST && accept(text)) found.add(text);
  });
  return [...found];
}
