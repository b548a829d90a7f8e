import { AttributePool } from '../../filesystem/attributes.ts';
import { FileTree } from '../../filesystem/file-tree.ts';
import type { TreeEntry } from '../../filesystem/tree-entry.ts';
import { EntryMap } from '../../filesystem/tree-index.ts';
import { comparePaths, type ImagePath, parentPath, withAncestors } from '../../model/image-path.ts';
import { LayerEntry, type OtherHeader } from './layer-entry.ts';
import type { Stack } from './layer-merge.ts';

/** The tree that a stack of layers shows. Every directory has an entry; the first known name of a hardlinked file is there. */
export function mergedTree(stack: Stack): FileTree {
  const builder = new MergedTree(stack);
  const entries = new Map<ImagePath, TreeEntry>();
  for (const path of [...stack.entries.keys()].sort(comparePaths)) entries.set(path, builder.entry(path));
  return new FileTree(new EntryMap(entries, builder.order));
}

class MergedTree {
  readonly order: LayerEntry[] = [];
  readonly #stack: Stack;
  readonly #attributes = new AttributePool();
  /** by a file's entry in its layer, what has its content in the tree */
  readonly #inodes = new Map<TreeEntry, LayerEntry>();

  constructor(stack: Stack) {
    this.#stack = stack;
  }

  entry(path: ImagePath): LayerEntry {
    const entry = this.#stack.entries.get(path) as TreeEntry;
    const { inode } = entry;
    if (inode === entry) return this.#inode(inode, path);
    const isThere = this.#stack.entries.get(inode.path) === inode;
    const first = this.#inodes.get(inode) ?? (isThere ? this.#inode(inode, inode.path) : undefined);
    return first === undefined ? this.#inode(inode, path) : this.#furtherName(entry, first);
  }

  /** What has a file's content, under its own name or, where that is gone, under another one. */
  #inode(inode: TreeEntry, path: ImagePath): LayerEntry {
    const known = this.#inodes.get(inode);
    if (known !== undefined) return known;
    const { size, place, headerLength, target, hasCapabilities } = inode;
    const isOther = path !== inode.path || this.#stack.renamed.has(inode) || this.#stack.made.has(inode);
    const otherHeader: OtherHeader | undefined = isOther ? { place, length: headerLength } : undefined;
    const made = this.#add(inode, {
      path,
      size,
      place: isOther ? place + headerLength : place,
      rare: { target, first: undefined, hasCapabilities, headerLength: isOther ? 0 : headerLength, otherHeader },
    });
    this.#inodes.set(inode, made);
    return made;
  }

  #furtherName(entry: TreeEntry, first: LayerEntry): LayerEntry {
    const { path, place, headerLength } = entry;
    const { target, hasCapabilities } = first;
    const rare = { target, first, hasCapabilities, headerLength, otherHeader: undefined };
    return this.#add(entry, { path, size: 0, place, rare });
  }

  #add(
    { type, mode, uid, gid, mtime }: TreeEntry,
    made: Pick<TreeEntry, 'path' | 'size' | 'place'> & { readonly rare: ConstructorParameters<typeof LayerEntry>[2] },
  ): LayerEntry {
    const { rare, ...at } = made;
    const number = this.order.length;
    const entry = new LayerEntry({ ...at, number, mtime }, this.#attributes.of(type, mode, uid, gid), rare);
    this.order.push(entry);
    return entry;
  }
}

/** What became of a path above the base. */
export type Change = 'added' | 'modified';

/**
 * The paths of a stack that differ from its base. A directory that a layer has again as it was counts only where something in
 * it has changed, as in an engine's list of changes; anything else only where it is not the same to the byte.
 * @param isSame whether two entries that have the same type, size and owner have the same header and content
 */
export function changesAbove(
  { entries, before, aboveBase }: Stack,
  isSame: (before: TreeEntry, now: TreeEntry) => boolean,
): { readonly changed: Map<ImagePath, Change>; readonly isChanged: boolean } {
  const changed = new Map<ImagePath, Change>();
  const touched = new Set<ImagePath>();
  const note = (path: ImagePath, change: Change): void => {
    changed.set(path, change);
    for (const directory of withAncestors(parentPath(path))) touched.add(directory);
  };
  for (const [path, entry] of entries) {
    if (entry.place < aboveBase) continue;
    const old = before.get(path);
    if (old === undefined) note(path, 'added');
    else if (!hasSameAttributes(old, entry)) note(path, 'modified');
    else if (entry.type !== 'directory' && !isSame(old, entry)) note(path, 'modified');
  }
  for (const path of before.keys()) {
    if (!entries.has(path)) for (const directory of withAncestors(parentPath(path))) touched.add(directory);
  }
  for (const path of touched) {
    const entry = entries.get(path);
    if (entry !== undefined && entry.place >= aboveBase && !changed.has(path)) changed.set(path, 'modified');
  }
  return { changed, isChanged: touched.size > 0 || changed.size > 0 };
}

function hasSameAttributes(a: TreeEntry, b: TreeEntry): boolean {
  if (a.type !== b.type || a.mode !== b.mode || a.uid !== b.uid || a.gid !== b.gid) return false;
  if (a.hasCapabilities !== b.hasCapabilities) return false;
  return a.inode.size === b.inode.size && (a.inode === a) === (b.inode === b);
}
