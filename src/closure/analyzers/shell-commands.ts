import { type Command, forEachChild, parse, type SyntaxNode, type Word } from 'unbash';

/** What a shell script names, as far as it is plain text: no word with an expansion in it is guessed. */
export interface ShellWords {
  /** words in command position, the script's own functions and the shell's builtins left out */
  readonly commands: readonly string[];
  /** absolute paths anywhere in the script's words */
  readonly paths: readonly string[];
  /** files that it reads in by `.` or `source` */
  readonly sourced: readonly string[];
}

/** POSIX's special and regular builtins, and bash's. */
const BUILTINS = new Set(
  `. : [ [[ alias bg bind break builtin caller case cd command compgen complete compopt continue declare dirs disown echo
   enable eval exec exit export false fc fg getopts hash help history if jobs kill let local logout mapfile popd printf
   pushd pwd read readarray readonly return select set shift shopt source suspend test time times trap true type typeset
   ulimit umask unalias unset until wait while then else fi do done in esac { } !`.split(/\s+/),
);

/** Commands whose arguments hold another command. */
const WRAPPERS = new Set(
  `exec command env nohup nice ionice setsid time timeout stdbuf xargs sudo chroot runuser setpriv flock su-exec gosu
   tini dumb-init builtin`.split(/\s+/),
);

/** Reads a script with a tolerant parser: what it can't make sense of yields nothing. */
export function shellWords(text: string): ShellWords {
  const commands: string[] = [];
  const paths: string[] = [];
  const sourced: string[] = [];
  const functions = new Set<string>();
  const visit = (node: SyntaxNode): void => {
    if (node.type === 'Function') functions.add(node.name.value);
    else if (node.type === 'Word') {
      const value = literal(node);
      if (value?.startsWith('/')) paths.push(value);
    } else if (node.type === 'Command') readCommand(node, { commands, sourced, nested: (script) => visitAll(script) });
    forEachChild(node, visit);
  };
  const visitAll = (script: string): void => forEachChild(parse(script), visit);
  visitAll(text);
  return {
    commands: [...new Set(commands)].filter((name) => !functions.has(name) && !BUILTINS.has(name)),
    paths: [...new Set(paths)],
    sourced: [...new Set(sourced)],
  };
}

function readCommand(
  command: Command,
  out: { commands: string[]; sourced: string[]; nested: (script: string) => void },
): void {
  const words = [command.name, ...command.args.filter((word) => word.type === 'Word')].map((word) =>
    word === undefined ? undefined : literal(word),
  );
  const [name, ...rest] = words;
  if (name === undefined || name === '') return;
  out.commands.push(name);
  const last = name.slice(name.lastIndexOf('/') + 1);
  if (last === '.' || last === 'source') {
    if (rest[0] !== undefined) out.sourced.push(rest[0]);
  } else if (/^(ba|da)?sh$/.test(last)) {
    const at = rest.findIndex((word) => word !== undefined && /^-\w*c$/.test(word));
    const script = at < 0 ? undefined : rest[at + 1];
    if (script !== undefined) out.nested(script);
  } else if (WRAPPERS.has(last)) {
    // Which option takes a value differs between them: every plain word before the first option-free one is a guess
    // that costs nothing where no such program exists.
    for (const word of rest.slice(0, 6)) {
      if (word === undefined) break;
      if (/^-|=|^\d/.test(word)) continue;
      out.commands.push(word);
      if (word !== 'root' && !BUILTINS.has(word)) break;
    }
  }
}

/** The text of a word without expansions, quotes removed; undefined for any other. */
function literal(word: Word): string | undefined {
  const plain = (parts: Word['parts']): boolean =>
    parts === undefined ||
    parts.every(
      (part) =>
        part.type === 'Literal' ||
        part.type === 'SingleQuoted' ||
        part.type === 'AnsiCQuoted' ||
        (part.type === 'DoubleQuoted' && part.parts.every((inner) => inner.type === 'Literal')),
    );
  return plain(word.parts) ? word.value : undefined;
}
