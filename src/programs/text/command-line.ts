import { shellWords } from '../../shell/shell-words.ts';
import type { FactSheet } from '../facts/facts.ts';

/** A command line that is split into words and run without a shell: as such where it can be, else as a shell has it. */
export function addCommandLine(line: string, sheet: FactSheet): void {
  const split = shellWords(line);
  if ('words' in split) sheet.addVector(split.words);
  else if (line.trim() !== '') sheet.add('scripts', line);
}
