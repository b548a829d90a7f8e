import type { AnalysisView } from '../filesystem/analysis-view.ts';
import type { TreeEntry } from '../filesystem/tree-entry.ts';
import { shellWords } from '../shell/shell-commands.ts';
import type { CommandWords } from '../shell/wrappers.ts';
import type { FoundCommand } from './commands.ts';
import { naturalReader, readerFor } from './read-file.ts';

/** Bytes of a script that is asked whether it runs its arguments. */
const LONGEST = 1 << 16;

/**
 * The command that a call hands to a shell script which runs its own arguments (`entrypoint.sh nginx -g ...` with
 * `exec "$@"` in it); undefined where the script runs none of them, or there is no such command.
 */
export function passedOn(
  words: CommandWords,
  { content }: Pick<AnalysisView, 'content'>,
  find: (name: string) => FoundCommand | undefined,
): CommandWords | undefined {
  const [program = '', ...rest] = words;
  const operand = readerFor(program)?.kind === 'shell' ? rest.findIndex((word) => !word?.startsWith('-')) : -1;
  const script = find(operand < 0 ? program : (rest[operand] ?? ''));
  const start = rest.slice(operand + 1);
  const at = start.findIndex((word) => word !== undefined && !word.startsWith('-') && find(word) !== undefined);
  if (script === undefined || at < 0) return undefined;
  return runsItsArguments(script.entry, content) ? start.slice(at) : undefined;
}

function runsItsArguments(entry: TreeEntry, content: AnalysisView['content']): boolean {
  const text = content.content(entry).read(0, Math.min(entry.inode.size, LONGEST)).toString('latin1');
  return naturalReader(entry, text.slice(0, 255))?.kind === 'shell' && shellWords(text).runsArguments;
}
