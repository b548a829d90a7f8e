import { type CommandWords, OWN_ARGUMENTS } from '../shell/wrappers.ts';
import { FactSheet, type Facts } from './facts/facts.ts';
import { type Reader, readerFor } from './read-file.ts';
import { readCode } from './syntax/read-code.ts';
import { sqlClient } from './text/sql-client.ts';

/** What a command's arguments mean to the program that gets them. */
export interface Called {
  /** files that it runs, as texts of paths */
  readonly files: readonly { readonly path: string; readonly reader: Reader }[];
  /** directories whose executables it runs */
  readonly directories: readonly string[];
  /** programs in its arguments, and code */
  readonly facts: Facts;
}

/** Options whose value is code. */
const INLINE: Readonly<Record<string, RegExp>> = {
  Python: /^-c$/,
  JavaScript: /^(-e|-p|-pe|--eval|--print)$/,
  Perl: /^-[a-zA-Z0]*[eE]$/,
  PHP: /^-r$/,
  other: /^(-e|--eval)$/,
};
/** A shell's script in an argument is dealt with where its words are read. */
const SHELL_INLINE = /^-\w*c$/;

/** Options with a value, of interpreters: what follows them is no script. */
const VALUED = /^(-m|-W|-X|-r|--require|-I|-M|--import|--loader|-d|-z|-f|-C|--env-file)$/;

/** Programs that read commands from the file that an option names. */
const SCRIPT_OPTIONS: ReadonlyMap<string, readonly string[]> = new Map([
  ['sqlite3', ['-init', '--init']],
  ['psql', ['-f', '--file']],
]);

/** What the arguments of a command name that its program reads as code, as scripts, or as a list of them. */
export function calledFiles(words: CommandWords): Called {
  const [program = '', ...rest] = words;
  const name = program.slice(program.lastIndexOf('/') + 1);
  const sheet = new FactSheet();
  const files: { path: string; reader: Reader }[] = [];
  const directories: string[] = [];
  const reader = readerFor(name);
  const operand = (from = 0): string | undefined =>
    rest
      .slice(from)
      .find(
        (word, at) =>
          word !== undefined &&
          word !== OWN_ARGUMENTS &&
          !/^[-+]/.test(word) &&
          !VALUED.test(rest[from + at - 1] ?? ''),
      );
  if (reader?.kind === 'format') {
    const file = reader.format.name === 'Makefile' ? (optionValue(rest, '-f') ?? 'Makefile') : 'package.json';
    const directory = optionValue(rest, '-C') ?? optionValue(rest, '--prefix');
    for (const one of file === 'Makefile' ? ['GNUmakefile', 'makefile', file] : [file])
      files.push({ path: directory === undefined ? one : `${directory}/${one}`, reader });
  } else if (reader !== undefined) {
    const inline = reader.kind === 'code' ? (INLINE[reader.language.name] ?? INLINE['other']) : SHELL_INLINE;
    const at = rest.findIndex((word) => word !== undefined && inline?.test(word) === true);
    const code = at < 0 ? undefined : rest[at + 1];
    const isAwk = reader.kind === 'code' && reader.language.name === 'awk';
    const file = isAwk ? optionValue(rest, '-f') : operand();
    if (isAwk && file === undefined) sheet.addAll(readCode(operand() ?? '', reader.language));
    else if (reader.kind === 'code' && code !== undefined) sheet.addAll(readCode(code, reader.language));
    else if (file !== undefined && !(reader.kind === 'shell' && at >= 0)) files.push({ path: file, reader });
  } else if (name === 'run-parts' || name === 'runsvdir' || name === 's6-svscan') {
    const directory = operand();
    if (directory !== undefined) directories.push(directory);
  } else if (name === 'service' || name === 'invoke-rc.d') {
    const service = operand();
    if (service !== undefined) files.push({ path: `/etc/init.d/${service}`, reader: { kind: 'shell' } });
  } else if (SCRIPT_OPTIONS.has(name)) {
    for (const option of SCRIPT_OPTIONS.get(name) ?? []) {
      const file = optionValue(rest, option);
      if (file !== undefined) files.push({ path: file, reader: { kind: 'format', format: sqlClient } });
    }
  } else if (/^(which|type|hash|command)$/.test(name)) {
    for (const word of rest)
      if (word !== undefined && /^[\w.+-]+$/.test(word) && !word.startsWith('-')) sheet.add('lookups', word);
  }
  return { files, directories, facts: sheet };
}

function optionValue(words: CommandWords, option: string): string | undefined {
  const at = words.indexOf(option);
  const joined = words.find((word) => word?.startsWith(`${option}=`));
  return at >= 0 ? words[at + 1] : joined?.slice(option.length + 1);
}
