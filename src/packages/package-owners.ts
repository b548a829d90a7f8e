import type { ContentStore } from '../filesystem/content-store.ts';
import type { FileTree } from '../filesystem/file-tree.ts';
import { canonicalPath, type ImagePath } from '../model/image-path.ts';

/** Which package each path belongs to, as the container's own package database says. */
export interface PackageOwners {
  /** `rpm`: there is one, and it is not read; null: none was found */
  readonly database: 'dpkg' | 'apk' | 'rpm' | null;
  /** by physical path; directories that several packages share have no owner, nor has what no package brought */
  readonly owners: ReadonlyMap<ImagePath, string>;
}

/** Where package databases are read from. */
export interface PackageSource {
  readonly tree: FileTree;
  readonly content: ContentStore;
}

/** Paths of a database that are looked at; all of TeX Live has a quarter of it. */
const MOST_PATHS = 1_000_000;

/** Gathers owners while a database is read. */
export class OwnerMap {
  readonly #tree: FileTree;
  readonly #owners = new Map<ImagePath, string>();
  readonly #shared = new Set<ImagePath>();
  #left = MOST_PATHS;

  constructor(tree: FileTree) {
    this.#tree = tree;
  }

  get owners(): ReadonlyMap<ImagePath, string> {
    return this.#owners;
  }

  /**
   * @param text the path as the database has it, a byte string. Its directory may be a link by now: /lib/x of a package
   *   from before the merge of / and /usr is usr/lib/x
   */
  add(text: string, owner: string): void {
    if (this.#left-- <= 0) return;
    const entry = this.#tree.get(canonicalPath(text)) ?? this.#tree.resolve(text, { followLast: false }).entry;
    if (entry === undefined || this.#shared.has(entry.path)) return;
    const known = this.#owners.get(entry.path);
    if (known === undefined) this.#owners.set(entry.path, owner);
    else if (known !== owner && entry.type === 'directory') {
      this.#owners.delete(entry.path);
      this.#shared.add(entry.path);
    }
  }
}

/** Reads texts up to a number of bytes in all: the databases come from the image, and may be anything. */
export class BoundedTexts {
  readonly #source: PackageSource;
  #left: number;

  constructor(source: PackageSource, bytes: number) {
    this.#source = source;
    this.#left = bytes;
  }

  /** A file's lines (bytes as latin1), links followed; none where there is no file, cut where the bound is reached. */
  *lines(path: string): Generator<string> {
    const { entry } = this.#source.tree.resolve(path);
    if (entry?.type !== 'file' || this.#left === 0) return;
    const bytes = this.#source.content.content(entry).read(0, this.#left);
    this.#left -= bytes.length;
    const text = bytes.toString('latin1');
    for (let start = 0; start < text.length; ) {
      const end = text.indexOf('\n', start);
      yield text.slice(start, end < 0 ? undefined : end);
      start = end < 0 ? text.length : end + 1;
    }
  }
}
