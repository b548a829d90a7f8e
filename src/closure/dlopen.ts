import type { ElfFile } from '../elf/elf-file.ts';
import { dlopenNotes } from '../elf/notes.ts';
import { libraryStrings } from '../elf/strings.ts';
import { importsAny } from '../elf/symbols.ts';
import type { AnalysisView } from '../filesystem/analysis-view.ts';
import type { TreeEntry } from '../filesystem/tree-entry.ts';
import type { Loader } from '../loader/loader.ts';
import { baseName } from '../model/image-path.ts';
import type { Need } from '../model/reason.ts';
import type { DlopenLevel } from '../options.ts';

/**
 * Libraries that a file names without needing them.
 *
 * Certain: what `.note.dlopen` says, and names in a file that calls dlopen. Likely: names in any other file. A name counts
 * where the loader finds a library by it, so a linker's `libc.so` (a text) does not.
 */
export function dlopenNeeds(
  file: { entry: TreeEntry; elf: ElfFile },
  where: { view: AnalysisView; loader: Loader; level: DlopenLevel },
): Need[] {
  const { entry, elf } = file;
  if (where.level === 'off' || !elf.dynamic) return [];
  const source = where.view.content.content(entry);
  const needs: Need[] = [];
  const want = (name: string, rule: string): boolean => {
    const paths = where.loader.dlopen(name, entry, elf);
    for (const path of paths) needs.push({ path, reason: { rule, by: entry.path } });
    return paths.length > 0;
  };
  for (const { soname, feature } of dlopenNotes(source, elf)) {
    // The first name that exists is the one that is loaded.
    soname.some((name) => want(name, feature === undefined ? '.note.dlopen' : `.note.dlopen: ${feature}`));
  }
  const own = new Set([elf.soname, elf.interpreter, baseName(entry.path), ...elf.needed]);
  const names = libraryStrings(source, elf).filter((name) => !own.has(name) && !own.has(baseName(name)));
  if (names.length === 0) return needs;
  const callsDlopen = importsAny(source, elf, ['dlopen', 'dlmopen']);
  if (!callsDlopen && where.level !== 'likely') return needs;
  for (const name of new Set(names)) want(name, callsDlopen ? 'name given to dlopen' : 'name of a library in the file');
  return needs;
}
