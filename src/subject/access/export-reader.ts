import { type Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { padding } from '../../filesystem/content-store.ts';
import type { FileTree } from '../../filesystem/file-tree.ts';
import { ReadAgain } from '../../filesystem/read-again.ts';
import type { SpoolWriter } from '../../filesystem/spool-writer.ts';
import { TreeBuilder } from '../../filesystem/tree-builder.ts';
import type { TreeEntry } from '../../filesystem/tree-entry.ts';
import { canonicalPath, displayPath, type ImagePaths } from '../../model/image-path.ts';
import { type TarEntry, TarScanner } from '../../tar/scanner.ts';
import type { LayerFeed, OpenFeed } from '../feed.ts';
import { isSetAside } from './set-aside.ts';

/** The paths of the change layer, as far as they can be told while the container is read. */
export type ListedPaths = Pick<ImagePaths, 'has'>;

/** Of a file that is not set aside, this many bytes are kept: enough to see what it is. */
const HEAD = 4096;
/** How much is set aside before the list of changes is waited for. */
const AHEAD = 128 << 20;
/** Data that was set aside is read again in pieces of this many bytes. */
const PIECE = 1 << 18;

/**
 * Reads an export in one pass: what is settled goes to the feed at once; of the rest, and of what will be looked into,
 * a copy is set aside. Without a feed all of it is.
 */
export class ExportReader {
  readonly #spool: SpoolWriter;
  readonly #builder = new TreeBuilder();
  readonly #scanner: TarScanner;
  readonly #feed: LayerFeed | undefined;
  readonly #cut = new Map<TreeEntry, number>();
  #changed: ListedPaths | undefined;
  /** entries that came before the list of changes did */
  #undecided: TreeEntry[] = [];
  #current: { readonly entry: TreeEntry; received: number; isSent: boolean; aside: boolean | undefined } | undefined;

  constructor(spool: SpoolWriter, openFeed: OpenFeed | undefined) {
    this.#spool = spool;
    this.#scanner = new TarScanner({
      entry: (entry, header) => this.#entry(entry, header),
      data: (piece) => this.#data(piece),
    });
    const header = ({ inode }: TreeEntry): Buffer => spool.read(inode.place, inode.headerLength);
    this.#feed = openFeed?.({ tree: this.#builder, content: { header } });
  }

  /** Files that were not set aside whole, with the bytes that were. */
  get cut(): ReadonlyMap<TreeEntry, number> {
    return this.#cut;
  }

  /** @throws BAD_ARCHIVE, and what stream, list or feed reject with */
  async read(stream: Readable, listed: Promise<ListedPaths>, onProgress: (bytes: number) => void): Promise<FileTree> {
    const feed = this.#feed;
    let arrived: ListedPaths | undefined;
    const arrival = listed.then((changed) => {
      arrived = changed;
    });
    arrival.catch(() => {});
    const take = async (chunk: Buffer): Promise<void> => {
      this.#scanner.push(chunk);
      onProgress(this.#scanner.offset);
      await this.#spool.ready();
      if (feed === undefined) return;
      if (arrived === undefined && this.#spool.length > AHEAD) await arrival;
      if (arrived !== undefined && this.#changed === undefined) await this.#decide(arrived, feed);
      await feed.ready();
    };
    // An asynchronous iterator would copy what has come in meanwhile into ever new buffers.
    const write = (chunk: Buffer, _encoding: unknown, done: (error?: Error | null) => void): void => {
      take(chunk).then(() => done(), done);
    };
    await pipeline(stream, new Writable({ write }));
    this.#scanner.end();
    await arrival;
    if (feed !== undefined && arrived !== undefined && this.#changed === undefined) {
      await this.#decide(arrived, feed);
    }
    await this.#spool.flush();
    return this.#builder.build();
  }

  #entry(tarEntry: TarEntry, header: Buffer): void {
    const isLate = tarEntry.type === 'directory' && this.#builder.isImplied(canonicalPath(tarEntry.name));
    const entry = this.#builder.add(tarEntry, this.#spool.length);
    // What lies in it may have gone already, with a made-up directory above it.
    if (isLate && this.#feed !== undefined)
      throw new ReadAgain('whole', `${displayPath(entry.path)} comes after what lies in it`);
    this.#spool.write(header);
    this.#current = { entry, received: 0, isSent: false, aside: undefined };
    if (this.#feed === undefined) return;
    if (this.#changed === undefined) this.#undecided.push(entry);
    else if (this.#feed.takes(entry, this.#changed)) {
      this.#feed.entry(entry, Buffer.from(header));
      this.#current.isSent = true;
    }
  }

  #data(piece: Buffer): void {
    const current = this.#current;
    if (current === undefined) return;
    const { entry } = current;
    current.received += piece.length;
    const isLast = current.received === entry.size;
    if (current.isSent) this.#feed?.data(piece);
    current.aside ??= this.#feed === undefined || this.#changed === undefined || this.#isSetAside(entry, piece);
    if (current.aside) this.#spool.write(piece);
    else this.#writeHead(entry, piece);
    if (!isLast) return;
    const zeros = padding(entry.size);
    if (current.isSent) this.#feed?.data(zeros);
    if (!this.#cut.has(entry)) this.#spool.write(zeros);
  }

  #isSetAside(entry: TreeEntry, start: Buffer): boolean {
    return isSetAside(entry, start, {
      isChanged: this.#changed?.has(entry.path) === true,
      isSent: this.#current?.isSent === true,
      spooled: this.#spool.length,
    });
  }

  #writeHead(entry: TreeEntry, piece: Buffer): void {
    const there = this.#cut.get(entry) ?? 0;
    const head = piece.subarray(0, Math.max(0, HEAD - there));
    this.#spool.write(head);
    this.#cut.set(entry, there + head.length);
  }

  /** Now that the list is there: sends what is settled of all that was read so far. */
  async #decide(changed: ListedPaths, feed: LayerFeed): Promise<void> {
    this.#changed = changed;
    const undecided = this.#undecided;
    this.#undecided = [];
    for (const entry of undecided) {
      if (!feed.takes(entry, changed)) continue;
      feed.entry(entry, this.#spool.read(entry.place, entry.headerLength));
      const present = this.#current?.entry === entry ? this.#current : undefined;
      const length = present?.received ?? entry.size;
      for (let at = 0; at < length; at += PIECE) {
        feed.data(this.#spool.read(entry.place + entry.headerLength + at, Math.min(PIECE, length - at)));
        await feed.ready();
      }
      if (length === entry.size) feed.data(padding(entry.size));
      else if (present !== undefined) present.isSent = true;
    }
    this.#reconsider();
  }

  /** The rest of a large file that began before the list came need not be set aside any more. */
  #reconsider(): void {
    const current = this.#current;
    if (current === undefined || current.received === 0 || current.received === current.entry.size) return;
    const { entry, received } = current;
    const start = this.#spool.read(entry.place + entry.headerLength, Math.min(received, HEAD));
    current.aside = this.#isSetAside(entry, start);
    if (!current.aside) this.#cut.set(entry, received);
  }
}
