import type { ImagePath } from '../model/image-path.ts';
import { analyzeScript } from './analyzers/script.ts';
import type { AnalysisView, Need } from './types.ts';

/** Files that were seen in use, by where they are in the tree; isRun: as programs. */
export type WatchedFiles = ReadonlyMap<ImagePath, { readonly isRun: boolean }>;

/** What the uses lead to that were learned of running programs, and the interpreters of scripts among them. */
export function watchedFiles(learned: readonly Need[], view: AnalysisView): WatchedFiles {
  const found = new Map<ImagePath, { readonly isRun: boolean }>();
  const uses = [...learned];
  for (const { path, reason } of uses) {
    const { entry } = view.tree.resolve(path);
    if (entry?.type !== 'file') continue;
    const isRun = /^(executed |#!)/.test(reason.rule);
    const wasRun = found.get(entry.path)?.isRun === true;
    found.set(entry.path, { isRun: isRun || wasRun });
    // the kernel opens a script's interpreter by itself, which no trace shows
    if (isRun && !wasRun) uses.push(...analyzeScript(entry, view).needs);
  }
  return found;
}
