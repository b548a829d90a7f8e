import type { ContainerChange } from '../engine/client.ts';
import type { FileTree } from '../filesystem/file-tree.ts';
import { REPLACEMENT } from '../model/engine-text.ts';
import { byteString, canonicalPath, type ImagePath } from '../model/image-path.ts';

/** An engine's list of changes, in a form that takes little room: there may be a hundred thousand. */
export class ListedChanges {
  /** how many lines the list has */
  readonly length: number;
  /** what it says of each path that it tells as it is */
  readonly #kinds = new Map<ImagePath, ContainerChange['kind']>();
  /** by their text, those of names that are not UTF-8: several may look the same */
  readonly mangled = new Map<string, ContainerChange[]>();

  constructor(changes: readonly ContainerChange[]) {
    this.length = changes.length;
    for (const change of changes) {
      const { path, kind } = change;
      if (!path.includes(REPLACEMENT)) {
        this.#kinds.set(canonicalPath(byteString(path.slice(1))), kind);
        continue;
      }
      const same = this.mangled.get(path);
      if (same === undefined) this.mangled.set(path, [change]);
      else same.push(change);
    }
  }

  /** Whether a path is listed as it is. */
  has(path: ImagePath): boolean {
    return this.#kinds.has(path);
  }

  /**
   * Whether the list calls something deleted that is there, with nothing new in it: then it is the list that is wrong. A
   * directory that was removed and made again is called deleted by Podman, which lists what is in it now.
   */
  isContradictedBy(tree: FileTree): boolean {
    for (const [path, kind] of this.#kinds) {
      if (kind !== 'deleted' || tree.get(path) === undefined) continue;
      if (!tree.children(path).some((entry) => this.#kinds.has(entry.path))) return true;
    }
    return false;
  }

  /** What the list says of a path, which is forgotten with it. */
  take(path: ImagePath): ContainerChange['kind'] | undefined {
    const kind = this.#kinds.get(path);
    this.#kinds.delete(path);
    return kind;
  }
}
