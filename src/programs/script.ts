import { isExecutable } from '../filesystem/tree-entry.ts';
import { byteString } from '../model/image-path.ts';
import type { Need } from '../model/reason.ts';
import { type Analyzer, NOTHING } from './analyzer.ts';
import { findCommand } from './commands.ts';

/** The kernel reads this much of a script's first line (BINPRM_BUF_SIZE, less its terminator). */
const FIRST_LINE = 255;

/** `#!`: the interpreter of an executable script and, for `env`, the program that it looks up. */
export const analyzeScript: Analyzer = (entry, view) => {
  if (!isExecutable(entry) || entry.inode.size < 3) return NOTHING;
  const head = view.content.content(entry).read(0, FIRST_LINE).toString('latin1');
  const line = parseShebang(head);
  if (line === undefined) return NOTHING;
  const { path } = entry;
  const { interpreter } = line;
  const text = interpreter.startsWith('/') ? interpreter : `${byteString(view.run.WorkingDir ?? '')}/${interpreter}`;
  const found = view.tree.resolve(text);
  if (found.entry === undefined) {
    return { needs: [], findings: [{ kind: 'unresolved-interpreter', name: line.interpreter, requesters: [path] }] };
  }
  const needs: Need[] = [{ path: text, reason: { kind: 'script', by: path, how: 'shebang' } }];
  const program = /(^|\/)env$/.test(line.interpreter) ? envProgram(line.argument) : undefined;
  if (program === undefined) return { needs, findings: [] };
  const command = findCommand(Buffer.from(program, 'latin1').toString('utf8'), view);
  if (command === undefined) {
    return { needs, findings: [{ kind: 'unresolved-interpreter', name: program, requesters: [path] }] };
  }
  return { needs: [...needs, { path: command.path, reason: { kind: 'script', by: path, how: 'env' } }], findings: [] };
};

/**
 * The interpreter and its one argument, as fs/binfmt_script.c reads them: blanks around are skipped, the interpreter ends
 * at a blank, the rest of the line is one argument. Byte strings; a carriage return belongs to the name.
 */
export function parseShebang(head: string): { interpreter: string; argument: string } | undefined {
  if (!head.startsWith('#!')) return undefined;
  const end = head.search(/[\n\0]/);
  const line = head.slice(2, end < 0 ? FIRST_LINE : end).replace(/^[ \t]+|[ \t]+$/g, '');
  const blank = line.search(/[ \t]/);
  const interpreter = blank < 0 ? line : line.slice(0, blank);
  if (interpreter === '') return undefined;
  return { interpreter, argument: blank < 0 ? '' : line.slice(blank).replace(/^[ \t]+/, '') };
}

/** The program that `env ARGUMENT` runs: env(1) takes one argument from a `#!` line, which `-S` splits. */
export function envProgram(argument: string): string | undefined {
  const split = /^-(?:[a-zA-Z]*S|-split-string[= ])\s*(.*)$/s.exec(argument);
  const words = split === null ? [argument] : shellLikeWords(split[1] as string);
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    if (word === '' || word === '--' || word.includes('=')) continue;
    if (/^(-[i0v]*[uC]|--unset|--chdir)$/.test(word)) i++;
    else if (!word.startsWith('-')) return word;
  }
  return undefined;
}

/** Quotes hold blanks together and go. */
function shellLikeWords(text: string): string[] {
  const words = text.match(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g) ?? [];
  return words.map((word) => word.replace(/(['"])(.*?)\1/g, '$2'));
}
