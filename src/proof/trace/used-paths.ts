import type { FileTree, Resolution } from '../../filesystem/file-tree.ts';
import {
  canonicalPath,
  hasParentReference,
  type ImagePath,
  isWithin,
  parentPath,
  ROOT,
} from '../../model/image-path.ts';
import type { Use } from '../../model/use.ts';
import { type LearnedPath, LearnedPaths } from '../profile/learned-path.ts';

/** What the kernel has there is no image's. */
const KERNEL_DIRECTORIES = ['proc', 'sys', 'dev'] as readonly string[] as readonly ImagePath[];

/** So many spellings are kept as they were; a program that goes on to make up new ones gets the plain paths. */
const SPELLINGS = 100_000;

/** Collects the paths that a run used, as far as they were in the container's tree before it. */
export class UsedPaths {
  readonly #tree: FileTree;
  readonly #leftOut: readonly ImagePath[];
  readonly #learned = new LearnedPaths();
  readonly #spellings = new Set<string>();

  /** @param leftOut directories whose files are the tracer's own */
  constructor(tree: FileTree, leftOut: readonly ImagePath[]) {
    this.#tree = tree;
    this.#leftOut = [...KERNEL_DIRECTORIES, ...leftOut];
  }

  /**
   * A path that was there when the run used it. Where the tree has none, the run made it, and needed for that the
   * directory in which it did, and the links that led there.
   * @param path absolute byte string
   * @returns whether the tree has it
   */
  use(path: string, how: Use, by: string): boolean {
    const text = canonicalPath(path);
    if (this.#isLeftOut(text)) return true;
    const found = this.#tree.resolve(`/${text}`);
    if (found.status !== 'found') {
      if (found.status === 'missing') this.#useSteps(found, parentPath(found.path), by);
      return false;
    }
    if (this.#isLeftOut(found.path)) return true;
    const isDirectory = found.entry === undefined || found.entry.type === 'directory';
    const kind = !isDirectory ? how : how === 'listed' ? 'listed' : 'resolved';
    if (this.#isKept(text, found)) this.#add(text, kind, by);
    else {
      this.#add(found.path, kind, by);
      this.#useSteps(found, undefined, by);
    }
    return true;
  }

  /** A path whose look-up failed although the file may well be there: the failure is what the program saw. */
  meet(path: string, by: string): void {
    const text = canonicalPath(path);
    if (this.#tree.resolve(`/${text}`, { followLast: false }).status === 'found') this.use(text, 'resolved', by);
  }

  /** A path as a name for people: as it was given, but for `..`. */
  name(path: string): string {
    const text = canonicalPath(path);
    return (hasParentReference(text) ? this.physical(path) : undefined) ?? `/${text}`;
  }

  /** Where `path` leads in the tree; undefined where it has none. */
  physical(path: string): string | undefined {
    const found = this.#tree.resolve(path);
    return found.status === 'found' ? `/${found.path}` : undefined;
  }

  /** In path order. */
  list(): LearnedPath[] {
    return this.#learned.list();
  }

  /** A text with `..` depends on where links lead today; without, it says what the program wanted. */
  #isKept(text: ImagePath, { links }: Resolution): boolean {
    if (hasParentReference(text)) return false;
    if (links.length > 0 && this.#spellings.size < SPELLINGS) this.#spellings.add(text);
    return links.length === 0 || this.#spellings.has(text);
  }

  /** What was crossed on the way, and the directory where it ended. */
  #useSteps({ links, passed }: Resolution, end: ImagePath | undefined, by: string): void {
    for (const path of [...links, ...passed, ...(end === undefined ? [] : [end])]) {
      if (!this.#isLeftOut(path) && this.#tree.get(path) !== undefined) this.#add(path, 'resolved', by);
    }
  }

  #add(path: ImagePath, how: Use, by: string): void {
    // a process whose beginning was not seen has no name
    if (path !== ROOT) this.#learned.add({ path: `/${path}`, how, by: by === '' ? '/' : by });
  }

  #isLeftOut(path: ImagePath): boolean {
    return this.#leftOut.some((directory) => isWithin(path, directory));
  }
}
