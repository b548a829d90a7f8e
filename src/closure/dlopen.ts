import type { ElfFile } from '../elf/elf-file.ts';
import { dlopenNotes } from '../elf/notes.ts';
import { libraryStrings } from '../elf/strings.ts';
import { importsAny } from '../elf/symbols.ts';
import type { AnalysisView } from '../filesystem/analysis-view.ts';
import type { TreeEntry } from '../filesystem/tree-entry.ts';
import type { Loader } from '../loader/loader.ts';
import { baseName, byteString } from '../model/image-path.ts';
import type { DlopenReason, Need } from '../model/reason.ts';
import type { DlopenLevel } from '../options.ts';

/** Names that are looked up for one file: of thousands of real ones none has a hundred. */
const MOST = 4096;

/** What a file may open by dlopen. */
export interface Opened {
  readonly needs: readonly Need[];
  /** false where it names more than is looked up */
  readonly isWhole: boolean;
}

/**
 * Libraries that a file names without needing them; looked up in small steps.
 *
 * Certain: what `.note.dlopen` says, and names in a file that calls dlopen. Likely: names in any other file. A name counts
 * where the loader finds a library by it, so a linker's `libc.so` (a text) does not.
 */
export function* dlopenNeeds(
  file: { entry: TreeEntry; elf: ElfFile },
  where: { view: AnalysisView; loader: Loader; level: DlopenLevel },
): Generator<void, Opened> {
  const { entry, elf } = file;
  if (where.level === 'off' || !elf.dynamic) return { needs: [], isWhole: true };
  const by = entry.path;
  const source = where.view.content.content(entry);
  const needs: Need[] = [];
  let left = MOST;
  const want = (name: string, reason: DlopenReason): boolean => {
    if (left-- <= 0) return false;
    const paths = where.loader.dlopen(name, entry, elf);
    for (const path of paths) needs.push({ path, reason });
    return paths.length > 0;
  };
  for (const { soname, feature } of dlopenNotes(source, elf)) {
    // The first name that exists is the one that is loaded.
    const reason = {
      kind: 'dlopen',
      by,
      evidence: 'note',
      ...(feature !== undefined && { feature: byteString(feature) }),
    } as const;
    yield;
    soname.some((name) => want(name, reason));
  }
  const own = new Set([elf.soname, elf.interpreter, baseName(entry.path), ...elf.needed]);
  const names = libraryStrings(source, elf).filter((name) => !own.has(name) && !own.has(baseName(name)));
  if (names.length === 0) return { needs, isWhole: left >= 0 };
  const callsDlopen = importsAny(source, elf, ['dlopen', 'dlmopen']);
  if (!callsDlopen && where.level !== 'likely') return { needs, isWhole: left >= 0 };
  const reason = { kind: 'dlopen', by, evidence: callsDlopen ? 'call' : 'string' } as const;
  for (const name of new Set(names)) {
    yield;
    if (left < 0) break;
    want(name, reason);
  }
  return { needs, isWhole: left >= 0 };
}
