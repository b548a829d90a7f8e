import {
  canonicalPath,
  displayBytes,
  hasParentReference,
  type ImagePath,
  parentPath,
  ROOT,
  withAncestors,
} from '../model/image-path.ts';
import { badArchive } from '../tar/header.ts';
import type { TarEntry } from '../tar/scanner.ts';
import { ArchiveEntry } from './archive-entry.ts';
import { AttributePool } from './attributes.ts';
import { FileTree } from './file-tree.ts';
import type { Numbered } from './path-sets.ts';
import type { TreeEntry } from './tree-entry.ts';
import { EntryMap } from './tree-index.ts';

/** Makes a {@link FileTree} from the entries of an archive, refusing what could lead outside or hide another entry. */
export class TreeBuilder implements Numbered {
  readonly #entries = new Map<ImagePath, TreeEntry>();
  readonly #attributes = new AttributePool();
  readonly #order: TreeEntry[] = [];
  /** directories that have no entry of their own, or none yet, and that something lies below */
  readonly #implied = new Set<ImagePath>([ROOT]);

  /**
   * @param place where the content store will have it; default: where the archive has it
   * @throws BAD_ARCHIVE on an absolute name or one with `..`, a path twice, a path below a non-directory, a hardlink to nothing or to a directory
   */
  add(entry: TarEntry, place = entry.headerOffset): TreeEntry {
    const path = safePath(entry.name);
    if (this.#entries.has(path)) throw badArchive(`${displayBytes(entry.name)} is in it twice`);
    this.#checkPlace(path, entry);
    const { mode, uid, gid, size, mtime, linkname, hasCapabilities, headerLength } = entry;
    const first = entry.type === 'hardlink' ? this.#linked(entry) : undefined;
    // Links to links of special files exist, too (mknod, ln): they are what their first name is.
    const type = first?.type ?? (entry.type as Exclude<typeof entry.type, 'hardlink'>);
    const target = first?.target ?? (type === 'symlink' ? linkname : '');
    const rare = { target, first, hasCapabilities, headerLength };
    const number = this.#order.length;
    const made = new ArchiveEntry(
      { number, path, size, mtime, place },
      this.#attributes.of(type, mode, uid, gid),
      rare,
    );
    this.#entries.set(path, made);
    this.#order.push(made);
    return made;
  }

  /** The entry that a hardlink's other name has led to. */
  #linked({ name, linkname }: TarEntry): TreeEntry {
    const first = this.#entries.get(safePath(linkname));
    if (first === undefined || first.type === 'directory') {
      throw badArchive(`the hardlink ${displayBytes(name)} points to ${first ? 'a directory' : 'nothing'}`);
    }
    return first.inode;
  }

  /** The nearest entry above has to be a directory, and so has this one where something is known to lie below it. */
  #checkPlace(path: ImagePath, { name, type }: TarEntry): void {
    if (type !== 'directory' && this.#implied.has(path)) {
      throw badArchive(`${displayBytes(name)} is not a directory, and something lies below it`);
    }
    for (const above of withAncestors(parentPath(path))) {
      const entry = this.#entries.get(above);
      if (entry?.type === 'directory') return;
      if (entry !== undefined) throw badArchive(`${displayBytes(name)} lies below something that is not a directory`);
      this.#implied.add(above);
    }
  }

  /** What has been added so far. */
  get(path: ImagePath): TreeEntry | undefined {
    return this.#entries.get(path);
  }

  known(path: ImagePath): TreeEntry | undefined {
    return this.get(path);
  }

  numbered(number: number): TreeEntry {
    return this.#order[number] as TreeEntry;
  }

  /** Whether something lies below a path that has no entry of its own yet. */
  isImplied(path: ImagePath): boolean {
    return this.#implied.has(path) && !this.#entries.has(path);
  }

  build(): FileTree {
    return new FileTree(new EntryMap(this.#entries, this.#order));
  }
}

function safePath(name: string): ImagePath {
  if (name.startsWith('/') || hasParentReference(name) || name.includes('\0')) {
    throw badArchive(`the name ${displayBytes(name)} could lead outside of the image`);
  }
  return canonicalPath(name);
}
