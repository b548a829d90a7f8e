import type { FileTree } from '../../filesystem/file-tree.ts';
import type { TreeEntry } from '../../filesystem/tree-entry.ts';
import { SkinnywhaleError } from '../../model/errors.ts';
import { type ImagePath, type ImagePaths, imagePath } from '../../model/image-path.ts';
import type { Reason } from '../../model/reason.ts';
import type { TightLevel, TrimGroup } from '../../options.ts';
import { compileGlob, type PathGlob } from './glob.ts';
import { type IsOwned, isOwnFile } from './own-files.ts';
import { trimGroupOf } from './trim.ts';

/** What the caller wants in or out, beyond what is needed. */
export interface SelectionRules {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly trim: readonly TrimGroup[];
  readonly bruteLib: boolean;
  readonly bruteUsrLib: boolean;
  /** of the change layer, too, only what something asks for, or the user's own files beside that; undefined: all of it */
  readonly tight?: TightLevel | undefined;
}

/** A path that is kept because the caller says so: the change layer, an include. */
export interface Seed {
  readonly entry: TreeEntry;
  readonly reason: Reason;
}

export interface Selection {
  /** the tree without what was excluded: nothing is found there any more */
  readonly tree: FileTree;
  /** made as they are asked for: there may be a hundred thousand */
  readonly seeds: Iterable<Seed>;
  /** entries of the change layer that were left out by group; something may still ask for them */
  readonly trimmed: ReadonlyMap<ImagePath, TrimGroup>;
  /** the glob that takes an entry out of `tree`, if one does */
  readonly excludedBy: (entry: TreeEntry) => string | undefined;
}

const CHANGED: Reason = { kind: 'changed' };
const UNOWNED: Reason = { kind: 'unowned' };

/**
 * An exclude wins over all else, an include over trimming.
 * @param changed in path order
 * @param isOwned asked with `tight` only
 * @throws USAGE where an include matches nothing
 */
export function selectSeeds(
  tree: FileTree,
  changed: ImagePaths,
  rules: SelectionRules,
  isOwned: IsOwned = () => false,
): Selection {
  const excludes = rules.exclude.map((text) => compileGlob(text, tree, { followLast: false }));
  const excludedBy = (entry: TreeEntry): string | undefined => excludes.find((one) => one.matches(entry))?.text;
  const visible = excludes.length === 0 ? tree : tree.without((entry) => excludedBy(entry) !== undefined);
  const includes = rules.include.map((text) => compileGlob(text, tree));
  const asked: Seed[] = [];
  const included = new Set<ImagePath>();
  for (const glob of includes) {
    const found = [...glob.entries(visible)];
    if (found.length === 0) throw nothingIncluded(glob);
    for (const entry of found) {
      included.add(entry.path);
      asked.push({ entry, reason: { kind: 'included', glob: glob.text } });
    }
  }
  const further = includes.flatMap((glob) =>
    glob.links.flatMap((link) => seedsOf(visible, link, { kind: 'included', glob: glob.text })),
  );
  if (rules.bruteLib) further.push(...wholeDirectory(visible, '/lib'));
  if (rules.bruteUsrLib) further.push(...wholeDirectory(visible, '/usr/lib'));
  const trimmed = new Map<ImagePath, TrimGroup>();
  for (const path of changed.keys()) {
    const entry = visible.get(path);
    const group = entry === undefined ? undefined : trimGroupOf(entry, rules.trim);
    if (group !== undefined && !included.has(path)) trimmed.set(path, group);
  }
  function* seeds(): Generator<Seed> {
    yield* asked;
    for (const path of changed.keys()) {
      const entry = visible.get(path);
      if (entry === undefined || trimGroupOf(entry, rules.trim) !== undefined) continue;
      if (rules.tight === undefined || isPlace(entry, visible)) yield { entry, reason: CHANGED };
      else if (rules.tight !== 'observed' && isOwnFile(entry, visible, isOwned)) yield { entry, reason: UNOWNED };
    }
    yield* further;
  }
  return { tree: visible, seeds: { [Symbol.iterator]: seeds }, trimmed, excludedBy };
}

/** A directory that programs may need though nothing in it is: to write into, with its owner and mode. */
function isPlace({ path, type }: TreeEntry, tree: FileTree): boolean {
  return type === 'directory' && (!/^usr\//.test(path) || tree.children(path).length === 0);
}

function seedsOf(tree: FileTree, path: ImagePath, reason: Reason): Seed[] {
  const entry = tree.get(path);
  return entry === undefined ? [] : [{ entry, reason }];
}

/** All of a directory, through the links that may stand in its place. */
function wholeDirectory(tree: FileTree, text: '/lib' | '/usr/lib'): Seed[] {
  const reason: Reason = { kind: 'brute', directory: text };
  const { entry, path, links } = tree.resolve(imagePath(text));
  if (entry === undefined) return [];
  const below = [...tree.descendants(path)].map((one): Seed => ({ entry: one, reason }));
  return [...links.flatMap((link) => seedsOf(tree, link, reason)), ...below];
}

function nothingIncluded(glob: PathGlob): SkinnywhaleError {
  return new SkinnywhaleError('USAGE', `--include ${glob.text} matches nothing in the container`, {
    hint: 'Globs are absolute paths in the container, such as /usr/share/zoneinfo/** ; one without a slash matches a name anywhere.',
  });
}
