import { ArchiveEntry } from '../../filesystem/archive-entry.ts';
import { AttributePool } from '../../filesystem/attributes.ts';
import type { TreeEntry } from '../../filesystem/tree-entry.ts';
import { displayPath, type ImagePath, parentPath, ROOT, withAncestors } from '../../model/image-path.ts';
import { badImage } from '../image-files.ts';
import type { LayerContents } from './layer-contents.ts';

/** What is left where layers lie on top of each other. */
export interface Stack {
  /** entries as their layers have them; a further name of a hardlinked file may have a first one that is gone */
  readonly entries: ReadonlyMap<ImagePath, TreeEntry>;
  /** those of the base that were replaced or deleted above it */
  readonly before: ReadonlyMap<ImagePath, TreeEntry>;
  /** places from here on are above the base */
  readonly aboveBase: number;
  /** entries whose header has another name than their path */
  readonly renamed: ReadonlySet<TreeEntry>;
  /** directories that have no header in any layer */
  readonly made: ReadonlySet<TreeEntry>;
}

/**
 * Puts layers on top of each other, the lowest first, as overlay file systems show them: each layer is a directory of its own
 * (moby graphdriver/overlay2: ApplyDiff), in which a directory is merged with those below it, and all else hides what is
 * below. So a directory above a symbolic link takes its place, also where the layer only has something in it.
 */
export class LayerMerge {
  readonly #entries = new Map<ImagePath, TreeEntry>();
  readonly #before = new Map<ImagePath, TreeEntry>();
  readonly #renamed = new Set<TreeEntry>();
  readonly #made = new Set<TreeEntry>();
  readonly #attributes = new AttributePool();
  #aboveBase = Number.POSITIVE_INFINITY;

  /** What is applied from here on lies above the base. @param place of the next layer's first byte */
  endBase(place: number): void {
    this.#aboveBase = place;
  }

  /** @param start the place of its first byte. @throws BAD_ARCHIVE where a hardlink leads to nothing */
  apply(layer: LayerContents, start: number): void {
    // Looked up before anything of the layers below is hidden.
    const entries = [...layer.entries].map((entry) => {
      const target = layer.linksBelow.get(entry.inode);
      return target === undefined ? entry : this.#linkBelow(entry, target);
    });
    this.#hide(entries, layer);
    for (const entry of entries) {
      this.#makeDirectory(parentPath(entry.path), start);
      this.#set(entry.path, entry);
      if (layer.renamed.has(entry)) this.#renamed.add(entry);
    }
    // A mark needs a directory to stand in.
    for (const path of layer.whiteouts) this.#makeDirectory(parentPath(path), start);
    for (const path of layer.opaque) this.#makeDirectory(path, start);
  }

  result(): Stack {
    return {
      entries: this.#entries,
      before: this.#before,
      aboveBase: this.#aboveBase,
      renamed: this.#renamed,
      made: this.#made,
    };
  }

  /** Takes away all of the layers below that does not show any more. */
  #hide(entries: readonly TreeEntry[], { whiteouts, opaque }: LayerContents): void {
    const gone = new Set<ImagePath>();
    const hide = (path: ImagePath): void => {
      if (this.#entries.get(path)?.type === 'directory') gone.add(path);
      else this.#delete(path);
    };
    const hideOther = (path: ImagePath): void => {
      const below = this.#entries.get(path);
      if (below !== undefined && below.type !== 'directory') this.#delete(path);
    };
    for (const path of whiteouts) hide(path);
    for (const { path, type } of entries) {
      if (type !== 'directory') hide(path);
      for (const directory of withAncestors(type === 'directory' ? path : parentPath(path))) hideOther(directory);
    }
    for (const path of whiteouts) for (const directory of withAncestors(parentPath(path))) hideOther(directory);
    for (const path of opaque) for (const directory of withAncestors(path)) hideOther(directory);
    if (gone.size > 0 || opaque.size > 0) this.#deleteBelow(gone, opaque);
  }

  /** Deletes some directories with all that is in them, and all that is in others. */
  #deleteBelow(gone: ReadonlySet<ImagePath>, emptied: ReadonlySet<ImagePath>): void {
    const known = new Map<ImagePath, boolean>([[ROOT, emptied.has(ROOT)]]);
    const isEmptied = (directory: ImagePath): boolean => {
      let is = known.get(directory);
      if (is === undefined) {
        is = gone.has(directory) || emptied.has(directory) || isEmptied(parentPath(directory));
        known.set(directory, is);
      }
      return is;
    };
    for (const path of this.#entries.keys()) if (gone.has(path) || isEmptied(parentPath(path))) this.#delete(path);
  }

  #linkBelow(link: TreeEntry, target: ImagePath): TreeEntry {
    const below = this.#entries.get(target);
    if (below === undefined || below.type === 'directory') {
      const what = below === undefined ? 'nothing' : 'a directory';
      throw badImage(`the hardlink ${displayPath(link.path)} points to ${what}`);
    }
    const { inode } = below;
    const { number, path, mtime, place, headerLength } = link;
    const { target: symlinkTarget, hasCapabilities, type, mode, uid, gid } = inode;
    return new ArchiveEntry({ number, path, size: 0, mtime, place }, this.#attributes.of(type, mode, uid, gid), {
      target: symlinkTarget,
      first: inode,
      hasCapabilities,
      headerLength,
    });
  }

  /** Engines make directories that a layer takes for granted: root's, mode 0755 (moby pkg/archive: Unpack). */
  #makeDirectory(path: ImagePath, place: number): void {
    if (path === ROOT || this.#entries.has(path)) return;
    this.#makeDirectory(parentPath(path), place);
    const at = { number: 0, path, size: 0, mtime: 0, place };
    const rare = { target: '', first: undefined, hasCapabilities: false, headerLength: 0 };
    const made = new ArchiveEntry(at, this.#attributes.of('directory', 0o755, 0, 0), rare);
    this.#made.add(made);
    this.#set(path, made);
  }

  #set(path: ImagePath, entry: TreeEntry): void {
    this.#remember(path);
    this.#entries.set(path, entry);
  }

  #delete(path: ImagePath): void {
    this.#remember(path);
    this.#entries.delete(path);
  }

  /** What the base shows at a path that a layer above it changes; what a layer of the base itself hides is not of it. */
  #remember(path: ImagePath): void {
    if (this.#aboveBase === Number.POSITIVE_INFINITY) return;
    const entry = this.#entries.get(path);
    if (entry === undefined || entry.place >= this.#aboveBase || this.#before.has(path)) return;
    this.#before.set(path, entry);
  }
}
