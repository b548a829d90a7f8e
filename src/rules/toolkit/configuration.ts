import { expandGlob } from '../../filesystem/expand-glob.ts';
import { isChanging } from '../../filesystem/general-directories.ts';
import type { ImagePath } from '../../model/image-path.ts';
import type { RuleView } from '../engine/rule.ts';

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
  return entry?.type === 'file' && !isChanging(entry.path);
}
