import { type ImagePath, isWithin } from '../../model/image-path.ts';
import type { RuleView } from '../engine/rule.ts';
import { namePattern } from './name-pattern.ts';

/** What changes while a system runs: a configuration that names it does not ask for what is there now. */
const CHANGING = ['dev', 'proc', 'sys', 'run', 'tmp', 'var/log', 'var/run', 'var/tmp'] as ImagePath[];

/** What a path in a configuration ends at. */
const PATH_WORD = /(?<![\w$}.-])\/[^\s"'`=,;:(){}<>|*?[\]\\]+/g;

/**
 * Reads configuration files and those that they include, each once, as `path -> text`.
 *
 * @param starts paths, globs or directories (all files in them); absolute byte strings
 * @param includesOf what a line includes, as the same kinds of texts
 */
export function readIncluding(
  view: RuleView,
  starts: readonly string[],
  includesOf: (line: string) => readonly string[],
): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  const seen = new Set<ImagePath>();
  const queue = [...starts];
  for (let pattern = queue.pop(); pattern !== undefined; pattern = queue.pop()) {
    for (const path of expandGlob(view, pattern)) {
      const { entry } = view.tree.resolve(path);
      if (entry === undefined) continue;
      const isNew = !seen.has(entry.path);
      seen.add(entry.path);
      if (entry.type === 'directory' && isNew) queue.push(`${path}/*`);
      if (entry.type !== 'file' || texts.has(path)) continue;
      texts.set(path, isNew ? view.text(path) : '');
      for (const line of (texts.get(path) as string).split('\n')) queue.push(...includesOf(line));
    }
  }
  return texts;
}

/** The paths that a shell-like glob names (`*`, `?`, `[a-z]` within components), as far as they exist. */
export function expandGlob(view: RuleView, pattern: string): string[] {
  let found = [''];
  for (const part of pattern.split('/')) {
    if (part === '') continue;
    // Directories are dealt with once each, by whatever name: links that lead in circles multiply otherwise.
    const directories = new Map(found.map((path) => [view.tree.resolve(path).path, path]));
    if (!/[*?[]/.test(part)) found = [...directories.values()].map((path) => `${path}/${part}`);
    else {
      const isMatch = namePattern(part);
      found = [...directories.values()].flatMap((path) =>
        view
          .names(path)
          .filter((name) => isMatch(name))
          .map((name) => `${path}/${name}`),
      );
    }
  }
  return found.filter((path) => view.exists(path));
}

/** The files that a configuration's text names by absolute paths outside of comments, as far as they exist. */
export function mentionedFiles(view: RuleView, text: string): string[] {
  const found = new Set<string>();
  for (const line of text.split('\n')) {
    if (/^\s*[#;]/.test(line)) continue;
    for (const [path] of line.matchAll(PATH_WORD)) if (isLastingFile(view, path)) found.add(path);
  }
  return [...found];
}

/** Whether a file is there that is not made while the system runs. */
export function isLastingFile(view: RuleView, path: string): boolean {
  const { entry } = view.tree.resolve(path);
  return entry?.type === 'file' && !CHANGING.some((directory) => isWithin(entry.path, directory));
}
