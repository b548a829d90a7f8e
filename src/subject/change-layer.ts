import type { ContainerChange } from '../engine/client.ts';
import type { FileTree } from '../filesystem/file-tree.ts';
import { PathList, PathMap } from '../filesystem/path-sets.ts';
import type { TreeEntry } from '../filesystem/tree-entry.ts';
import { asEngineText } from '../model/engine-text.ts';
import {
  byteString,
  comparePaths,
  type ImagePath,
  type ImagePaths,
  isWithin,
  parentPath,
  ROOT,
  withAncestors,
} from '../model/image-path.ts';
import type { ListedChanges } from './listed-changes.ts';
import type { Unchanged } from './subject.ts';
import { differs } from './tree-comparison.ts';

/** The change layer as paths of the merged tree. */
export interface ChangeLayer {
  /** in path order */
  readonly changed: ImagePaths;
  /** false where nothing was added or modified: only deletions, touched directories, or mount points */
  readonly hasContent: boolean;
}

/** What is needed to tell which of several names with the same mangled text was changed. */
export type ParentTree = () => Promise<FileTree>;

/**
 * The entries of `tree` that the engine's list of changes means; the list is used up by it. What the list calls a change (added, modified,
 * deleted) is a hint only, since engines differ for replaced directories: a path counts if the tree has it.
 */
export async function findChangeLayer(
  listed: ListedChanges,
  tree: FileTree,
  options: { mountTargets: readonly string[]; parentTree: ParentTree },
): Promise<ChangeLayer> {
  const { mangled } = listed;
  const changed = new PathMap<ContainerChange['kind']>(tree);
  for (const { path } of tree.entries()) {
    const kind = path === ROOT ? undefined : listed.take(path);
    if (kind !== undefined) changed.set(path, kind);
  }
  if (mangled.size > 0) {
    for (const [path, kind] of await findMangled(mangled, tree, options.parentTree)) changed.set(path, kind);
  }
  return changeLayer(changed, tree, options.mountTargets);
}

/** Paths that were added or modified, with what is said of them. */
type Changed = Map<ImagePath, ContainerChange['kind']> | PathMap<ContainerChange['kind']>;

/** The change layer of paths that were added or modified and are in the tree, without mount points. Takes `changed` over. */
export function changeLayer(changed: Changed, tree: FileTree, mountTargets: readonly string[]): ChangeLayer {
  dropMountPoints(changed, tree, mountTargets);
  let hasContent = false;
  for (const path of changed.keys()) {
    if (changed.get(path) === 'added' || tree.get(path)?.type !== 'directory') hasContent = true;
  }
  return { changed: new PathList(tree, [...changed.keys()].sort(comparePaths)), hasContent };
}

/**
 * Names that are not UTF-8 reach us with U+FFFD in place of each bad byte. Where as many names of the tree look like
 * that as the engine says were changed, they are the ones; else the parent image's own tree tells them apart.
 */
async function findMangled(
  mangled: ListedChanges['mangled'],
  tree: FileTree,
  parentTree: ParentTree,
): Promise<Map<ImagePath, ContainerChange['kind']>> {
  const candidates = new Map<string, TreeEntry[]>();
  for (const entry of tree.entries()) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: 0x00-0x7f is the range of ASCII
    if (/^[\x00-\x7f]*$/.test(entry.path)) continue;
    const text = `/${asEngineText(entry.path)}`;
    if (!mangled.has(text)) continue;
    const same = candidates.get(text);
    if (same === undefined) candidates.set(text, [entry]);
    else same.push(entry);
  }
  const found = new Map<ImagePath, ContainerChange['kind']>();
  let parent: FileTree | undefined;
  for (const [text, entries] of candidates) {
    const present = (mangled.get(text) ?? []).filter((change) => change.kind !== 'deleted');
    let chosen = entries;
    if (present.length < entries.length) {
      parent ??= await parentTree();
      const differing = entries.filter((entry) => differs(entry, parent?.get(entry.path)));
      if (differing.length >= present.length) chosen = differing;
    }
    for (const entry of chosen) found.set(entry.path, present[0]?.kind ?? 'modified');
  }
  return found;
}

/** Mount points that the engine made (empty, added) are no change of the container's, nor are the directories made for them. */
function dropMountPoints(changed: Changed, tree: FileTree, mountTargets: readonly string[]): void {
  for (const target of mountTargets) {
    const { path, entry } = tree.resolve(byteString(target));
    if (entry === undefined || changed.get(path) !== 'added') continue;
    if (entry.inode.size > 0 || tree.children(path).length > 0) continue;
    changed.delete(path);
    for (const directory of withAncestors(parentPath(path))) {
      if ([...changed.keys()].some((path) => path !== directory && isWithin(path, directory))) break;
      changed.delete(directory);
    }
  }
}

/** @param changes how many changes were found, deletions included @param than for people: `its image` */
export function unchanged(changes: number, than: string): Unchanged {
  return {
    unchanged:
      changes === 0
        ? `nothing in it differs from ${than}`
        : `it differs from ${than} only in deleted files, touched directories or mount points`,
  };
}
