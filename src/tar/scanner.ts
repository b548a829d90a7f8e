import {
  BLOCK,
  badArchive,
  type EntryType,
  EXTENSION,
  entryType,
  type HeaderBlock,
  paddedSize,
  readHeaderBlock,
  readPaxRecords,
} from './header.ts';

/** One entry of a tar archive. Names are byte strings as the archive has them; offsets count from the archive's start. */
export interface TarEntry {
  readonly name: string;
  readonly linkname: string;
  readonly type: EntryType;
  /** permission bits, setuid and its kin: 07777 */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** bytes of data that follow the header; 0 for all but files */
  readonly size: number;
  /** seconds since 1970, may be negative or fractional */
  readonly mtime: number;
  /** true where the entry carries `security.capability` */
  readonly hasCapabilities: boolean;
  /** where the entry's first header block starts, extension headers included */
  readonly headerOffset: number;
  /** bytes from there to the data */
  readonly headerLength: number;
}

/** Receives what a {@link TarScanner} finds, in archive order. Chunks are views: copy what you keep. */
export interface TarHandler {
  /** `header` holds the raw header blocks, extension headers included. */
  entry(entry: TarEntry, header: Buffer): void;
  /** A piece of the current entry's data, without padding. */
  data?(chunk: Buffer): void;
}

/** How an archive is read. */
export interface ScanOptions {
  /** global PAX headers mean nothing, as engines have it in a layer (moby pkg/archive: createTarFile); they apply else */
  readonly ignoresGlobals?: boolean;
}

/** Extension headers of one entry that are longer than this are an attack: PATH_MAX is 4096 and an xattr at most 64 KiB. */
const MAX_EXTENSION = 1 << 20;

/**
 * Reads a tar archive pushed to it in pieces of any size and keeps nothing but the header at hand.
 * Formats: ustar, PAX, GNU long names. An archive that does not end with its two zero blocks is an error: engines end
 * an export cleanly even where they gave up half-way.
 */
export class TarScanner {
  readonly #handler: TarHandler;
  readonly #ignoresGlobals: boolean;
  #offset = 0;
  #state: 'header' | 'extension' | 'data' | 'end' = 'header';
  /** bytes of the current block or extension that are still missing are collected here */
  #pending: Buffer[] = [];
  #pendingLength = 0;
  #wanted = BLOCK;
  #dataLeft = 0;
  #paddingLeft = 0;
  #zeroBlocks = 0;
  #headerOffset = 0;
  #headerParts: Buffer[] = [];
  #extensionType = '';
  #extensionSize = 0;
  #global = new Map<string, string>();
  #local = new Map<string, string>();

  constructor(handler: TarHandler, { ignoresGlobals = false }: ScanOptions = {}) {
    this.#handler = handler;
    this.#ignoresGlobals = ignoresGlobals;
  }

  /** Bytes consumed so far. */
  get offset(): number {
    return this.#offset;
  }

  /** Bytes of the present entry's data that are still to come, padding included: see `skip`. */
  get dataLeft(): number {
    return this.#state === 'data' ? this.#dataLeft + this.#paddingLeft : 0;
  }

