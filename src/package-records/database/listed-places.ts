import type { FileTree } from '../../filesystem/file-tree.ts';
import {
  baseName,
  canonicalPath,
  type ImagePath,
  type ImagePaths,
  joinPath,
  parentPath,
  ROOT,
  withAncestors,
} from '../../model/image-path.ts';

/** Longer ones can't be opened (PATH_MAX), so nothing of a container has one. */
const LONGEST = 4096;

/**
 * Where the paths that package databases list really lie: /lib/x of a package from before the merge of / and /usr is
 * usr/lib/x. Each directory is looked up once, however many paths are in it.
 */
export class ListedPlaces {
  readonly #tree: FileTree;
  readonly #wanted: Pick<ImagePaths, 'has'> | undefined;
  readonly #known = new Map<string, ImagePath | undefined>();
  #lastText = '';
  #last: ImagePath | undefined = ROOT;

  /**
   * @param wanted the directories of interest, each with all above it. With them the tree is asked about those only, and
   *   about what could be a link to one of them
   */
  constructor(tree: FileTree, wanted?: Pick<ImagePaths, 'has'>) {
    this.#tree = tree;
    this.#wanted = wanted;
  }

  /**
   * The physical path that `text` (a byte string) means, a link at its end not followed. There may be nothing there;
   * undefined where its directory is not one, or is not wanted.
   */
  place(text: string): ImagePath | undefined {
    const slash = text.lastIndexOf('/');
    const name = text.slice(slash + 1);
    if (name === '' || name === '.' || name === '..') return this.#directory(text);
    // Lists go through one directory after the other.
    if (slash !== this.#lastText.length || !text.startsWith(this.#lastText)) {
      this.#lastText = text.slice(0, Math.max(0, slash));
      this.#last = this.#directory(this.#lastText);
    }
    const directory = this.#last;
    if (directory === undefined || directory === ROOT) return directory === undefined ? undefined : (name as ImagePath);
    return `${directory}/${name}` as ImagePath;
  }

  #directory(text: string): ImagePath | undefined {
    // Lists of files have a slash in front, lists of sums have none.
    const key = text.startsWith('/') ? text.slice(1) : text;
    if (key === '') return ROOT;
    const known = this.#known.get(key);
    if (known !== undefined || this.#known.has(key)) return known;
    const found = key.length > LONGEST ? undefined : this.#find(canonicalPath(key));
    this.#known.set(key, found);
    return found;
  }

  #find(path: ImagePath): ImagePath | undefined {
    if (path === ROOT) return ROOT;
    const above = this.#directory(parentPath(path));
    const name = baseName(path);
    if (above === undefined || name === '..') return undefined;
    const at = joinPath(above, name);
    if (this.#wanted?.has(at)) return at;
    const entry = this.#tree.get(at);
    if (entry?.type === 'directory') return this.#wanted === undefined ? at : undefined;
    if (entry?.type !== 'symlink') return undefined;
    const target = this.#tree.resolve(`/${at}`);
    if (target.status !== 'found' || (target.entry !== undefined && target.entry.type !== 'directory'))
      return undefined;
    return this.#wanted === undefined || this.#wanted.has(target.path) ? target.path : undefined;
  }
}

/** The directories above paths, the root included. */
export function directoriesAbove(paths: Iterable<ImagePath>): Set<ImagePath> {
  const directories = new Set<ImagePath>([ROOT]);
  for (const path of paths) {
    for (const directory of withAncestors(parentPath(path))) {
      if (directories.has(directory)) break;
      directories.add(directory);
    }
  }
  return directories;
}
