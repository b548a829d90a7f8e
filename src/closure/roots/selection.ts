import type { FileTree } from '../../filesystem/file-tree.ts';
import type { TreeEntry } from '../../filesystem/tree-entry.ts';
import { SkinnywhaleError } from '../../model/errors.ts';
import { type ImagePath, imagePath } from '../../model/image-path.ts';
import type { TrimGroup } from '../../options.ts';
import type { Reason } from '../types.ts';
import { compileGlob, type PathGlob } from './glob.ts';
import { trimGroupOf } from './trim.ts';

/** What the caller wants in or out, besides what is needed. */
export interface SelectionRules {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly trim: readonly TrimGroup[];
  readonly bruteLib: boolean;
  readonly bruteUsrLib: boolean;
}

/** A path that is kept because the caller says so: the change layer, an include. */
export interface Seed {
  readonly entry: TreeEntry;
  readonly reason: Reason;
}

export interface Selection {
  /** the tree without what was excluded: nothing is found there any more */
  readonly tree: FileTree;
  readonly seeds: readonly Seed[];
  /** entries of the change layer that were left out by group; something may still ask for them */
  readonly trimmed: ReadonlyMap<ImagePath, TrimGroup>;
  /** what is not in `tree`, with the glob that took it out */
  readonly excluded: ReadonlyMap<ImagePath, string>;
}

const CHANGED: Reason = { rule: 'change layer', by: null };

/** An exclude wins over all else, an include over trimming. @throws USAGE where an include matches nothing */
export function selectSeeds(tree: FileTree, changed: ReadonlySet<ImagePath>, rules: SelectionRules): Selection {
  const excludes = rules.exclude.map((text) => compileGlob(text, tree, { followLast: false }));
  const excluded = new Map<ImagePath, string>();
  const isExcluded = (entry: TreeEntry): boolean => {
    const glob = excludes.find((one) => one.matches(entry));
    if (glob !== undefined) excluded.set(entry.path, glob.text);
    return glob !== undefined;
  };
  const visible = excludes.length === 0 ? tree : tree.without(isExcluded);
  const includes = rules.include.map((text) => compileGlob(text, tree));
  const seeds: Seed[] = [];
  const trimmed = new Map<ImagePath, TrimGroup>();
  const matched = new Set<PathGlob>();
  for (const entry of visible.entries()) {
    const glob = includes.find((one) => one.matches(entry));
    if (glob !== undefined) {
      for (const one of includes) if (one === glob || one.matches(entry)) matched.add(one);
      seeds.push({ entry, reason: { rule: `--include ${glob.text}`, by: null } });
    }
    if (!changed.has(entry.path)) continue;
    const group = trimGroupOf(entry, rules.trim);
    if (group === undefined) seeds.push({ entry, reason: CHANGED });
    else if (glob === undefined) trimmed.set(entry.path, group);
  }
  const unmatched = includes.find((glob) => !matched.has(glob));
  if (unmatched !== undefined) throw nothingIncluded(unmatched);
  for (const link of includes.flatMap((glob) => glob.links)) seeds.push(...seedsOf(visible, link, '--include'));
  if (rules.bruteLib) seeds.push(...wholeDirectory(visible, '/lib', '--brute-lib'));
  if (rules.bruteUsrLib) seeds.push(...wholeDirectory(visible, '/usr/lib', '--brute-usr-lib'));
  return { tree: visible, seeds, trimmed, excluded };
}

function seedsOf(tree: FileTree, path: ImagePath, rule: string): Seed[] {
  const entry = tree.get(path);
  return entry === undefined ? [] : [{ entry, reason: { rule, by: null } }];
}

/** All of a directory, through the links that may stand in its place. */
function wholeDirectory(tree: FileTree, text: string, rule: string): Seed[] {
  const { entry, path, links } = tree.resolve(imagePath(text));
  if (entry === undefined) return [];
  const below = [...tree.descendants(path)].map((one): Seed => ({ entry: one, reason: { rule, by: null } }));
  return [...links.flatMap((link) => seedsOf(tree, link, rule)), ...below];
}

function nothingIncluded(glob: PathGlob): SkinnywhaleError {
  return new SkinnywhaleError('USAGE', `--include ${glob.text} matches nothing in the container`, {
    hint: 'Globs are absolute paths in the container, such as /usr/share/zoneinfo/** ; one without a slash matches a name anywhere.',
  });
}
