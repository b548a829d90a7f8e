import { TreeBuilder } from '../../filesystem/tree-builder.ts';
import type { TreeEntry } from '../../filesystem/tree-entry.ts';
import {
  baseName,
  canonicalPath,
  displayBytes,
  hasParentReference,
  type ImagePath,
  joinPath,
  parentPath,
  ROOT,
} from '../../model/image-path.ts';
import { type TarEntry, TarScanner } from '../../tar/scanner.ts';
import { badImage } from '../image-files.ts';

/** How the names of deletion marks begin (OCI image-spec layer.md, "Whiteouts"). */
const WHITEOUT = '.wh.';
/** Names that AUFS used for itself; one of them marks a directory in which nothing of lower layers shows. */
const META = '.wh..wh.';
const OPAQUE = '.wh..wh..opq';
/** Symbolic links that are followed on the way to one name: the kernel's limit. */
const MOST_LINKS = 40;
/** An image with more files is refused: their headers alone would fill the memory. */
const MOST_ENTRIES = 2_000_000;

/** What one layer says. Paths are where its entries end up when it is unpacked alone, with its own links followed. */
export interface LayerContents {
  /** in path order; each has its place, counted from the first byte of the lowest layer */
  readonly entries: Iterable<TreeEntry>;
  /** what of lower layers is deleted, with all below it */
  readonly whiteouts: ReadonlySet<ImagePath>;
  /** directories in which nothing of lower layers shows */
  readonly opaque: ReadonlySet<ImagePath>;
  /** hardlinks whose target this layer does not have, with its path */
  readonly linksBelow: ReadonlyMap<TreeEntry, ImagePath>;
  /** entries whose header has another name than their path */
  readonly renamed: ReadonlySet<TreeEntry>;
}

/**
 * Reads the headers of a layer that is pushed to it in pieces.
 *
 * Names are what engines make of them (moby pkg/archive: Unpack; containerd pkg/archive: applyNaive): cleaned, below the
 * layer's root, and through the symbolic links that the layer itself has. A path twice is refused, as by Docker's tar-split.
 */
export class LayerReader {
  readonly #builder = new TreeBuilder();
  readonly #scanner: TarScanner;
  readonly #start: number;
  readonly #whiteouts = new Set<ImagePath>();
  readonly #opaque = new Set<ImagePath>();
  readonly #linksBelow = new Map<TreeEntry, ImagePath>();
  readonly #renamed = new Set<TreeEntry>();
  /** where the last directory led */
  #lastDirectory: { readonly text: ImagePath; readonly path: ImagePath } = { text: ROOT, path: ROOT };
  #count = 0;

  /** @param start the place of its first byte */
  constructor(start: number) {
    this.#start = start;
    this.#scanner = new TarScanner({ entry: (entry) => this.#entry(entry) }, { ignoresGlobals: true });
  }

  /** @throws BAD_ARCHIVE */
  push(piece: Buffer): void {
    this.#scanner.push(piece);
  }

  /** @throws BAD_ARCHIVE where it ends inside of an entry; an end marker is not asked for, since its digest is known */
  end(): LayerContents {
    this.#scanner.end({ needsMarker: false });
    return {
      entries: this.#builder.build().entries(),
      whiteouts: this.#whiteouts,
      opaque: this.#opaque,
      linksBelow: this.#linksBelow,
      renamed: this.#renamed,
    };
  }

  #entry(entry: TarEntry): void {
    if (++this.#count > MOST_ENTRIES) throw badImage(`a layer has more than ${MOST_ENTRIES} files`);
    const name = cleanName(entry.name);
    if (name === ROOT || isMeta(name)) this.#rootOrMeta(name, entry);
    else this.#named(name, entry);
  }

  #named(name: ImagePath, entry: TarEntry): void {
    const directory = this.#directory(parentPath(name));
    const last = baseName(name);
    if (last.startsWith(WHITEOUT)) {
      this.#whiteouts.add(joinPath(directory, hiddenName(last)));
      return;
    }
    const path = joinPath(directory, last);
    const place = this.#start + entry.headerOffset;
    const added = entry.type === 'hardlink' ? this.#addLink(entry, path, place) : this.#add(entry, path, place);
    if (canonicalPath(entry.name) !== path || entry.name.startsWith('/')) this.#renamed.add(added);
  }

  /**
   * The root has no entry in a tree, and is never opaque: an overlay file system does not look whether it is. Of AUFS's own
   * files only the mark in an opaque directory means anything.
   */
  #rootOrMeta(name: ImagePath, { type, name: text }: TarEntry): void {
    if (name === ROOT && type !== 'directory') throw badImage(`${displayBytes(text)} is no directory`);
    const directory = parentPath(name);
    if (baseName(name) !== OPAQUE || isMeta(directory) || directory === ROOT) return;
    this.#opaque.add(this.#directory(directory));
  }

  #add(entry: TarEntry, path: ImagePath, place: number): TreeEntry {
    return this.#builder.add({ ...entry, name: path }, place);
  }

  #addLink(entry: TarEntry, path: ImagePath, place: number): TreeEntry {
    const name = cleanName(entry.linkname);
    const target = joinPath(this.#directory(parentPath(name)), baseName(name));
    if (this.#builder.get(target) !== undefined) {
      return this.#builder.add({ ...entry, name: path, linkname: target }, place);
    }
    const link = this.#builder.add({ ...entry, name: path, type: 'file' }, place);
    this.#linksBelow.set(link, target);
    return link;
  }

  /** Where a directory's name leads in this layer; what it does not have stays as it is written. */
  #directory(text: ImagePath): ImagePath {
    if (text === this.#lastDirectory.text) return this.#lastDirectory.path;
    const path = this.#builder.get(text)?.type === 'directory' ? text : this.#walk(text);
    this.#lastDirectory = { text, path };
    return path;
  }

  #walk(text: ImagePath): ImagePath {
    let at = ROOT;
    let links = 0;
    for (const left = text.split('/').reverse(); left.length > 0; ) {
      const name = left.pop() as string;
      if (name === '' || name === '.') continue;
      if (name.startsWith(WHITEOUT)) throw badImage(`${displayBytes(text)} lies below a deletion mark`);
      at = name === '..' ? parentPath(at) : joinPath(at, name);
      const entry = this.#builder.get(at);
      if (entry === undefined || entry.type === 'directory') continue;
      if (entry.type !== 'symlink')
        throw badImage(`${displayBytes(text)} lies below something that is not a directory`);
      if (++links > MOST_LINKS) throw badImage(`${displayBytes(text)} leads in circles`);
      left.push(...entry.target.split('/').reverse());
      at = entry.target.startsWith('/') ? ROOT : parentPath(at);
    }
    return at;
  }
}

/** @throws BAD_ARCHIVE where it could lead outside */
function cleanName(name: string): ImagePath {
  const path = canonicalPath(name);
  if (hasParentReference(path) || path.includes('\0')) {
    throw badImage(`the name ${displayBytes(name)} could lead outside of the image`);
  }
  return path;
}

function isMeta(path: ImagePath): boolean {
  return path.startsWith(META) || path.includes(`/${META}`);
}

/** The name that a deletion mark hides. @throws BAD_ARCHIVE where that would be another directory */
function hiddenName(mark: string): string {
  const name = mark.slice(WHITEOUT.length);
  if (name === '' || name === '.' || name === '..')
    throw badImage(`${displayBytes(mark)} deletes nothing that has a name`);
  return name;
}
