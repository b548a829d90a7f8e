import { inflateRawSync } from 'node:zlib';
import { type ByteSource, readWithin } from '../../elf/byte-source.ts';

/** A file in a zip archive, as its central directory has it. */
export interface ZipMember {
  readonly name: string;
  readonly size: number;
  readonly method: number;
  readonly packedSize: number;
  /** of its local header */
  readonly offset: number;
}

/** Bytes from the archive's end in which the end record stands: its comment has up to 64 KiB. */
const END = 65_557;
/** Bytes of a central directory that are read. */
const MOST_DIRECTORY = 4 << 20;
const STORED = 0;
const DEFLATED = 8;

/** The files in a zip archive (APPNOTE.TXT 4.3); empty where it is not a zip archive. Zip64 is not read. */
export function zipMembers(source: ByteSource): ZipMember[] {
  const tail = readWithin(source, Math.max(0, source.size - END), END);
  const end = tail.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  if (end < 0 || end + 22 > tail.length) return [];
  const length = tail.readUInt32LE(end + 12);
  const directory = readWithin(source, tail.readUInt32LE(end + 16), Math.min(length, MOST_DIRECTORY));
  const members: ZipMember[] = [];
  for (let at = 0; at + 46 <= directory.length && directory.readUInt32LE(at) === 0x02014b50; ) {
    const nameLength = directory.readUInt16LE(at + 28);
    members.push({
      name: directory.toString('utf8', at + 46, at + 46 + nameLength),
      method: directory.readUInt16LE(at + 10),
      packedSize: directory.readUInt32LE(at + 20),
      size: directory.readUInt32LE(at + 24),
      offset: directory.readUInt32LE(at + 42),
    });
    at += 46 + nameLength + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  return members;
}

/** The content of a member, up to `most` bytes; undefined where it is larger, damaged or packed in another way. */
export function readMember(source: ByteSource, member: ZipMember, most: number): Buffer | undefined {
  if (member.size > most || member.packedSize > most) return undefined;
  const header = readWithin(source, member.offset, 30);
  if (header.length < 30 || header.readUInt32LE(0) !== 0x04034b50) return undefined;
  const start = member.offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
  const packed = readWithin(source, start, member.packedSize);
  if (packed.length < member.packedSize) return undefined;
  if (member.method === STORED) return packed;
  if (member.method !== DEFLATED) return undefined;
  try {
    return inflateRawSync(packed, { maxOutputLength: most });
  } catch {
    return undefined;
  }
}
