import type { OutgoingEntry } from '../filesystem/content-store.ts';
import type { TreeEntry } from '../filesystem/tree-entry.ts';
import type { ImagePath } from '../model/image-path.ts';

/** One entry of the layer. */
export interface PlannedEntry extends OutgoingEntry {
  readonly path: ImagePath;
  /** the path that holds the content, for a further name of a hardlinked file */
  readonly linkTo: ImagePath | undefined;
}

/** The entries of a layer in their order. */
export interface PlannedEntries extends Iterable<PlannedEntry> {
  readonly length: number;
  /** those from a place on */
  slice(from: number): Iterable<PlannedEntry>;
}

/** A layer's entries, of which most are sent as the tree has them: of these, no more than the tree's entry is held. */
export class EntryOrder implements PlannedEntries {
  readonly #entries: (TreeEntry | PlannedEntry)[] = [];

  get length(): number {
    return this.#entries.length;
  }

  /** @param entry one of the tree's, the first name of its file, is sent with its own header and content */
  push(entry: TreeEntry | PlannedEntry): void {
    this.#entries.push(entry);
  }

  /** Those from a place on, also what is added meanwhile. */
  *slice(from: number): Generator<PlannedEntry> {
    for (let at = from; at < this.#entries.length; at++) {
      const entry = this.#entries[at] as TreeEntry | PlannedEntry;
      yield 'linkTo' in entry ? entry : asItIs(entry);
    }
  }

  [Symbol.iterator](): Generator<PlannedEntry> {
    return this.slice(0);
  }
}

function asItIs(entry: TreeEntry): PlannedEntry {
  const { path, size } = entry;
  return { path, entry, header: undefined, data: size > 0 ? entry : undefined, linkTo: undefined };
}
