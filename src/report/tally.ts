import type { TreeEntry } from '../filesystem/tree-entry.ts';
import type { Amount } from './slim-report.ts';

/** Of the files that these entries name, those that have several names. */
export function hardlinkedFiles(entries: Iterable<TreeEntry | undefined>): Set<TreeEntry> {
  const files = new Set<TreeEntry>();
  for (const entry of entries) if (entry !== undefined && entry.inode !== entry) files.add(entry.inode);
  return files;
}

/** Adds up entries, a hardlinked file's content once. */
export class Tally {
  readonly #hardlinked: ReadonlySet<TreeEntry>;
  readonly #known = new Set<TreeEntry>();
  #bytes = 0;
  #entries = 0;

  /** @param hardlinked all files that have several names among the entries to come: there are few, and only they are remembered */
  constructor(hardlinked: ReadonlySet<TreeEntry>) {
    this.#hardlinked = hardlinked;
  }

  add({ type, inode }: TreeEntry): this {
    this.#entries++;
    if (type !== 'file' || this.#known.has(inode)) return this;
    if (this.#hardlinked.has(inode)) this.#known.add(inode);
    this.#bytes += inode.size;
    return this;
  }

  amount(): Amount {
    return { bytes: this.#bytes, entries: this.#entries };
  }
}
