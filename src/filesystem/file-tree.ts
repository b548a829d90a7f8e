import { type ImagePath, joinPath, parentPath, ROOT } from '../model/image-path.ts';
import type { Numbered } from './path-sets.ts';
import type { TreeEntry } from './tree-entry.ts';
import { type TreeIndex, without } from './tree-index.ts';

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
 * A container's merged tree, immutable. Symbolic links resolve inside the image only: an absolute target
 * starts again at the image's root, and `..` at the root stays there.
 */
export class FileTree implements Numbered {
  readonly #index: TreeIndex;
  readonly #directories = new Map<string, Resolution>();

  constructor(index: TreeIndex) {
    this.#index = index;
  }

  get(path: ImagePath): TreeEntry | undefined {
    return this.#index.get(path);
  }

  known(path: ImagePath): TreeEntry | undefined {
    return this.#index.known(path);
  }

  numbered(number: number): TreeEntry {
    return this.#index.numbered(number);
  }

  /** All entries in path order. A tree that is read as it is asked for has to be read whole for it. */
  entries(): Iterable<TreeEntry> {
    return this.#index.entries();
  }

  /** What stands directly in a directory (a physical path), in path order. */
  children(directory: ImagePath): readonly TreeEntry[] {
    return this.#index.children(directory);
  }

  /** Everything below a directory (a physical path), the directory itself not included. */
  *descendants(directory: ImagePath): Generator<TreeEntry> {
    for (const entry of this.children(directory)) {
      yield entry;
      if (entry.type === 'directory') yield* this.descendants(entry.path);
    }
  }

  /** A tree without the entries that `isHidden` picks. */
  without(isHidden: (entry: TreeEntry) => boolean): FileTree {
    return new FileTree(without(this.#index, isHidden));
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
    const entry = this.#index.get(at);
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
    let entry = this.#index.get(at);
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
      entry = this.#index.get(at);
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
      entry = this.#index.get(at);
    }
    return end('found');
  }
}
