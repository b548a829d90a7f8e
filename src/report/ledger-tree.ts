import { FileTree } from '../filesystem/file-tree.ts';
import type { TreeEntry } from '../filesystem/tree-entry.ts';
import { EntryMap } from '../filesystem/tree-index.ts';
import type { ImagePath } from '../model/image-path.ts';
import { displayedBytes, displayedPath } from './displayed-path.ts';
import type { DroppedEntry, KeptEntry, Ledger } from './ledger.ts';

/** A ledger by path, with the tree that it speaks of: what is needed to follow links in it. */
export interface LedgerTree {
  readonly tree: FileTree;
  readonly kept: ReadonlyMap<ImagePath, KeptEntry>;
  readonly dropped: ReadonlyMap<ImagePath, DroppedEntry>;
}

export function ledgerTree(ledger: Ledger): LedgerTree {
  const kept = new Map<ImagePath, KeptEntry>();
  const dropped = new Map<ImagePath, DroppedEntry>();
  const entries = new Map<ImagePath, TreeEntry>();
  for (const row of ledger.kept) {
    const path = displayedPath(row.path);
    kept.set(path, row);
    entries.set(path, treeEntry(entries.size, path, row));
  }
  for (const row of ledger.dropped) {
    const path = displayedPath(row.path);
    dropped.set(path, row);
    entries.set(path, treeEntry(entries.size, path, row));
  }
  return { tree: new FileTree(new EntryMap(entries)), kept, dropped };
}

/** Walking a path takes no more than types and targets. */
function treeEntry(number: number, path: ImagePath, { type, target }: KeptEntry | DroppedEntry): TreeEntry {
  const made: { -readonly [K in keyof TreeEntry]: TreeEntry[K] } = {
    number,
    path,
    type,
    target: target === undefined ? '' : displayedBytes(target),
    mode: 0,
    uid: 0,
    gid: 0,
    size: 0,
    mtime: 0,
    inode: undefined as unknown as TreeEntry,
    hasCapabilities: false,
    place: 0,
    headerLength: 0,
  };
  made.inode = made;
  return made;
}
