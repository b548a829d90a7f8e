import { type BigIntStats, type Dirent, lstatSync, readdirSync, readlinkSync } from 'node:fs';
import { ReadAgain } from '../../../filesystem/read-again.ts';
import { displayBytes, type ImagePath, joinPath, ROOT } from '../../../model/image-path.ts';
import type { SparseFile } from '../../snapshot.ts';
import { DirectoryHandles } from '../directory-handles.ts';
import { inFolders } from '../in-folders.ts';
import type { XattrReader } from './xattr.ts';

/** What a name in a layer's directory is. A whiteout says that what lower layers have there is deleted. */
export type LayerNode =
  | 'file'
  | 'symlink'
  | 'directory'
  | 'character'
  | 'block'
  | 'fifo'
  | 'socket'
  | 'whiteout'
  | 'unknown';

/** What lstat(2) says of a file. */
export interface FileFacts {
  readonly type: LayerNode;
  /** with the bits of the file's type */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** bytes; of files only */
  readonly size: number;
  /** whole seconds since 1970 and the nanoseconds after them */
  readonly seconds: number;
  readonly nanoseconds: number;
  readonly links: number;
  readonly inode: bigint;
  readonly device: { readonly major: number; readonly minor: number };
}

const BILLION = 1_000_000_000n;

/** Bytes of a file from which on it matters that it is sparse, and of a block of stat(2). */
const LARGE = 1e9;
const BLOCK = 512;

/**
 * The files of a container's layers, as they lie in directories of this machine (linux Documentation/filesystems/
 * overlayfs.rst). Layers are numbered from the uppermost one, 0. Nothing leads out of a layer, even where the container
 * runs and puts links in the place of its directories: see {@link DirectoryHandles}.
 */
export class LayerFiles implements Disposable {
  /** how many layers there are */
  readonly count: number;
  readonly #layers: readonly DirectoryHandles[];
  readonly #xattrs: XattrReader;
  readonly #names = new Map<string, ReadonlyMap<string, LayerNode>>();
  readonly #sparse = new Map<string, SparseFile>();

  /** @param layers directories of this machine, uppermost first */
  constructor(layers: readonly string[], xattrs: XattrReader) {
    this.#layers = layers.map((layer) => new DirectoryHandles(layer));
    this.#xattrs = xattrs;
    this.count = layers.length;
  }

  /**
   * What the system knows a file by, for calls that don't follow a link at the end. Valid until the next call.
   * @throws ReadAgain through the engine where a directory on the way is no longer one
   */
  location(layer: number, path: ImagePath): Buffer {
    return this.#handles(layer).location(path);
  }

  [Symbol.dispose](): void {
    for (const handles of this.#layers) handles[Symbol.dispose]();
  }

  #handles(layer: number): DirectoryHandles {
    return this.#layers[layer] as DirectoryHandles;
  }

  /** What stands in a directory of a layer. */
  names(layer: number, directory: ImagePath): ReadonlyMap<string, LayerNode> {
    const key = `${layer}/${directory}`;
    let names = this.#names.get(key);
    if (names === undefined) {
      names = this.#readNames(layer, directory);
      this.#names.set(key, names);
    }
    return names;
  }

  /** Holds what stands in a directory of a layer no longer: it would be read again. */
  forget(layer: number, directory: ImagePath): void {
    this.#names.delete(`${layer}/${directory}`);
  }

