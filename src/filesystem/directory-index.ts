import { closeSync, lstatSync, openSync, readdirSync, readlinkSync, readSync, type Stats } from 'node:fs';
import type { ByteSource } from '../elf/byte-source.ts';
import { comparePaths, type ImagePath, joinPath, ROOT } from '../model/image-path.ts';
import type { ContentStore } from './content-store.ts';
import type { NodeType, TreeEntry } from './tree-entry.ts';
import type { TreeIndex } from './tree-index.ts';

/**
 * A directory of this machine as a tree, read as it is asked for: what a walk needs is looked at, once, and nothing else.
 * Errors but "not there" are thrown as the system gives them.
 */
export class DirectoryIndex implements TreeIndex {
  readonly #root: string;
  readonly #known = new Map<ImagePath, TreeEntry | undefined>();
  readonly #order: TreeEntry[] = [];

  /** @param root absolute path of the directory; `/` for the whole machine */
  constructor(root: string) {
    this.#root = root;
  }

  get(path: ImagePath): TreeEntry | undefined {
    if (!this.#known.has(path)) this.#known.set(path, this.#read(path));
    return this.#known.get(path);
  }

  known(path: ImagePath): TreeEntry | undefined {
    return this.#known.get(path);
  }

  numbered(number: number): TreeEntry {
    return this.#order[number] as TreeEntry;
  }

  children(directory: ImagePath): readonly TreeEntry[] {
    return namesIn(bytesOf(this.#root, directory))
      .flatMap((name) => this.get(joinPath(directory, name)) ?? [])
      .sort((a, b) => comparePaths(a.path, b.path));
  }

  *entries(directory: ImagePath = ROOT): Generator<TreeEntry> {
    for (const entry of this.children(directory)) {
      yield entry;
      if (entry.type === 'directory') yield* this.entries(entry.path);
    }
  }

  #read(path: ImagePath): TreeEntry | undefined {
    // as in an archive, the root has no entry of its own
    if (path === ROOT) return undefined;
    const at = bytesOf(this.#root, path);
    const stats = orAbsent(() => lstatSync(at));
    const type = stats === undefined ? undefined : typeOf(stats);
    if (stats === undefined || type === undefined) return undefined;
    const target = type === 'symlink' ? orAbsent(() => readlinkSync(at, 'latin1')) : '';
    if (target === undefined) return undefined;
    const { mode, uid, gid, size, mtimeMs } = stats;
    const entry: { -readonly [K in keyof TreeEntry]: TreeEntry[K] } = {
      number: this.#order.length,
      path,
      type,
      mode: mode & 0o7777,
      uid,
      gid,
      size: type === 'file' ? size : 0,
      mtime: Math.floor(mtimeMs / 1000),
      target,
      inode: undefined as unknown as TreeEntry,
      hasCapabilities: false,
      place: 0,
      headerLength: 0,
    };
    entry.inode = entry;
    this.#order.push(entry);
    return entry;
  }
}

/** The files' bytes beside a {@link DirectoryIndex}, for looking at them; nothing of this machine is sent as it is. */
export class DirectoryContent implements Pick<ContentStore, 'content'> {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  content(entry: TreeEntry): ByteSource {
    const path = bytesOf(this.#root, entry.path);
    return { size: entry.size, read: (offset, length) => readAt(path, offset, Math.min(length, entry.size - offset)) };
  }
}

function readAt(path: Buffer, offset: number, length: number): Buffer {
  if (!(offset >= 0 && length > 0)) return Buffer.alloc(0);
  const file = openSync(path, 'r');
  try {
    const buffer = Buffer.allocUnsafe(length);
    let done = 0;
    while (done < length) {
      const bytes = readSync(file, buffer, done, length - done, offset + done);
      if (bytes === 0) break;
      done += bytes;
    }
    return buffer.subarray(0, done);
  } finally {
    closeSync(file);
  }
}

function bytesOf(root: string, path: ImagePath): Buffer {
  return Buffer.concat([Buffer.from(root.endsWith('/') ? root : `${root}/`), Buffer.from(path, 'latin1')]);
}

function namesIn(directory: Buffer): string[] {
  return orAbsent(() => readdirSync(directory, 'buffer'))?.map((name) => name.toString('latin1')) ?? [];
}

function orAbsent<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EINVAL'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}

/** undefined for a socket, which no image can hold */
function typeOf(stats: Stats): NodeType | undefined {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'directory';
  if (stats.isSymbolicLink()) return 'symlink';
  if (stats.isCharacterDevice()) return 'character';
  if (stats.isBlockDevice()) return 'block';
  return stats.isFIFO() ? 'fifo' : undefined;
}
