import type { AnalysisView } from '../../filesystem/analysis-view.ts';
import { baseName } from '../../model/image-path.ts';
import { libraryName } from '../facts/names.ts';

/** How names are looked up for one kind of program. */
export interface Search extends Pick<AnalysisView, 'tree' | 'content'> {
  /** what dlopen of a name (a byte string) would open */
  readonly find: (name: string) => readonly string[];
  /** where its loader looks by default; absolute texts */
  readonly directories: readonly string[];
}

/**
 * What code means that gives a name to the dynamic loader: the name itself, or the one that its language makes of it
 * (`magic` is libmagic.so for LuaJIT, JNA, .NET and Ruby's ffi, and any libmagic.so.N for Python's find_library).
 */
export function libraryPaths(
  name: string,
  { find, directories, tree }: Pick<Search, 'find' | 'directories' | 'tree'>,
): string[] {
  if (!/^[\w.+/@-]{2,200}$/.test(name)) return [];
  const plain = libraryName(name) ? [name] : [name, `${name}.so`, `lib${name}.so`];
  const found = plain.flatMap((one) => [...find(one)]);
  if (found.length > 0 || name.includes('/')) return found;
  const stem = libraryName(name) ? name : `lib${name}.so`;
  return directories.flatMap((directory) => {
    const { status, path } = tree.resolve(directory);
    const children = status === 'found' ? tree.children(path) : [];
    return children
      .filter((entry) => baseName(entry.path).startsWith(`${stem}.`) && libraryName(baseName(entry.path)))
      .map((entry) => `${directory}/${baseName(entry.path)}`);
  });
}
