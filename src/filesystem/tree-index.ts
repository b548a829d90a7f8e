import { comparePaths, type ImagePath, parentPath, ROOT } from '../model/image-path.ts';
import type { Numbered } from './path-sets.ts';
import type { TreeEntry } from './tree-entry.ts';

/** What a file tree looks its entries up in. */
export interface TreeIndex extends Numbered {
  get(path: ImagePath): TreeEntry | undefined;
  /** what stands directly in a directory (a physical path), in path order */
  children(directory: ImagePath): readonly TreeEntry[];
  /** every entry, in path order; may have to read the whole tree */
  entries(): Iterable<TreeEntry>;
}

/** An index of entries that are all known. */
export class EntryMap implements TreeIndex {
  readonly #entries: ReadonlyMap<ImagePath, TreeEntry>;
  readonly #isSorted: boolean;
  #children: Map<ImagePath, TreeEntry[]> | undefined;
  #numbered: TreeEntry[] | undefined;

  /** @param numbered the entries by their numbers, where such a list is there already */
  constructor(entries: ReadonlyMap<ImagePath, TreeEntry>, numbered?: TreeEntry[]) {
    this.#entries = entries;
    this.#numbered = numbered;
    this.#isSorted = isSorted(entries.keys());
  }

  get(path: ImagePath): TreeEntry | undefined {
    return this.#entries.get(path);
  }

  known(path: ImagePath): TreeEntry | undefined {
    return this.get(path);
  }

  numbered(number: number): TreeEntry {
    if (this.#numbered === undefined) {
      this.#numbered = [];
      for (const entry of this.#entries.values()) this.#numbered[entry.number] = entry;
    }
    return this.#numbered[number] as TreeEntry;
  }

  children(directory: ImagePath): readonly TreeEntry[] {
    if (this.#children === undefined) {
      this.#children = new Map();
      for (const entry of this.entries()) {
        if (entry.path === ROOT) continue;
        const parent = parentPath(entry.path);
        const siblings = this.#children.get(parent);
        if (siblings === undefined) this.#children.set(parent, [entry]);
        else siblings.push(entry);
      }
    }
    return this.#children.get(directory) ?? [];
  }

  entries(): Iterable<TreeEntry> {
    if (this.#isSorted) return this.#entries.values();
    return [...this.#entries.values()].sort((a, b) => comparePaths(a.path, b.path));
  }
}

function isSorted(paths: Iterable<ImagePath>): boolean {
  let before: ImagePath | undefined;
  for (const path of paths) {
    if (before !== undefined && comparePaths(before, path) > 0) return false;
    before = path;
  }
  return true;
}

/** An index without the entries that `isHidden` picks; it is asked about each when somebody looks for it. */
export function without(index: TreeIndex, isHidden: (entry: TreeEntry) => boolean): TreeIndex {
  return {
    numbered: (number) => index.numbered(number),
    known(path) {
      const entry = index.known(path);
      return entry === undefined || isHidden(entry) ? undefined : entry;
    },
    get(path) {
      const entry = index.get(path);
      return entry === undefined || isHidden(entry) ? undefined : entry;
    },
    children: (directory) => index.children(directory).filter((entry) => !isHidden(entry)),
    *entries() {
      for (const entry of index.entries()) if (!isHidden(entry)) yield entry;
    },
  };
}
