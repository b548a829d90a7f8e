import type { FileTree } from '../../filesystem/file-tree.ts';
import type { ImagePath, ImagePaths } from '../../model/image-path.ts';
import type { Reason } from '../../model/reason.ts';

/** What happens to the files of package databases, gathered while they are cut. */
export class RecordChanges {
  readonly replaced = new Map<ImagePath, Buffer>();
  readonly removed = new Set<ImagePath>();
  readonly added = new Map<ImagePath, Buffer>();
  readonly alsoKeep = new Map<ImagePath, Reason>();
  readonly #tree: FileTree;
  readonly #kept: ImagePaths;

  constructor(tree: FileTree, kept: ImagePaths) {
    this.#tree = tree;
    this.#kept = kept;
  }

  /**
   * Has a file in the result with this text (bytes as latin1).
   * @param before what the container has there; undefined where it has no such file
   */
  put(path: ImagePath, text: string, before: string | undefined): void {
    if (this.#kept.has(path)) {
      if (text !== before) this.replaced.set(path, Buffer.from(text, 'latin1'));
    } else if (text === before) this.keep(path, { kind: 'package-record' });
    else this.added.set(path, Buffer.from(text, 'latin1'));
  }

  /** Has a file, and the links that lead to it, in the result as the container has it. */
  keep(text: string, reason: Reason): void {
    const { entry, links } = this.#tree.resolve(`/${text}`);
    if (entry === undefined || entry.type === 'directory') return;
    for (const path of [...links, entry.path]) {
      if (!this.#kept.has(path)) this.alsoKeep.set(path, reason);
    }
  }

  remove(path: ImagePath): void {
    if (this.#kept.has(path)) this.removed.add(path);
  }

  /** Removes a directory with all that is kept in it. */
  removeAll(directory: ImagePath): void {
    for (const path of this.#kept.keys()) {
      if (path === directory || path.startsWith(`${directory}/`)) this.removed.add(path);
    }
  }
}
