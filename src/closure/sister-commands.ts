import { mentionedTexts } from '../elf/strings.ts';
import type { AnalysisView } from '../filesystem/analysis-view.ts';
import type { TreeEntry } from '../filesystem/tree-entry.ts';
import type { ElfIndex } from '../loader/elf-index.ts';
import { baseName, type ImagePath } from '../model/image-path.ts';
import { startsPrograms } from '../programs/binary/elf-facts.ts';

/** Where programs are read. */
export interface Binaries {
  readonly content: AnalysisView['content'];
  readonly elves: ElfIndex;
}

/**
 * Those of a package's other commands that a program of it starts: runsvdir names runsv, as a whole string, and looks
 * for it in PATH. What scripts start is read elsewhere.
 * @param commands physical paths
 */
export function sisterCommands(
  entry: TreeEntry,
  commands: readonly ImagePath[],
  { content, elves }: Binaries,
): ImagePath[] {
  const elf = elves.get(entry);
  const source = content.content(entry);
  if (commands.length === 0 || elf === undefined || 'defect' in elf || !startsPrograms(source, elf)) return [];
  const texts = new Map(commands.map((path) => [path, `\0${baseName(path)}\0`]));
  const named = mentionedTexts(source, elf, [...texts.values()]);
  return commands.filter((path) => named.has(texts.get(path) as string));
}
