import { withoutTrailingSlashes } from '../model/image-path.ts';
import { BLOCK, checksum, type EntryType, EXTENSION, paddedSize, writePaxRecords } from './header.ts';

/** What a header says. Names are byte strings, without a slash at the end. */
export interface HeaderFields {
  readonly name: string;
  readonly type: EntryType;
  /** as it is to stand there: 07777, and the file type's bits where the archive's others have them */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** bytes of data that follow; of files only */
  readonly size: number;
  /** whole seconds since 1970 */
  readonly mtime: number;
  /** of symbolic and hard links */
  readonly linkname?: string;
  readonly userName?: string;
  readonly groupName?: string;
  /** of devices */
  readonly major?: number;
  readonly minor?: number;
  /** the value of `security.capability` */
  readonly capabilities?: Buffer | undefined;
}

const TYPEFLAGS: Readonly<Record<EntryType, string>> = {
  file: '0',
  hardlink: '1',
  symlink: '2',
  character: '3',
  block: '4',
  directory: '5',
  fifo: '6',
};

/** Longest fields of a header block, in bytes (POSIX.1-2001, ustar). */
const NAME = 100;
const PREFIX = 155;
const OWNER = 32;

/**
 * The header blocks of an entry, byte for byte as Docker's export has them: what Go's archive/tar makes of the header
 * that moby's pkg/archive asks for (PAX format, whole seconds). A ustar block where everything fits, else one with a PAX
 * header before it.
 */
export function makeHeader(fields: HeaderFields): Buffer {
  const name = fields.type === 'directory' ? `${fields.name}/` : fields.name;
  const records = paxRecords(name, fields);
  const at = records.size === 0 && name.length > NAME ? splitAt(name) : -1;
  const block = Buffer.alloc(BLOCK);
  writeText(block, 0, NAME, name.slice(at + 1));
  if (at >= 0) block.write(name.slice(0, at), 345, 'latin1');
  writeOctal(block, 100, 8, fields.mode);
  writeOctal(block, 108, 8, fields.uid);
  writeOctal(block, 116, 8, fields.gid);
  writeOctal(block, 124, 12, fields.size);
  writeOctal(block, 136, 12, fields.mtime);
  block.write(TYPEFLAGS[fields.type], 156, 'latin1');
  writeText(block, 157, NAME, fields.linkname ?? '');
  block.write('ustar\u000000', 257, 'latin1');
  writeText(block, 265, OWNER, fields.userName ?? '');
  writeText(block, 297, OWNER, fields.groupName ?? '');
  writeOctal(block, 329, 8, fields.major ?? 0);
  writeOctal(block, 337, 8, fields.minor ?? 0);
  seal(block);
  return records.size === 0 ? block : Buffer.concat([paxHeader(name, records), block]);
}

/** What the block can't hold, in the order of the keys. */
function paxRecords(name: string, fields: HeaderFields): Map<string, string> {
  const { capabilities, linkname = '', userName = '', groupName = '' } = fields;
  const records = new Map<string, string>();
  if (capabilities !== undefined) records.set('SCHILY.xattr.security.capability', capabilities.toString('latin1'));
  if (!fitsOctal(fields.gid, 8)) records.set('gid', String(fields.gid));
  if (!fitsText(groupName, OWNER)) records.set('gname', groupName);
  if (!fitsText(linkname, NAME)) records.set('linkpath', linkname);
  if (!fitsOctal(fields.mtime, 12)) records.set('mtime', String(fields.mtime));
  if (!fitsOctal(fields.size, 12)) records.set('size', String(fields.size));
  if (!fitsOctal(fields.uid, 8)) records.set('uid', String(fields.uid));
  if (!fitsText(userName, OWNER)) records.set('uname', userName);
  // A name that could be split is written whole as soon as there is a PAX header for another reason.
  if (fitsText(name, NAME) || (records.size === 0 && splitAt(name) >= 0)) return records;
  return new Map([...records, ['path', name] as const].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The last slash that parts a long name in a prefix and a name that both fit, or -1 (archive/tar: splitUSTARPath). */
function splitAt(name: string): number {
  if (!isAscii(name)) return -1;
  const end = name.length > PREFIX + 1 ? PREFIX + 1 : name.length - (name.endsWith('/') ? 1 : 0);
  const at = name.lastIndexOf('/', end - 1);
  const rest = name.length - at - 1;
  return at > 0 && rest > 0 && rest <= NAME ? at : -1;
}

/** Its own name is the entry's, with a folder before the last component that tells what it is. */
function paxHeader(name: string, records: ReadonlyMap<string, string>): Buffer {
  const data = writePaxRecords(records);
  const slash = name.lastIndexOf('/') + 1;
  const own = ascii(`${name.slice(0, slash)}PaxHeaders.0/${name.slice(slash)}`);
  const blocks = Buffer.alloc(BLOCK + paddedSize(data.length));
  const header = blocks.subarray(0, BLOCK);
  header.write(withoutTrailingSlashes(own.slice(0, NAME)), 0, 'latin1');
  for (const offset of [100, 108, 116]) writeOctal(header, offset, 8, 0);
  writeOctal(header, 124, 12, data.length);
  writeOctal(header, 136, 12, 0);
  header.write(EXTENSION.pax, 156, 'latin1');
  header.write('ustar\u000000', 257, 'latin1');
  seal(header);
  data.copy(blocks, BLOCK);
  return blocks;
}

function fitsText(text: string, length: number): boolean {
  return text.length <= length && isAscii(text);
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) >= 0x80) return false;
  return true;
}

/** What a reader that ignores PAX sees: a name without its bytes beyond ASCII. */
function ascii(text: string): string {
  return isAscii(text) ? text : text.replace(/[\x80-\xff]/g, '');
}

/** As much of a text as the field holds; a cut must not leave the slash by which old readers know a directory. */
function writeText(block: Buffer, offset: number, length: number, text: string): void {
  const plain = ascii(text);
  block.write(plain, offset, length, 'latin1');
  if (plain.length > length && block[offset + length - 1] === 0x2f) {
    block[offset + withoutTrailingSlashes(plain.slice(0, length - 1)).length] = 0;
  }
}

/** A number of `length` - 1 octal digits and a zero byte; 0 for one that does not fit, which stands in the PAX header. */
function writeOctal(block: Buffer, offset: number, length: number, value: number): void {
  let left = fitsOctal(value, length) ? value : 0;
  for (let at = offset + length - 2; at >= offset; at--) {
    block[at] = 0x30 + (left % 8);
    left = Math.floor(left / 8);
  }
}

function fitsOctal(value: number, length: number): boolean {
  return value >= 0 && value < 8 ** (length - 1);
}

function seal(block: Buffer): void {
  let sum = checksum(block);
  for (let at = 153; at >= 148; at--) {
    block[at] = 0x30 + (sum & 7);
    sum >>>= 3;
  }
  block[154] = 0;
  block[155] = 0x20;
}
