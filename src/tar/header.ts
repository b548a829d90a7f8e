import { SkinnywhaleError } from '../model/errors.ts';

/** Tar works in blocks of this many bytes (POSIX.1-2001, pax). */
export const BLOCK = 512;

/** The kinds of entry that an image layer can hold. */
export type EntryType = 'file' | 'hardlink' | 'symlink' | 'character' | 'block' | 'directory' | 'fifo';

const TYPES: Readonly<Record<string, EntryType>> = {
  '\0': 'file',
  '0': 'file',
  '1': 'hardlink',
  '2': 'symlink',
  '3': 'character',
  '4': 'block',
  '5': 'directory',
  '6': 'fifo',
  '7': 'file',
};

/** Type flags of the headers that only describe the entry that follows. */
export const EXTENSION = { pax: 'x', paxGlobal: 'g', gnuLongName: 'L', gnuLongLink: 'K' } as const;

/** The fields of one header block, before PAX records are applied. Names are byte strings. */
export interface HeaderBlock {
  readonly typeflag: string;
  readonly name: string;
  readonly linkname: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly mtime: number;
}

/** Reads one 512-byte header block, its checksum included. @throws BAD_ARCHIVE */
export function readHeaderBlock(block: Buffer, offset: number): HeaderBlock {
  const expected = readNumber(block, 148, 8);
  if (expected !== checksum(block)) throw badArchive(`the header at byte ${offset} has a wrong checksum`);
  const prefix = block.toString('latin1', 257, 262) === 'ustar' && block[262] === 0 ? readString(block, 345, 155) : '';
  const name = readString(block, 0, 100);
  return {
    typeflag: String.fromCharCode(block[156] as number),
    name: prefix === '' ? name : `${prefix}/${name}`,
    linkname: readString(block, 157, 100),
    mode: readNumber(block, 100, 8),
    uid: readNumber(block, 108, 8),
    gid: readNumber(block, 116, 8),
    size: readNumber(block, 124, 12),
    mtime: readNumber(block, 136, 12),
  };
}

/** The kind of entry that a type flag means, or undefined. */
export function entryType(typeflag: string): EntryType | undefined {
  return TYPES[typeflag];
}

/** The sum of a header block's bytes with the checksum field read as blanks. */
export function checksum(block: Buffer): number {
  let sum = 8 * 32;
  for (let i = 0; i < 148; i++) sum += block[i] as number;
  for (let i = 156; i < BLOCK; i++) sum += block[i] as number;
  return sum;
}

/** How many bytes `size` bytes of data take, padding included. */
export function paddedSize(size: number): number {
  return Math.ceil(size / BLOCK) * BLOCK;
}

/** Parses the records of a PAX extended header: `<length> <key>=<value>\n`. Keys and values are byte strings. @throws BAD_ARCHIVE */
export function readPaxRecords(data: Buffer): Map<string, string> {
  const records = new Map<string, string>();
  let at = 0;
  while (at < data.length && data[at] !== 0) {
    const blank = data.indexOf(0x20, at);
    const digits = blank < 0 ? '' : data.toString('latin1', at, blank);
    const end = at + Number(digits);
    if (!/^[0-9]+$/.test(digits) || end <= blank || end > data.length || data[end - 1] !== 0x0a) {
      throw badArchive('a PAX record is malformed');
    }
    const equals = data.indexOf(0x3d, blank);
    if (equals < 0 || equals >= end) throw badArchive('a PAX record has no "="');
    records.set(data.toString('latin1', blank + 1, equals), data.toString('latin1', equals + 1, end - 1));
    at = end;
  }
  return records;
}

/** The bytes of PAX records, each with its own length in front. */
export function writePaxRecords(records: ReadonlyMap<string, string>): Buffer {
  const parts: string[] = [];
  for (const [key, value] of records) {
    const rest = key.length + value.length + 3;
    let length = rest + String(rest).length;
    if (rest + String(length).length > length) length++;
    parts.push(`${length} ${key}=${value}\n`);
  }
  return Buffer.from(parts.join(''), 'latin1');
}

/** An archive that is not what an archive has to be. */
export class DamagedArchive extends SkinnywhaleError {
  /** what is wrong with it, without saying where it came from */
  readonly what: string;

  constructor(what: string, from: { readonly message: string; readonly hint: string }) {
    super('BAD_ARCHIVE', `${from.message}: ${what}`, { hint: from.hint });
    this.what = what;
  }
}

export function badArchive(what: string): DamagedArchive {
  return new DamagedArchive(what, {
    message: 'the engine sent a damaged archive',
    hint: 'Nothing was changed. Try again; if it happens again, the engine or the connection to it is at fault.',
  });
}

function readString(block: Buffer, offset: number, length: number): string {
  const end = block.indexOf(0, offset);
  return block.toString('latin1', offset, end < 0 || end > offset + length ? offset + length : end);
}

/** Octal text, or base-256 where the first byte's high bit is set (GNU). */
export function readNumber(block: Buffer, offset: number, length: number): number {
  const first = block[offset] as number;
  if (first & 0x80) {
    let value = first & 0x40 ? -1 : 0;
    value = value * 64 + (first & 0x3f);
    for (let i = 1; i < length; i++) value = value * 256 + (block[offset + i] as number);
    if (!Number.isSafeInteger(value)) throw badArchive('a number in a header is out of range');
    return value;
  }
  const text = readString(block, offset, length).trim();
  if (text === '') return 0;
  if (!/^[0-7]+$/.test(text)) throw badArchive('a number in a header is not octal');
  return Number.parseInt(text, 8);
}
