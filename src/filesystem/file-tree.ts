import { type ImagePath, joinPath, parentPath, ROOT } from '../model/image-path.ts';
import type { TreeEntry } from './tree-entry.ts';

/** How a path was walked. */
export interface Resolution {
  readonly status: 'found' | 'missing' | 'loop' | 'not-a-directory';
  /** the entry at the end, where found; undefined for the root, which has no entry of its own */
  readonly entry: TreeEntry | undefined;
  /** the physical path reached (as far as the walk went) */
  readonly path: ImagePath;
  /** the symbolic links crossed, in their order */
  readonly links: readonly ImagePath[];
  /** directories that were entered and left again by `..`: without them the walk would fail */
  readonly passed: readonly ImagePath[];
}

/** How to walk, and what the walk has met so far. */
interface Walk {
  readonly follow: boolean;
  readonly links: ImagePath[];
  readonly passed: ImagePath[];
}

/** The kernel's limit (path_resolution(7)). */
const MAX_LINKS = 40;

/**
 * An immutable index of a container's merged tree. Symbolic links resolve inside the image only: an absolute target
 * starts again at the image's root, and `..` at the root stays there.
 */
export class FileTree {
  readonly #entries: ReadonlyMap<ImagePath, TreeEntry>;
  #children: Map<ImagePath, TreeEntry[]> | undefined;
  readonly #directories = new Map<string, Resolution>();

  /** `entries` in the source's order. */
  constructor(entries: ReadonlyMap<ImagePath, TreeEntry>) {
    this.#entries = entries;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(path: ImagePath): TreeEntry | undefined {
    return this.#entries.get(path);
  }

  /** All entries in the source's order. */
  entries(): IterableIterator<TreeEntry> {
    return this.#entries.values();
  }

  /** What stands directly in a directory (a physical path), in the source's order. */
  children(directory: ImagePath): readonly TreeEntry[] {
    if (this.#children === undefined) {
      this.#children = new Map();
      for (const entry of this.#entries.values()) {
        if (entry.path === ROOT) continue;
        const parent = parentPath(entry.path);
        const siblings = this.#children.get(parent);
        if (siblings === undefined) this.#children.set(parent, [entry]);
        else siblings.push(entry);
      }
    }
    return this.#children.get(directory) ?? [];
  }

  /** Everything below a directory (a physical path), the directory itself not included. */
  *descendants(directory: ImagePath): Generator<TreeEntry> {
    for (const entry of this.children(directory)) {
      yield entry;
      if (entry.type === 'directory') yield* this.descendants(entry.path);
    }
  }

  /** A tree without the entries that `hidden` picks. */
  without(hidden: (entry: TreeEntry) => boolean): FileTree {
    const kept = new Map<ImagePath, TreeEntry>();
    for (const [path, entry] of this.#entries) if (!hidden(entry)) kept.set(path, entry);
    return kept.size === this.#entries.size ? this : new FileTree(kept);
  }

  /**
   * Walks `path` (a byte string) component by component, as the kernel does (path_resolution(7)).
   * A relative path starts in `from`. With `followLast: false` a symbolic link at the end is itself the result.
   */
  resolve(path: string, options: { from?: ImagePath; followLast?: boolean } = {}): Resolution {
    const follow = options.followLast !== false;
    const slash = path.lastIndexOf('/');
    const last = path.slice(slash + 1);
    const directoryText = slash < 0 ? '' : path.slice(0, slash + 1);
    if (last === '' || last === '.' || last === '..') {
      return this.#walk(path, options.from ?? ROOT, { follow, links: [], passed: [] });
    }
    const directory = this.#directory(directoryText, options.from ?? ROOT);
    if (directory.status !== 'found') return directory;
    const { links, passed } = directory;
    const at = joinPath(directory.path, last);
    const entry = this.#entries.get(at);
    if (entry === undefined) return { status: 'missing', entry: undefined, path: at, links, passed };
    if (entry.type !== 'symlink' || !follow) return { status: 'found', entry, path: at, links, passed };
    return this.#walk(last, directory.path, { follow, links: [...links], passed: [...passed] });
  }

  /** The loader asks for many names in few directories, so where a directory's text leads is remembered. */
  #directory(text: string, from: ImagePath): Resolution {
    const key = text.startsWith('/') ? text : `${from}\0${text}`;
    let known = this.#directories.get(key);
    if (known === undefined) {
      known = this.#walk(text, from, { follow: true, links: [], passed: [] });
      if (known.status === 'found' && known.entry !== undefined && known.entry.type !== 'directory') {
        known = { ...known, status: 'not-a-directory', entry: undefined };
      }
      this.#directories.set(key, known);
    }
    return known;
  }

  #walk(path: string, from: ImagePath, { follow, links, passed }: Walk): Resolution {
    let at = path.startsWith('/') ? ROOT : from;
    let entry = this.#entries.get(at);
    const left = path.split('/').reverse();
    const end = (status: Resolution['status']): Resolution => ({
      status,
      entry: status === 'found' ? entry : undefined,
      path: at,
      links,
      passed,
    });
    while (left.length > 0) {
      const name = left.pop() as string;
      if (name === '' || name === '.') {
        // A trailing slash asks for a directory.
        if (entry !== undefined && entry.type !== 'directory') return end('not-a-directory');
        continue;
      }
      if (entry !== undefined && entry.type !== 'directory') return end('not-a-directory');
      if (name === '..' && at !== ROOT) passed.push(at);
      at = name === '..' ? parentPath(at) : joinPath(at, name);
      entry = this.#entries.get(at);
      if (entry === undefined) {
        if (at === ROOT) continue;
        return end('missing');
      }
      if (entry.type !== 'symlink' || (left.length === 0 && !follow)) continue;
      if (links.length === MAX_LINKS) return end('loop');
      links.push(at);
      if (entry.target === '') return end('missing');
      left.push(...entry.target.split('/').reverse());
      at = entry.target.startsWith('/') ? ROOT : parentPath(at);
      entry = this.#entries.get(at);
    }
    return end('found');
  }
}