  /** Goes on behind that data, for an input that can be read at any place. */
  skip(): void {
    if (this.#state !== 'data') return;
    this.#offset += this.dataLeft;
    this.#dataLeft = this.#paddingLeft = 0;
    this.#state = 'header';
  }

  /** @throws BAD_ARCHIVE */
  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#state === 'end') {
        this.#offset += chunk.length - at;
        return;
      }
      at = this.#state === 'data' ? this.#skipData(chunk, at) : this.#collect(chunk, at);
    }
  }

  /**
   * Call it when the input has ended.
   * @param options `needsMarker`: false where something else proves that nothing is missing, so that the end of an entry will do
   * @throws BAD_ARCHIVE where the archive has not ended
   */
  end({ needsMarker = true }: { needsMarker?: boolean } = {}): void {
    if (this.#state === 'end') return;
    const isBetween = this.#state === 'header' && this.#pendingLength === 0 && this.#headerParts.length === 0;
    if (!needsMarker && isBetween) return;
    throw badArchive(`it was cut short after ${this.#offset} bytes: the end-of-archive marker is missing`);
  }

  #skipData(chunk: Buffer, at: number): number {
    if (this.#dataLeft > 0) {
      const take = Math.min(this.#dataLeft, chunk.length - at);
      this.#handler.data?.(take === chunk.length ? chunk : chunk.subarray(at, at + take));
      this.#dataLeft -= take;
      this.#offset += take;
      at += take;
    }
    if (this.#dataLeft === 0) {
      const take = Math.min(this.#paddingLeft, chunk.length - at);
      this.#paddingLeft -= take;
      this.#offset += take;
      at += take;
      if (this.#paddingLeft === 0) this.#state = 'header';
    }
    return at;
  }

  /** Gathers the next header block or extension; whole ones are used in place. */
  #collect(chunk: Buffer, at: number): number {
    const missing = this.#wanted - this.#pendingLength;
    const take = Math.min(missing, chunk.length - at);
    const piece = chunk.subarray(at, at + take);
    this.#offset += take;
    if (take < missing) {
      this.#pending.push(Buffer.from(piece));
      this.#pendingLength += take;
      return at + take;
    }
    let whole = piece;
    if (this.#pendingLength > 0) {
      whole = Buffer.concat([...this.#pending, piece]);
      this.#pending = [];
      this.#pendingLength = 0;
    }
    if (this.#state === 'header') this.#header(whole);
    else this.#extension(whole);
    return at + take;
  }

  #header(block: Buffer): void {
    const start = this.#offset - BLOCK;
    if (isZero(block)) {
      if (this.#headerParts.length > 0) throw badArchive('an extension header stands alone');
      if (++this.#zeroBlocks === 2) this.#state = 'end';
      return;
    }
    if (this.#zeroBlocks > 0) throw badArchive(`a lone zero block stands before byte ${start}`);
    if (this.#headerParts.length === 0) this.#headerOffset = start;
    const header = readHeaderBlock(block, start);
    if (header.size < 0) throw badArchive('an entry has a negative size');
    if ((Object.values(EXTENSION) as string[]).includes(header.typeflag)) {
      if (this.#offset - this.#headerOffset + header.size > MAX_EXTENSION)
        throw badArchive('an extension header is far too long');
      if (!this.#isIgnored(header.typeflag)) this.#headerParts.push(Buffer.from(block));
      this.#extensionType = header.typeflag;
      this.#extensionSize = header.size;
      this.#wanted = paddedSize(header.size);
      this.#state = 'extension';
      if (header.size === 0) this.#extension(Buffer.alloc(0));
      return;
    }
    this.#entry(header, block);
  }

  #extension(padded: Buffer): void {
    this.#wanted = BLOCK;
    this.#state = 'header';
    if (this.#isIgnored(this.#extensionType)) return;
    const data = padded.subarray(0, this.#extensionSize);
    this.#headerParts.push(Buffer.from(padded));
    if (this.#extensionType === EXTENSION.pax)
      for (const [key, value] of readPaxRecords(data)) this.#local.set(key, value);
    else if (this.#extensionType === EXTENSION.paxGlobal) {
      for (const [key, value] of readPaxRecords(data)) this.#global.set(key, value);
    } else {
      const end = data.indexOf(0);
      const text = data.toString('latin1', 0, end < 0 ? data.length : end);
      this.#local.set(this.#extensionType === EXTENSION.gnuLongName ? 'path' : 'linkpath', text);
    }
  }

  #isIgnored(typeflag: string): boolean {
    return this.#ignoresGlobals && typeflag === EXTENSION.paxGlobal && this.#headerParts.length === 0;
  }

  #entry(header: HeaderBlock, block: Buffer): void {
    const type = entryType(header.typeflag);
    if (type === undefined) throw badArchive(`an entry has the unknown type ${JSON.stringify(header.typeflag)}`);
    // An empty value takes the record back (POSIX, pax).
    const record = (key: string): string | undefined => (this.#local.get(key) ?? this.#global.get(key)) || undefined;
    const number = (key: string, otherwise: number): number => {
      const text = record(key);
      if (text === undefined) return otherwise;
      if (!/^-?[0-9]{1,20}(\.[0-9]*)?$/.test(text)) throw badArchive(`the PAX record ${key} is not a number`);
      return Number(text);
    };
    const size = type === 'file' ? number('size', header.size) : 0;
    if (!Number.isSafeInteger(size) || size < 0) throw badArchive('an entry has an impossible size');
    const raw = this.#headerParts.length === 0 ? block : Buffer.concat([...this.#headerParts, block]);
    const name = record('path') ?? header.name;
    this.#handler.entry(
      {
        name,
        linkname: record('linkpath') ?? header.linkname,
        // Old archives mark a directory by its trailing slash alone (pre-POSIX tar).
        type: type === 'file' && header.typeflag === '\0' && name.endsWith('/') ? 'directory' : type,
        mode: header.mode & 0o7777,
        uid: number('uid', header.uid),
        gid: number('gid', header.gid),
        size,
        mtime: number('mtime', header.mtime),
        hasCapabilities: record('SCHILY.xattr.security.capability') !== undefined,
        headerOffset: this.#headerOffset,
        headerLength: this.#offset - this.#headerOffset,
      },
      raw,
    );
    this.#headerParts = [];
    this.#local.clear();
    this.#dataLeft = size;
    this.#paddingLeft = paddedSize(size) - size;
    this.#state = size > 0 ? 'data' : 'header';
  }
}

const ZERO = Buffer.alloc(BLOCK);

function isZero(block: Buffer): boolean {
  return block[0] === 0 && block.equals(ZERO);
}
