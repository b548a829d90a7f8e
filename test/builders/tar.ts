import { type ByteSource, bufferSource } from '../../src/elf/byte-source.ts';
import { type ContentStore, type OutgoingEntry, padding } from '../../src/filesystem/content-store.ts';
import type { FileTree } from '../../src/filesystem/file-tree.ts';
import { TreeBuilder } from '../../src/filesystem/tree-builder.ts';
import type { TreeEntry } from '../../src/filesystem/tree-entry.ts';
import { TarScanner } from '../../src/tar/scanner.ts';

/** The type flags of the entries that a layer can hold. */
export const FLAG = {
  file: '0',
  hardlink: '1',
  symlink: '2',
  character: '3',
  block: '4',
  directory: '5',
  fifo: '6',
} as const;

/** One entry of an archive to be built. Texts are byte strings (latin1); nothing is checked, so that bad archives can be made. */
export interface TarMember {
  readonly name: string;
  /** default: directory where the name ends with a slash, else file */
  readonly type?: keyof typeof FLAG;
  /** overrides what `type` says */
  readonly typeflag?: string;
  readonly content?: string | Buffer;
  readonly linkname?: string;
  /** default 0644, for directories 0755 */
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly mtime?: number;
  /** default: the content's length */
  readonly size?: number;
  /** the ustar field for the front of a long name */
  readonly prefix?: string;
  readonly device?: readonly [number, number];
  /** further PAX records */
  readonly pax?: Readonly<Record<string, string>>;
  /** the value of security.capability, any bytes */
  readonly capability?: string;
  /**
   * how what a plain header can't hold is written: PAX records (default), GNU's long names and base-256 numbers, or
   * cut off (`plain`)
   */
  readonly format?: 'pax' | 'gnu' | 'plain';
}

/** A whole archive. `end: false` leaves out the two zero blocks that have to stand there. */
export function tar(members: readonly TarMember[], options: { end?: boolean } = {}): Buffer {
  const end = options.end === false ? [] : [Buffer.alloc(1024)];
  return Buffer.concat([...members.map(tarEntry), ...end]);
}

/** All blocks of one entry: extension headers, header, padded data. */
export function tarEntry(member: TarMember): Buffer {
  const { format = 'pax', content = '' } = member;
  const type = member.type ?? (member.name.endsWith('/') ? 'directory' : 'file');
  const data = typeof content === 'string' ? Buffer.from(content, 'latin1') : content;
  const fields = {
    ...member,
    linkname: member.linkname ?? '',
    typeflag: member.typeflag ?? FLAG[type],
    mode: member.mode ?? (type === 'directory' ? 0o755 : 0o644),
    size: member.size ?? data.length,
  };
  const extensions: Buffer[] = [];
  const records = new Map(Object.entries(member.pax ?? {}));
  if (member.capability !== undefined) records.set('SCHILY.xattr.security.capability', member.capability);
  if (format === 'pax') {
    if (!isPlain(member.name)) records.set('path', member.name);
    if (!isPlain(fields.linkname)) records.set('linkpath', fields.linkname);
    for (const key of ['uid', 'gid', 'mtime', 'size'] as const) {
      const value = fields[key] ?? 0;
      if (!isOctal(value, key === 'uid' || key === 'gid' ? 7 : 11)) records.set(key, String(value));
    }
  } else if (format === 'gnu') {
    if (fields.linkname.length > 100) extensions.push(extension('K', `${fields.linkname}\0`));
    if (member.name.length > 100) extensions.push(extension('L', `${member.name}\0`));
  }
  if (records.size > 0) extensions.push(extension('x', paxRecords([...records])));
  return Buffer.concat([...extensions, headerBlock({ ...fields, gnu: format === 'gnu' }), padded(data)]);
}

/** An extension header with its data: `x`, `g`, `L` or `K`. */
export function extension(typeflag: string, data: string | Buffer): Buffer {
  const bytes = typeof data === 'string' ? Buffer.from(data, 'latin1') : data;
  return Buffer.concat([headerBlock({ name: '././@LongLink', typeflag, size: bytes.length }), padded(bytes)]);
}

/** PAX records as bytes, each with its length in front. */
export function paxRecords(records: readonly (readonly [string, string])[]): string {
  return records
    .map(([key, value]) => {
      const rest = ` ${key}=${value}\n`;
      // The length counts its own digits.
      const length = [1, 2, 3, 4, 5, 6, 7]
        .map((digits) => rest.length + digits)
        .find((n) => `${n}${rest}`.length === n);
      return `${length}${rest}`;
    })
    .join('');
}

/** The fields of a header block; what does not fit is cut, or base-256 with `gnu`. */
export interface HeaderFields {
  readonly name: string;
  readonly typeflag: string;
  readonly linkname?: string;
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly size?: number;
  readonly mtime?: number;
  readonly prefix?: string;
  readonly device?: readonly [number, number];
  readonly gnu?: boolean;
}

