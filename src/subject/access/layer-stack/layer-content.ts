import type { ByteSource } from '../../../elf/byte-source.ts';
import { ArchiveStore } from '../../../filesystem/archive-store.ts';
import type { OutgoingEntry } from '../../../filesystem/content-store.ts';
import type { TreeEntry } from '../../../filesystem/tree-entry.ts';
import { LayerEntry } from '../../../image/layers/layer-entry.ts';
import { directoryHeader, rewriteHeader } from '../../../tar/rewrite.ts';

/** Pieces of content are compared in this many bytes. */
const PIECE = 1 << 18;

/** The content of a stack of layers: headers and data as their layer has them, but for a name that is another one there. */
export class LayerContent extends ArchiveStore {
  readonly #layers: ByteSource;

  /** @param layers uncompressed, the lowest first, one behind the other */
  constructor(layers: ByteSource) {
    super(layers);
    this.#layers = layers;
  }

  override header(entry: TreeEntry): Buffer {
    const { inode } = entry;
    const other = inode instanceof LayerEntry ? inode.otherHeader : undefined;
    if (other === undefined) return super.header(entry);
    if (other.length === 0) return directoryHeader(inode.path);
    const name = inode.type === 'directory' ? `${inode.path}/` : inode.path;
    return rewriteHeader(this.#layers.read(other.place, other.length), { name });
  }

  override *outgoing(entries: Iterable<OutgoingEntry>): Generator<Buffer> {
    yield* super.outgoing(this.#withHeaders(entries));
  }

  /** Whether two entries as their layers have them, of the same size, have the same header and the same data. */
  isSame(a: TreeEntry, b: TreeEntry): boolean {
    if (a.inode !== a || b.inode !== b) return a.inode.path === b.inode.path && this.isSame(a.inode, b.inode);
    if (a.headerLength !== b.headerLength || !this.#sameBytes(a.place, b.place, a.headerLength)) return false;
    return this.#sameBytes(a.place + a.headerLength, b.place + b.headerLength, a.size);
  }

  #sameBytes(a: number, b: number, length: number): boolean {
    for (let done = 0; done < length; done += PIECE) {
      const count = Math.min(PIECE, length - done);
      if (!this.#layers.read(a + done, count).equals(this.#layers.read(b + done, count))) return false;
    }
    return true;
  }

  *#withHeaders(entries: Iterable<OutgoingEntry>): Generator<OutgoingEntry> {
    for (const each of entries) {
      const { entry, header } = each;
      const isMade = header === undefined && entry !== undefined && entry.headerLength === 0;
      yield isMade ? { ...each, header: this.header(entry) } : each;
    }
  }
}
