import { FactSheet, type Facts } from '../facts/facts.ts';
import { noteLiteral } from '../syntax/literals.ts';

/** Entries of a constant pool by tag, with the bytes that each has behind it (Java Virtual Machine Specification, 4.4). */
const SIZES: Readonly<Record<number, number>> = {
  3: 4,
  4: 4,
  5: 8,
  6: 8,
  7: 2,
  8: 2,
  9: 4,
  10: 4,
  11: 4,
  12: 4,
  15: 3,
  16: 2,
  17: 4,
  18: 4,
  19: 2,
  20: 2,
};
const UTF8 = 1;
const STRING = 8;
/** Constants that take two places. */
const WIDE: readonly number[] = [5, 6];

/** What the constants of a class say: its literals are commands where it starts programs, and names of libraries where it loads them. */
export function classFacts(bytes: Buffer): Facts {
  const sheet = new FactSheet();
  const { texts, literals } = readConstants(bytes);
  if (texts.has('java/lang/ProcessBuilder') || (texts.has('java/lang/Runtime') && texts.has('exec'))) {
    sheet.startsUnknown = true;
  }
  const loads = texts.has('loadLibrary') || texts.has('com/sun/jna/Native') || texts.has('com/sun/jna/NativeLibrary');
  for (const text of literals) {
    noteLiteral(text, sheet);
    if (loads && /^[\w.+-]{2,64}$/.test(text)) sheet.add('libraries', text);
  }
  return sheet;
}

function readConstants(bytes: Buffer): { texts: Set<string>; literals: string[] } {
  const texts = new Map<number, string>();
  const strings: number[] = [];
  const count = bytes.length > 10 && bytes.readUInt32BE(0) === 0xcafebabe ? bytes.readUInt16BE(8) : 0;
  let at = 10;
  for (let index = 1; index < count && at + 3 <= bytes.length; index++) {
    const tag = bytes[at] as number;
    if (tag === UTF8) {
      const length = bytes.readUInt16BE(at + 1);
      texts.set(index, bytes.toString('utf8', at + 3, at + 3 + length));
      at += 3 + length;
      continue;
    }
    const size = SIZES[tag];
    if (size === undefined) break;
    if (tag === STRING) strings.push(bytes.readUInt16BE(at + 1));
    if (WIDE.includes(tag)) index++;
    at += 1 + size;
  }
  return { texts: new Set(texts.values()), literals: strings.flatMap((index) => texts.get(index) ?? []) };
}
