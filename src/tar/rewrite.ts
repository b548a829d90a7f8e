import { baseName, withoutTrailingSlashes } from '../model/image-path.ts';
import {
  BLOCK,
  badArchive,
  checksum,
  EXTENSION,
  paddedSize,
  readHeaderBlock,
  readNumber,
  readPaxRecords,
  writePaxRecords,
} from './header.ts';

/** Two zero blocks end an archive. */
export const END_OF_ARCHIVE = Buffer.alloc(2 * BLOCK);

/** What of an entry's header is to be another. Names are byte strings. */
export interface HeaderChange {
  readonly name: string;
  /** makes it a hardlink to this path, without data of its own */
  readonly linkTo?: string;
  /** bytes of data */
  readonly size?: number;
}

/**
 * The raw header blocks of an entry with another name, link or size; every other field and PAX record stays byte for
 * byte. Names that don't fit the header block (100 bytes) or aren't ASCII go into PAX records, as Go's archive/tar does.
 */
export function rewriteHeader(
  raw: Buffer,
  { name, linkTo, size = linkTo === undefined ? undefined : 0 }: HeaderChange,
): Buffer {
  const { records, block } = split(raw);
  setField(block, records, { key: 'path', value: name, offset: 0 });
  if (linkTo !== undefined) {
    setField(block, records, { key: 'linkpath', value: linkTo, offset: 157 });
    block.write(HARDLINK, 156, 'latin1');
  }
  if (size !== undefined) {
    records.delete('size');
    block.write(octal(size, 11), 124, 'latin1');
  }
  return join(records, block, name);
}

/** What of an entry's header few entries have. */
export interface RareFields {
  /** the value of `security.capability` */
  readonly capabilities: Buffer | undefined;
  /** of devices */
  readonly device: { readonly major: number; readonly minor: number };
}

/** Reads that from raw header blocks. */
export function rareFields(raw: Buffer): RareFields {
  const { records, block } = split(raw);
  const capabilities = records.get('SCHILY.xattr.security.capability');
  return {
    capabilities: capabilities === undefined ? undefined : Buffer.from(capabilities, 'latin1'),
    device: { major: readNumber(block, 329, 8), minor: readNumber(block, 337, 8) },
  };
}

/** A header for a directory of root's, mode 0755, for parents that an archive forgot. */
export function directoryHeader(name: string): Buffer {
  return madeHeader(`${name}/`, { typeflag: '5', mode: 0o755, size: 0, mtime: 0 });
}

/** A header for a file of root's, mode 0644. `mtime` in seconds since 1970, `size` in bytes. */
export function fileHeader(name: string, { size, mtime }: { size: number; mtime: number }): Buffer {
  return madeHeader(name, { typeflag: '0', mode: 0o644, size, mtime: Math.max(0, Math.trunc(mtime)) });
}

const HARDLINK = '1';

function madeHeader(
  name: string,
  { typeflag, mode, size, mtime }: { typeflag: string; mode: number; size: number; mtime: number },
): Buffer {
  const block = Buffer.alloc(BLOCK);
  block.write(octal(mode, 7), 100, 'latin1');
  block.write(octal(0, 7), 108, 'latin1');
  block.write(octal(0, 7), 116, 'latin1');
  block.write(octal(size, 11), 124, 'latin1');
  block.write(octal(mtime, 11), 136, 'latin1');
  block.write(typeflag, 156, 'latin1');
  block.write('ustar\u000000', 257, 'latin1');
  const records = new Map<string, string>();
  setField(block, records, { key: 'path', value: name, offset: 0 });
  return join(records, block, name);
}

function octal(value: number, digits: number): string {
  return `${value.toString(8).padStart(digits, '0')}\0`;
}

function split(raw: Buffer): { records: Map<string, string>; block: Buffer } {
  const records = new Map<string, string>();
  let at = 0;
  while (at + BLOCK < raw.length) {
    const header = readHeaderBlock(raw.subarray(at, at + BLOCK), at);
    const data = raw.subarray(at + BLOCK, at + BLOCK + header.size);
    if (header.typeflag === EXTENSION.pax) for (const [key, value] of readPaxRecords(data)) records.set(key, value);
    else if (header.typeflag === EXTENSION.gnuLongName) records.set('path', untilZero(data));
    else if (header.typeflag === EXTENSION.gnuLongLink) records.set('linkpath', untilZero(data));
    else throw badArchive('a header to be renamed has an unexpected extension');
    at += BLOCK + paddedSize(header.size);
  }
  return { records, block: Buffer.from(raw.subarray(at)) };
}

function untilZero(data: Buffer): string {
  const end = data.indexOf(0);
  return data.toString('latin1', 0, end < 0 ? data.length : end);
}

function setField(
  block: Buffer,
  records: Map<string, string>,
  field: { key: 'path' | 'linkpath'; value: string; offset: number },
): void {
  const fits = field.value.length <= 100 && /^[\x20-\x7e]*$/.test(field.value);
  block.fill(0, field.offset, field.offset + 100);
  if (field.key === 'path') block.fill(0, 345, 345 + 155);
  // A reader that ignores PAX sees at least the end of the name.
  block.write(fits ? field.value : field.value.replace(/[^\x20-\x7e]/g, '_').slice(-100), field.offset, 'latin1');
  if (fits) records.delete(field.key);
  else records.set(field.key, field.value);
}

function join(records: ReadonlyMap<string, string>, block: Buffer, name: string): Buffer {
  seal(block);
  if (records.size === 0) return block;
  const data = writePaxRecords(records);
  const header = Buffer.alloc(BLOCK);
  header.write(
    `PaxHeaders.0/${baseName(withoutTrailingSlashes(name)).replace(/[^\x20-\x7e]/g, '_')}`.slice(0, 99),
    0,
    'latin1',
  );
  header.write('0000000\0', 100, 'latin1');
  header.write('0000000\0', 108, 'latin1');
  header.write('0000000\0', 116, 'latin1');
  header.write(`${data.length.toString(8).padStart(11, '0')}\0`, 124, 'latin1');
  header.write('00000000000\0', 136, 'latin1');
  header.write(EXTENSION.pax, 156, 'latin1');
  header.write('ustar\u000000', 257, 'latin1');
  seal(header);
  return Buffer.concat([header, data, Buffer.alloc(paddedSize(data.length) - data.length), block]);
}

function seal(block: Buffer): void {
  block.write(`${checksum(block).toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
}
