import { closeSync, openSync, readSync } from 'node:fs';
import type { ByteSource } from '../../../elf/byte-source.ts';
import type { ContentStore, OutgoingEntry } from '../../../filesystem/content-store.ts';
import type { TreeEntry } from '../../../filesystem/tree-entry.ts';
import { paddedSize } from '../../../tar/header.ts';
import { exportHeader } from '../export-header.ts';
import { inFolders } from '../in-folders.ts';
import { type HeaderStyle, NO_NAMES, type OwnerNames } from '../owner-names.ts';
import type { LayerFiles } from './layer-files.ts';
import { changedMeanwhile, OpenFiles, openEntry, READ_ONLY, readFully } from './open-files.ts';
import { OverlayEntry } from './overlay-entry.ts';

/** Small files are put together to pieces of this many bytes. */
const GATHERED = 1 << 18;
/** A file this small goes with others. */
const SMALL = 1 << 17;
/** Larger ones go in pieces of this many bytes. */
const PIECE = 1 << 18;

/** The content of the files of a container's layers, and headers for them as the engine's export would have them. */
export class OverlayContent implements ContentStore, Disposable {
  readonly #files: LayerFiles;
  readonly #open: OpenFiles;
  readonly #typeBits: boolean;
  #names: OwnerNames = NO_NAMES;

  constructor(files: LayerFiles, { typeBits }: Pick<HeaderStyle, 'typeBits'>) {
    this.#files = files;
    this.#open = new OpenFiles(files);
    this.#typeBits = typeBits;
  }

  /** From now on, headers name the owners. */
  nameOwners(names: OwnerNames): void {
    this.#names = names;
  }

  content(entry: TreeEntry): ByteSource {
    const inode = ownEntry(entry.inode);
    const { size } = inode;
    return {
      size,
      read: (offset, length, into) => {
        const end = Math.min(offset + length, size);
        return offset >= 0 && end > offset ? this.#open.read(inode, offset, end - offset, into) : Buffer.alloc(0);
      },
    };
  }

  header(entry: TreeEntry): Buffer {
    const own = ownEntry(entry);
    const isDevice = own.type === 'character' || own.type === 'block';
    return exportHeader(own, {
      typeBits: this.#typeBits,
      names: this.#names,
      capabilities: withoutRoot(own.capabilities()),
      device: isDevice ? this.#files.facts(own.place, own.path).device : undefined,
    });
  }

  *outgoing(entries: Iterable<OutgoingEntry>): Generator<Buffer> {
    let piece = Buffer.allocUnsafe(GATHERED);
    let used = 0;
    for (const { entry, header, data } of entries) {
      const head = header ?? (entry === undefined ? NO_BYTES : this.header(entry));
      const size = data === undefined ? 0 : Buffer.isBuffer(data) ? data.length : data.size;
      const isLarge = size > SMALL && !Buffer.isBuffer(data);
      const wanted = head.length + (isLarge ? 0 : paddedSize(size) + 1);
      if (used + wanted > piece.length) {
        if (used > 0) yield piece.subarray(0, used);
        piece = Buffer.allocUnsafe(Math.max(GATHERED, wanted));
        used = 0;
      }
      used += head.copy(piece, used);
      if (data === undefined) continue;
      if (isLarge) {
        yield piece.subarray(0, used);
        yield* this.#large(ownEntry(data));
        piece = Buffer.allocUnsafe(GATHERED);
        used = 0;
      } else if (Buffer.isBuffer(data)) data.copy(piece, used);
      else if (size > 0) this.#small(ownEntry(data), piece, used);
      const end = used + paddedSize(size) - (isLarge ? size : 0);
      piece.fill(0, isLarge ? 0 : used + size, end);
      used = end;
    }
    if (used > 0) yield piece.subarray(0, used);
  }

  [Symbol.dispose](): void {
    this.#open[Symbol.dispose]();
  }

  #small(entry: OverlayEntry, piece: Buffer, at: number): void {
    // Their listing tells whether the layer has the whole file.
    entry.capabilities();
    const location = this.#files.location(entry.place, entry.path);
    const fd = inFolders(() => openSync(location, READ_ONLY));
    try {
      // One byte more is asked for, which must not be there: cheaper than a look at the size.
      if (readSync(fd, piece, at, entry.size + 1, 0) !== entry.size) throw changedMeanwhile(entry.path);
    } finally {
      closeSync(fd);
    }
  }

  /** Read here and not by another thread: several pieces can then go out whenever the analysis makes room. */
  *#large(entry: OverlayEntry): Generator<Buffer> {
    const fd = openEntry(this.#files, entry);
    try {
      for (let offset = 0; offset < entry.size; offset += PIECE) {
        yield readFully(fd, Buffer.allocUnsafe(Math.min(PIECE, entry.size - offset)), offset);
      }
    } finally {
      closeSync(fd);
    }
  }
}

const NO_BYTES = Buffer.alloc(0);

/** Where the fourth byte of `struct vfs_ns_cap_data` says revision 3 (linux/capability.h), a user follows the bits. */
const REVISION = 3;
const LENGTH_WITHOUT_ROOT = 20;

/** Capabilities of a user namespace's root become everybody's: the user means nothing elsewhere (moby does the same). */
function withoutRoot(capabilities: Buffer | undefined): Buffer | undefined {
  if (capabilities?.[REVISION] !== 3) return capabilities;
  const plain = Buffer.from(capabilities.subarray(0, LENGTH_WITHOUT_ROOT));
  plain[REVISION] = 2;
  return plain;
}

function ownEntry(entry: TreeEntry): OverlayEntry {
  if (entry instanceof OverlayEntry) return entry;
  throw new TypeError(`${entry.path} is not of these layers`);
}
