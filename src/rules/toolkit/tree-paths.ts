import { isGeneralDirectory } from '../../filesystem/general-directories.ts';
import type { TreeEntry } from '../../filesystem/tree-entry.ts';
import { environmentValue } from '../../model/image-config.ts';
import {
  baseName,
  byteString,
  type ImagePath,
  parentPath,
  withAncestors,
  withoutTrailingSlashes,
} from '../../model/image-path.ts';
import type { RuleView } from '../engine/rule.ts';

/**
 * All that is in a directory and in those that links in it lead to, as absolute texts, the directory first. Empty where it
 * is not there. `except` is tested on each path relative to the directory (`test/support/x.py`); what it fits stays out
 * with all that is in it.
 */
export function treePaths(view: RuleView, directory: string, except?: RegExp): string[] {
  const { status, path, entry } = view.tree.resolve(directory);
  if (status !== 'found' || entry?.type !== 'directory') return [];
  const found = [directory];
  const seen = new Set<ImagePath>([path]);
  const walk = (at: ImagePath, text: string, relative: string): void => {
    for (const child of view.tree.children(at)) {
      const name = baseName(child.path);
      const below = relative === '' ? name : `${relative}/${name}`;
      if (except?.test(below)) continue;
      found.push(`${text}/${name}`);
      const target = directoryAt(view, child);
      if (target === undefined || seen.has(target) || (child.type === 'symlink' && isGeneralDirectory(target)))
        continue;
      seen.add(target);
      walk(target, `${text}/${name}`, below);
    }
  };
  walk(path, directory, '');
  return found;
}

function directoryAt(view: RuleView, entry: TreeEntry): ImagePath | undefined {
  if (entry.type === 'directory') return entry.path;
  if (entry.type !== 'symlink') return undefined;
  const target = view.tree.resolve(`/${entry.path}`);
  return target.entry?.type === 'directory' ? target.path : undefined;
}

/** The directories above a file, nearest first, as absolute texts: where a prefix may be (`/usr/local`). */
export function prefixesOf(path: ImagePath): string[] {
  return [...withAncestors(parentPath(path))].map((at) => `/${at}`);
}

/** What is in a directory under a name that fits, as absolute texts. */
export function namesMatching(view: RuleView, directory: string, pattern: RegExp): string[] {
  return view
    .names(directory)
    .filter((name) => pattern.test(name))
    .map((name) => `${directory}/${name}`);
}

/** Those of some absolute texts that lead to something that is not a general directory. */
export function specificPaths(view: RuleView, texts: readonly string[]): string[] {
  const clean = texts.map(withoutTrailingSlashes).filter((text) => text.startsWith('/'));
  return [...new Set(clean)].filter((text) => {
    const { status, path } = view.tree.resolve(text);
    return status === 'found' && !isGeneralDirectory(path);
  });
}

/** Directories (and files: zips, jars) that search paths in the image's Env name, general ones left out. */
export function environmentPaths(view: RuleView, variables: readonly string[]): string[] {
  const values = variables.flatMap((name) => (environmentValue(view.run, name) ?? '').split(':'));
  return specificPaths(view, values.map(byteString));
}
