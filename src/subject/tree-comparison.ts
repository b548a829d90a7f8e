import type { ContainerChange } from '../engine/client.ts';
import type { FileTree } from '../filesystem/file-tree.ts';
import { PathMap } from '../filesystem/path-sets.ts';
import type { TreeEntry } from '../filesystem/tree-entry.ts';
import { byteString, canonicalPath, type ImagePath, ROOT } from '../model/image-path.ts';

/**
 * What an engine puts into every container itself, mostly under mounts: no change of the container's (moby
 * daemon/initlayer/setup_unix.go; Podman libpod/diff.go).
 */
const ENGINES_OWN: ReadonlySet<ImagePath> = new Set(
  [
    ...['.dockerenv', 'dev', 'dev/console', 'dev/pts', 'dev/shm', 'etc/hostname', 'etc/hosts', 'etc/mtab'],
    ...['etc/resolv.conf', 'proc', 'run', 'run/.containerenv', 'run/notify', 'run/secrets', 'sys'],
  ].map((path) => canonicalPath(byteString(path))),
);

/** What differs between a container's tree and its parent's. */
export interface TreeDifferences {
  /** paths that are other than in the parent, or that something is other below: as an engine's list has them */
  readonly changed: PathMap<ContainerChange['kind']>;
  /** how many paths were added, modified or deleted */
  readonly count: number;
}

/** Compares two trees entry by entry, for engines whose own list of changes can't be had or can't be right. */
export function compareTrees(tree: FileTree, parent: FileTree): TreeDifferences {
  const comparison = new Comparison(tree, parent);
  comparison.directory(ROOT);
  return comparison;
}

class Comparison implements TreeDifferences {
  readonly changed: PathMap<ContainerChange['kind']>;
  count = 0;
  readonly #tree: FileTree;
  readonly #parent: FileTree;

  constructor(tree: FileTree, parent: FileTree) {
    this.changed = new PathMap(tree);
    this.#tree = tree;
    this.#parent = parent;
  }

  /** @returns whether anything in it was added, modified or deleted */
  directory(path: ImagePath): boolean {
    const before = this.count;
    const now = this.#tree.children(path);
    for (const entry of now) this.#entry(entry);
    const names = new Set(now.map((entry) => entry.path));
    for (const { path: old } of this.#parent.children(path)) {
      if (!names.has(old) && !ENGINES_OWN.has(old)) this.count++;
    }
    return this.count > before;
  }

  #entry(entry: TreeEntry): void {
    const old = this.#parent.get(entry.path);
    const kind = ENGINES_OWN.has(entry.path) || !differs(entry, old) ? undefined : old ? 'modified' : 'added';
    if (kind !== undefined) this.count++;
    const isChangedBelow = entry.type === 'directory' && this.directory(entry.path);
    if (kind !== undefined) this.changed.set(entry.path, kind);
    else if (isChangedBelow) this.changed.set(entry.path, 'modified');
  }
}

/** Whether an entry is another one than before, as far as an export shows it; a directory's size and time say nothing. */
export function differs(a: TreeEntry, b: TreeEntry | undefined): boolean {
  if (b === undefined || a.type !== b.type || a.mode !== b.mode || a.uid !== b.uid || a.gid !== b.gid) return true;
  if (a.type === 'directory') return false;
  return (
    a.inode.size !== b.inode.size ||
    a.mtime !== b.mtime ||
    a.target !== b.target ||
    a.inode.hasCapabilities !== b.inode.hasCapabilities
  );
}