/** One sealed header block of 512 bytes. */
export function headerBlock(fields: HeaderFields): Buffer {
  const block = Buffer.alloc(512);
  const number = (value: number, at: number, length: number): void => {
    if (isOctal(value, length - 1)) block.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at, 'latin1');
    else if (fields.gnu) base256(value, length).copy(block, at);
  };
  block.write(fields.name.slice(0, 100), 0, 'latin1');
  number(fields.mode ?? 0o644, 100, 8);
  number(fields.uid ?? 0, 108, 8);
  number(fields.gid ?? 0, 116, 8);
  number(fields.size ?? 0, 124, 12);
  number(fields.mtime ?? 0, 136, 12);
  block.write(fields.typeflag, 156, 'latin1');
  block.write((fields.linkname ?? '').slice(0, 100), 157, 'latin1');
  block.write(fields.gnu ? 'ustar  \0' : 'ustar\x0000', 257, 'latin1');
  block.write('root\0', 265, 'latin1');
  block.write('wheel\0', 297, 'latin1');
  number(fields.device?.[0] ?? 0, 329, 8);
  number(fields.device?.[1] ?? 0, 337, 8);
  block.write((fields.prefix ?? '').slice(0, 155), 345, 'latin1');
  return sealed(block);
}

/** `block` with the checksum of what is in it now; changes it in place. */
export function sealed(block: Buffer): Buffer {
  block.fill(' ', 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}

function padded(data: Buffer): Buffer {
  return Buffer.concat([data, Buffer.alloc((512 - (data.length % 512)) % 512)]);
}

function isPlain(name: string): boolean {
  return name.length <= 100 && /^[ -~]*$/.test(name);
}

function isOctal(value: number, digits: number): boolean {
  return Number.isInteger(value) && value >= 0 && value < 8 ** digits;
}

/** GNU's binary form: two's complement, big endian, the first bit set. */
function base256(value: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let rest = BigInt.asUintN(8 * length, BigInt(value));
  for (let at = length - 1; at >= 0; at--, rest >>= 8n) bytes[at] = Number(rest & 0xffn);
  bytes[0] = (bytes[0] as number) | 0x80;
  return bytes;
}

export const file = (name: string, content: string | Buffer = '', more: Partial<TarMember> = {}): TarMember => ({
  name,
  content,
  ...more,
});

export const program = (name: string, content: string | Buffer, more: Partial<TarMember> = {}): TarMember => ({
  name,
  content,
  mode: 0o755,
  ...more,
});

export const directory = (name: string, more: Partial<TarMember> = {}): TarMember => ({
  name: `${name}/`,
  ...more,
});

export const symlink = (name: string, linkname: string): TarMember => ({
  name,
  type: 'symlink',
  linkname,
  mode: 0o777,
});

export const hardlink = (name: string, linkname: string): TarMember => ({ name, type: 'hardlink', linkname });

/** An archive held in memory, as a store. */
export class MemoryStore implements ContentStore {
  readonly archive: Buffer;

  constructor(archive: Buffer) {
    this.archive = archive;
  }

  content({ inode: { place, headerLength, size } }: TreeEntry): ByteSource {
    const start = place + headerLength;
    return bufferSource(this.archive.subarray(start, start + size));
  }

  header({ inode: { place, headerLength } }: TreeEntry): Buffer {
    return this.archive.subarray(place, place + headerLength);
  }

  *outgoing(entries: Iterable<OutgoingEntry>): Generator<Buffer> {
    for (const { entry, header, data } of entries) {
      if (header !== undefined) yield header;
      else if (entry !== undefined) yield this.archive.subarray(entry.place, entry.place + entry.headerLength);
      if (data === undefined) continue;
      const start = Buffer.isBuffer(data) ? 0 : data.place + data.headerLength;
      yield Buffer.isBuffer(data) ? data : this.archive.subarray(start, start + data.size);
      yield padding(Buffer.isBuffer(data) ? data.length : data.size);
    }
  }
}

/** A container's files for the stages after the source. */
export interface Fixture {
  readonly tree: FileTree;
  readonly content: MemoryStore;
}

/** The tree of an archive, read by the real scanner and builder. @throws what they throw */
export function readFixture(archive: Buffer): Fixture {
  const builder = new TreeBuilder();
  const scanner = new TarScanner({ entry: (entry) => void builder.add(entry) });
  scanner.push(archive);
  scanner.end();
  return { tree: builder.build(), content: new MemoryStore(archive) };
}

/** The tree of these members in their order, with the directories above them put in where they are missing. */
export function fixture(...members: readonly TarMember[]): Fixture {
  const known = new Set(members.map(({ name }) => name.replace(/\/$/, '')));
  const all: TarMember[] = [];
  for (const member of members) {
    const parts = member.name.replace(/\/$/, '').split('/').slice(0, -1);
    for (let depth = 1; depth <= parts.length; depth++) {
      const parent = parts.slice(0, depth).join('/');
      if (!known.has(parent)) all.push(directory(parent));
      known.add(parent);
    }
    all.push(member);
  }
  return readFixture(tar(all));
}
