import type { ContentStore } from '../filesystem/content-store.ts';
import type { FileTree } from '../filesystem/file-tree.ts';
import type { TreeEntry } from '../filesystem/tree-entry.ts';
import { baseName, type ImagePath, parentPath, ROOT } from '../model/image-path.ts';
import { paddedSize } from '../tar/header.ts';
import { directoryHeader, END_OF_ARCHIVE, renameHeader } from '../tar/rewrite.ts';

/** One entry of the layer. */
export interface PlannedEntry {
  readonly path: ImagePath;
  /** undefined for a directory that the source forgot */
  readonly entry: TreeEntry | undefined;
  /** header blocks that replace the stored ones: a hardlinked file whose first name was dropped, or a made-up directory */
  readonly header: Buffer | undefined;
  /** the entry whose stored data follows the header; undefined where none does */
  readonly data: TreeEntry | undefined;
  /** the path that holds the content, for a further name of a hardlinked file */
  readonly linkTo: ImagePath | undefined;
}

/** The layer as it will be sent, exactly. */
export interface Plan {
  readonly entries: readonly PlannedEntry[];
  /** paths that can't be in a layer, since engines take their names for deletion marks */
  readonly whiteoutNames: readonly ImagePath[];
  /** bytes of the whole layer, end marker included */
  readonly length: number;
}

/** How the names of deletion marks begin (OCI image-spec layer.md, "Whiteouts"). */
export const WHITEOUT = '.wh.';

/**
 * Orders what is kept: the change layer first, then what came from the parent image, each in the source's order; before
 * an entry come the directories above it and, for a hardlink, the name that holds the content.
 */
export function makePlan(
  kept: ReadonlySet<ImagePath>,
  source: { tree: FileTree; changed: ReadonlySet<ImagePath>; content: ContentStore },
): Plan {
  const planner = new Planner(kept, source);
  for (const entry of source.tree.entries())
    if (kept.has(entry.path) && source.changed.has(entry.path)) planner.place(entry);
  for (const entry of source.tree.entries()) if (kept.has(entry.path)) planner.place(entry);
  return planner.finish();
}

class Planner {
  readonly #kept: ReadonlySet<ImagePath>;
  readonly #tree: FileTree;
  readonly #content: ContentStore;
  readonly #entries: PlannedEntry[] = [];
  readonly #placed = new Set<ImagePath>();
  /** where the content of a hardlinked file went */
  readonly #homes = new Map<TreeEntry, ImagePath>();
  readonly #whiteouts: ImagePath[] = [];
  #length = END_OF_ARCHIVE.length;

  constructor(kept: ReadonlySet<ImagePath>, source: { tree: FileTree; content: ContentStore }) {
    this.#kept = kept;
    this.#tree = source.tree;
    this.#content = source.content;
  }

  finish(): Plan {
    return { entries: this.#entries, whiteoutNames: this.#whiteouts, length: this.#length };
  }

  /** False where the entry can't be in the layer. */
  place(entry: TreeEntry): boolean {
    const { path } = entry;
    if (this.#placed.has(path)) return true;
    if (baseName(path).startsWith(WHITEOUT)) {
      if (!this.#whiteouts.includes(path)) this.#whiteouts.push(path);
      return false;
    }
    if (!this.#placeParent(path)) return false;
    if (entry.inode === entry || entry.type === 'directory')
      this.#push({ path, entry, header: undefined, data: entry, linkTo: undefined });
    else this.#placeLink(entry);
    return true;
  }

  #placeParent(path: ImagePath): boolean {
    const parent = parentPath(path);
    if (parent === ROOT || this.#placed.has(parent)) return true;
    const entry = this.#tree.get(parent);
    if (entry !== undefined) return this.place(entry);
    if (!this.#placeParent(parent)) return false;
    this.#push({ path: parent, entry: undefined, header: directoryHeader(parent), data: undefined, linkTo: undefined });
    return true;
  }

  /** A further name of a hardlinked file. The first of its names that is kept gets the content. */
  #placeLink(entry: TreeEntry): void {
    const { inode, path } = entry;
    if (this.#kept.has(inode.path)) this.place(inode);
    const home = this.#placed.has(inode.path) ? inode.path : this.#homes.get(inode);
    if (home === inode.path) {
      this.#push({ path, entry, header: undefined, data: undefined, linkTo: home });
    } else if (home === undefined) {
      const header = renameHeader(this.#content.header(inode), { name: path });
      this.#homes.set(inode, path);
      this.#push({ path, entry, header, data: inode, linkTo: undefined });
    } else {
      const header = renameHeader(this.#content.header(entry), { linkname: home });
      this.#push({ path, entry, header, data: undefined, linkTo: home });
    }
  }

  #push(planned: PlannedEntry): void {
    this.#placed.add(planned.path);
    this.#entries.push(planned);
    this.#length +=
      (planned.header?.length ?? planned.entry?.stored.headerLength ?? 0) +
      paddedSize(planned.data?.stored.dataLength ?? 0);
  }
}
