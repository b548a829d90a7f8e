import type { ByteSource } from '../elf/byte-source.ts';
import { displayPath } from '../model/image-path.ts';
import { ArchiveStore } from './archive-store.ts';
import type { OutgoingEntry } from './content-store.ts';
import { FileSource } from './file-source.ts';
import { ReadAgain } from './read-again.ts';
import type { TreeEntry } from './tree-entry.ts';

/** A spooled archive in a temporary file, of which parts may be missing. An entry's `place` is the offset of its header there. */
export class SpoolStore extends ArchiveStore implements Disposable {
  readonly #file: FileSource;
  readonly #cut: ReadonlyMap<TreeEntry, number>;

  /** @param cut files of whose data only the beginning is there, with the number of bytes */
  constructor(path: string, cut: ReadonlyMap<TreeEntry, number> = new Map()) {
    const file = new FileSource(path);
    super(file);
    this.#file = file;
    this.#cut = cut;
  }

  /** Its reads throw {@link ReadAgain} where the data is not there. */
  override content(entry: TreeEntry): ByteSource {
    const whole = super.content(entry);
    const there = this.#cut.get(entry.inode);
    if (there === undefined) return whole;
    return {
      size: whole.size,
      read: (offset, length, into) => {
        if (Math.min(offset + length, whole.size) > there) throw notSetAside(entry.inode);
        return whole.read(offset, length, into);
      },
    };
  }

  /** @throws ReadAgain */
  override *outgoing(entries: Iterable<OutgoingEntry>): Generator<Buffer> {
    yield* super.outgoing(this.#checked(entries));
  }

  [Symbol.dispose](): void {
    this.#file[Symbol.dispose]();
  }

  *#checked(entries: Iterable<OutgoingEntry>): Generator<OutgoingEntry> {
    for (const each of entries) {
      const { data } = each;
      if (data !== undefined && !Buffer.isBuffer(data) && this.#cut.has(data)) throw notSetAside(data);
      yield each;
    }
  }
}

function notSetAside({ path }: TreeEntry): ReadAgain {
  return new ReadAgain('whole', `${displayPath(path)} was not set aside`);
}
