import type { ContentStore } from '../filesystem/content-store.ts';
import type { FileTree } from '../filesystem/file-tree.ts';
import { type Numbered, PathSet } from '../filesystem/path-sets.ts';
import type { TreeEntry } from '../filesystem/tree-entry.ts';
import {
  baseName,
  comparePaths,
  type ImagePath,
  type ImagePaths,
  parentPath,
  ROOT,
  withAncestors,
} from '../model/image-path.ts';
import { directoryHeader, fileHeader, rewriteHeader } from '../tar/rewrite.ts';
import { EntryOrder, type PlannedEntries, type PlannedEntry } from './entry-order.ts';

/** The layer as it will be sent, exactly. */
export interface Plan {
  readonly entries: PlannedEntries;
  /** of all entries */
  readonly paths: ImagePaths & { readonly size: number };
  /** paths that can't be in a layer, since engines take their names for deletion marks */
  readonly whiteoutNames: readonly ImagePath[];
}

/** What a layer is made from. */
export interface LayerSource {
  readonly tree: Pick<FileTree, 'get'> & Numbered;
  readonly content: Pick<ContentStore, 'header'>;
  /** files that are written anew: their whole content */
  readonly made?: ReadonlyMap<ImagePath, Buffer>;
}

/** How the names of deletion marks begin (OCI image-spec layer.md, "Whiteouts"). */
export const WHITEOUT = '.wh.';

/** What has its place before the rest is known. */
export interface EarlyEntries {
  readonly isSettled: (path: ImagePath) => boolean;
  /** has placed all of those already */
  readonly planner?: Planner | undefined;
}

/**
 * Orders what is kept: first what is settled before the rest is known, then the rest, each in path order; before an
 * entry come the directories above it. Of the names of a hardlinked file the first one in this order has the content.
 */
export function makePlan(kept: ImagePaths, source: LayerSource, early?: EarlyEntries): Plan {
  const planner = early?.planner ?? new Planner(source);
  const paths = [...kept.keys()].sort(comparePaths);
  if (early !== undefined && early.planner === undefined) {
    for (const path of paths) if (early.isSettled(path)) planner.place(path);
  }
  return planner.finish(paths, source);
}

/** Puts entries in their order, one by one: what is placed stays. */
export class Planner {
  #source: LayerSource;
  readonly #entries = new EntryOrder();
  readonly #placed: PathSet;
  /** where the content of a hardlinked file went, if not to its first name */
  readonly #homes = new Map<TreeEntry, ImagePath>();
  readonly #whiteouts = new Set<ImagePath>();

  constructor(source: LayerSource) {
    this.#source = source;
    this.#placed = new PathSet(source.tree);
  }

  /** What has been placed so far. */
  get entries(): PlannedEntries {
    return this.#entries;
  }

  /** Places the rest. @param paths in path order @param source what is known now that all of it is */
  finish(paths: Iterable<ImagePath>, source: LayerSource): Plan {
    this.#source = source;
    for (const path of paths) this.place(path);
    return { entries: this.#entries, paths: this.#placed, whiteoutNames: [...this.#whiteouts] };
  }

  /** Places a path, with what has to stand before it. False where it can't be in the layer. */
  place(path: ImagePath): boolean {
    if (this.#placed.has(path)) return true;
    if (baseName(path).startsWith(WHITEOUT)) {
      this.#whiteouts.add(path);
      return false;
    }
    const entry = this.#source.tree.get(path);
    const made = this.#source.made?.get(path);
    const parent = parentPath(path);
    if (parent !== ROOT && !this.place(parent)) return false;
    if (made !== undefined)
      this.#push({ path, entry, header: this.#madeHeader(path, made), data: made, linkTo: undefined });
    else if (entry === undefined)
      this.#push({ path, entry, header: directoryHeader(path), data: undefined, linkTo: undefined });
    else this.#placeEntry(entry);
    return true;
  }

  #placeEntry(entry: TreeEntry): void {
    const { inode, path } = entry;
    if (entry === inode && !this.#homes.has(inode)) {
      this.#push(entry);
      return;
    }
    const home = this.#homes.get(inode) ?? (this.#hasContent(inode) ? inode.path : undefined);
    if (home !== undefined) {
      const header = rewriteHeader(this.#source.content.header(inode), { name: path, linkTo: home });
      this.#push({ path, entry, header, data: undefined, linkTo: home });
      return;
    }
    this.#homes.set(inode, path);
    const header = rewriteHeader(this.#source.content.header(inode), { name: path });
    this.#push({ path, entry, header, data: inode.size > 0 ? inode : undefined, linkTo: undefined });
  }

  /** Whether a file's own content is in the layer under its first name. */
  #hasContent({ path }: TreeEntry): boolean {
    return this.#placed.has(path) && this.#source.made?.has(path) !== true;
  }

  #madeHeader(path: ImagePath, { length }: Buffer): Buffer {
    const entry = this.#source.tree.get(path);
    if (entry?.type === 'file') {
      return rewriteHeader(this.#source.content.header(entry.inode), { name: path, size: length });
    }
    return fileHeader(path, { size: length, mtime: this.#timeAbove(path) });
  }

  /** That of the nearest directory that the source has: generated files don't depend on the time of the run. */
  #timeAbove(path: ImagePath): number {
    for (const above of withAncestors(parentPath(path))) {
      const entry = this.#source.tree.get(above);
      if (entry !== undefined) return entry.mtime;
    }
    return 0;
  }

  #push(entry: TreeEntry | PlannedEntry): void {
    this.#placed.add(entry.path);
    this.#entries.push(entry);
  }
}