  #readNames(layer: number, directory: ImagePath): ReadonlyMap<string, LayerNode> {
    const names = new Map<string, LayerNode>();
    const options = { encoding: 'buffer', withFileTypes: true } as const;
    for (const found of inFolders(() => readdirSync(this.#handles(layer).directory(directory), options))) {
      const name = found.name.toString('latin1');
      const node = nodeOf(found);
      const exact = node === 'character' || node === 'unknown';
      names.set(name, exact ? this.facts(layer, joinPath(directory, name)).type : node);
    }
    return names;
  }

  facts(layer: number, path: ImagePath): FileFacts {
    const stats = inFolders(() => lstatSync(this.location(layer, path), { bigint: true }));
    const node = nodeOf(stats);
    const { mtimeNs } = stats;
    if (node === 'file' && stats.size > LARGE) this.#noteSparse(path, stats);
    const nanoseconds = ((mtimeNs % BILLION) + BILLION) % BILLION;
    return {
      type: node === 'character' && stats.rdev === 0n ? 'whiteout' : node,
      mode: Number(stats.mode),
      uid: Number(stats.uid),
      gid: Number(stats.gid),
      size: node === 'file' ? Number(stats.size) : 0,
      seconds: Number((mtimeNs - nanoseconds) / BILLION),
      nanoseconds: Number(nanoseconds),
      links: Number(stats.nlink),
      inode: stats.ino,
      device: deviceNumber(stats.rdev),
    };
  }

  /** The large sparse files among those that were looked at. */
  get sparse(): readonly SparseFile[] {
    return [...this.#sparse.values()];
  }

  #noteSparse(path: ImagePath, stats: BigIntStats): void {
    const [size, allocated] = [Number(stats.size), Number(stats.blocks) * BLOCK];
    if (allocated < size / 2) this.#sparse.set(path, { path, size, allocated });
  }

  /** A symbolic link's target, as a byte string. */
  target(layer: number, path: ImagePath): string {
    return inFolders(() => readlinkSync(this.location(layer, path), 'latin1'));
  }

  /** True where what lower layers have in this directory does not show. */
  isOpaque(layer: number, directory: ImagePath): boolean {
    // Nothing lies below the lowest layer. A layer's root is never opaque: it stands for the whole layer.
    if (layer === this.count - 1 || directory === ROOT) return false;
    const location = this.location(layer, directory);
    const names = inFolders(() => this.#xattrs.list(location));
    if (names.includes(REDIRECT)) throw notPlain(directory, 'was renamed with redirect_dir');
    if (!names.includes(OPAQUE)) return false;
    const value = inFolders(() => this.#xattrs.get(location, OPAQUE))?.toString('latin1');
    // "x" would announce whiteouts in the form of regular files.
    if (value !== 'y') throw notPlain(directory, `has ${OPAQUE}=${value}`);
    return true;
  }

  /** The value of `security.capability` of a file. */
  capabilities(layer: number, path: ImagePath): Buffer | undefined {
    const location = this.location(layer, path);
    const names = inFolders(() => this.#xattrs.list(location));
    if (names.length === 0) return undefined;
    if (names.includes(METACOPY) || names.includes(REDIRECT))
      throw notPlain(path, 'has its content elsewhere (metacopy)');
    return names.includes(CAPABILITY) ? inFolders(() => this.#xattrs.get(location, CAPABILITY)) : undefined;
  }
}

const OPAQUE = 'trusted.overlay.opaque';
const REDIRECT = 'trusted.overlay.redirect';
const METACOPY = 'trusted.overlay.metacopy';
const CAPABILITY = 'security.capability';

/** Layers that can't be read directly: what the directories show is not what the container sees. */
export class NotPlainLayers extends ReadAgain {}

function notPlain(path: ImagePath, why: string): NotPlainLayers {
  return new NotPlainLayers('engine', `the layers can't be read directly: /${displayBytes(path)} ${why}`);
}

function nodeOf(of: Dirent<Buffer> | BigIntStats): LayerNode {
  if (of.isFile()) return 'file';
  if (of.isDirectory()) return 'directory';
  if (of.isSymbolicLink()) return 'symlink';
  if (of.isCharacterDevice()) return 'character';
  if (of.isBlockDevice()) return 'block';
  if (of.isFIFO()) return 'fifo';
  return of.isSocket() ? 'socket' : 'unknown';
}

/** As makedev(3) of Linux puts them together. */
function deviceNumber(rdev: bigint): FileFacts['device'] {
  if (rdev === 0n) return NO_DEVICE;
  return {
    major: Number(((rdev >> 8n) & 0xfffn) | ((rdev >> 32n) & 0xfffff000n)),
    minor: Number((rdev & 0xffn) | ((rdev >> 12n) & 0xffffff00n)),
  };
}

const NO_DEVICE = { major: 0, minor: 0 };
