import type { FileTree } from '../../filesystem/file-tree.ts';
import type { TreeEntry } from '../../filesystem/tree-entry.ts';
import type { ImagePath, ImagePaths } from '../../model/image-path.ts';
import { directoriesAbove, ListedPlaces } from '../../package-records/database/listed-places.ts';

/** What will be in the result, asked by paths as package databases list them. Costs what is kept, not what is listed. */
export class ResultFiles {
  readonly kept: ImagePaths;
  readonly tree: FileTree;
  readonly #directories: Set<ImagePath>;
  readonly #places: ListedPlaces;

  constructor(tree: FileTree, kept: ImagePaths) {
    this.tree = tree;
    this.kept = kept;
    this.#directories = directoriesAbove(kept.keys());
    for (const path of kept.keys()) if (tree.get(path)?.type === 'directory') this.#directories.add(path);
    this.#places = new ListedPlaces(tree, this.#directories);
  }

  /** True where `text` is there and no directory; see {@link countsAsFile}. */
  hasFile(text: string): boolean {
    const path = this.#places.place(text);
    if (path === undefined || !this.kept.has(path) || this.#directories.has(path)) return false;
    const entry = path.includes('/') ? undefined : this.tree.get(path);
    return entry === undefined || countsAsFile(entry);
  }

  /** True where `text` is there, as a directory or as anything else. */
  has(text: string): boolean {
    const path = this.#places.place(text);
    return path !== undefined && (this.kept.has(path) || this.#directories.has(path));
  }
}

/** A link in the root stands for a directory since / and /usr were merged: that is how packages list it. */
export function countsAsFile({ path, type }: TreeEntry): boolean {
  return type !== 'directory' && (type !== 'symlink' || path.includes('/'));
}
