import { readLdCache } from '../elf/ld-cache.ts';
import type { AnalysisView } from '../filesystem/analysis-view.ts';
import type { CachedLibrary } from './glibc-parameters.ts';

/** The entries of the cache at `path` by name, in their order; a broken cache counts as no cache, as for the loader. */
export function cacheLookup(
  path: string,
  { tree, content }: Pick<AnalysisView, 'tree' | 'content'>,
): (name: string) => readonly CachedLibrary[] {
  const { entry } = tree.resolve(path);
  if (entry?.type !== 'file') return () => [];
  const cache = readLdCache(content.content(entry));
  if ('defect' in cache) return () => [];
  const byName = new Map<string, CachedLibrary[]>();
  for (const library of cache.entries) {
    const same = byName.get(library.name);
    if (same === undefined) byName.set(library.name, [library]);
    else same.push(library);
  }
  return (name) => byName.get(name) ?? [];
}
