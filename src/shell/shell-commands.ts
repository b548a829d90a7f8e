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

/** How a command holds another one: its options that take a value of their own, and its operands before that command. */
interface Wrapper {
  readonly valued: ReadonlySet<string>;
  readonly operands: number;
}

/** name, options with a value in the next word, operands: from the manual pages. */
const WRAPPERS: ReadonlyMap<string, Wrapper> = new Map(
  [
    'exec -a',
    'command',
    'builtin',
    'env -u -C -S --unset --chdir',
    'nohup',
    'nice -n --adjustment',
    'ionice -c -n --class --classdata',
    'setsid',
    'time -f -o --format --output',
    'timeout -k -s --kill-after --signal 1',
    'stdbuf -i -o -e --input --output --error',
    'xargs -a -d -E -I -L -n -P -s --arg-file --delimiter --max-args --max-chars --max-procs',
    'sudo -a -C -c -D -g -h -p -R -r -T -t -U -u --chdir --chroot --group --host --prompt --user --other-user',
    'chroot 1',
    'runuser -g -G -u -w --group --supp-group --user --whitelist-environment',
    'setpriv --reuid --ruid --euid --regid --rgid --egid --groups --inh-caps --ambient-caps --bounding-set',
    'flock -E -w --conflict-exit-code --timeout 1',
    'su-exec 1',
    'gosu 1',
    'tini -p -e',
    'dumb-init -r --rewrite',
  ].map((line) => {
    const [name = '', ...words] = line.split(' ');
    const operands = Number(words.find((word) => /^\d$/.test(word)) ?? 0);
    return [name, { valued: new Set(words.filter((word) => word.startsWith('-'))), operands }];
  }),
);

/** Programs with `-c SCRIPT`. */
const SHELLS = /^((ba|da)?sh|su|runuser|flock)$/;

/** Characters of a script that are read: longer ones carry data. */
const LONGEST = 1 << 18;

/** What makes the parser look ahead or nest; its time grows with the square of their number. */
const NESTING = /\$\(|[<>]\(|<<|"\$\{/g;
/** Real scripts of that length have one or two thousand. */
const MOST_NESTING = 4000;

/** `sh -c` within `sh -c`. */
const DEEPEST = 5;

/** Reads a script with a tolerant parser: what it can't make sense of yields nothing, nor does what is too deep for it. */
export function shellWords(text: string): ShellWords {
  const commands: string[] = [];
  const paths: string[] = [];
  const sourced: string[] = [];
  const functions = new Set<string>();
  const scripts = [{ text: bounded(text), depth: 0 }];
  for (let script = scripts.pop(); script !== undefined; script = scripts.pop()) {
    const depth = script.depth + 1;
    const nested = (inner: string): void => {
      if (depth < DEEPEST) scripts.push({ text: inner, depth });
    };
    walk(script.text, (node) => {
      if (node.type === 'Function') functions.add(node.name.value);
      else if (node.type === 'Word') {
        const value = literal(node);
        if (value?.startsWith('/')) paths.push(value);
      } else if (node.type === 'Command') readCommand(node, { commands, sourced, nested });
    });
  }
  return {
    commands: [...new Set(commands)].filter((name) => !functions.has(name) && !BUILTINS.has(name)),
    paths: [...new Set(paths)],
    sourced: [...new Set(sourced)],
  };
}

function bounded(text: string): string {
  const short = text.slice(0, LONGEST);
  let nesting = 0;
  for (const { index } of short.matchAll(NESTING)) {
    if (++nesting > MOST_NESTING) return short.slice(0, index);
  }
  return short;
}

/** Visits the nodes of a script. Without recursion: a chain of `a && b` is as deep as it is long. */
function walk(text: string, visit: (node: SyntaxNode) => void): void {
  const pending: SyntaxNode[] = [];
  // The parser itself calls itself for each level, and some of it only when a node is looked into.
  whereShallow(() => pending.push(parse(text)));
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    const at = node;
    const children: SyntaxNode[] = [];
    whereShallow(() => {
      visit(at);
      forEachChild(at, (child) => void children.push(child));
    });
    for (let child = children.pop(); child !== undefined; child = children.pop()) pending.push(child);
  }
}

/** Does nothing where the stack is too small for it. */
function whereShallow(action: () => void): void {
  try {
    action();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
}

type Found = { commands: string[]; sourced: string[]; nested: (script: string) => void };

function readCommand(command: Command, out: Found): void {
  let words: readonly (string | undefined)[] = [
    command.name,
    ...command.args.filter((word) => word.type === 'Word'),
  ].map((word) => (word === undefined ? undefined : literal(word)));
  while (words.length > 0) {
    const [name, ...rest] = words;
    if (name === undefined || name === '') return;
    out.commands.push(name);
    const last = name.slice(name.lastIndexOf('/') + 1);
    if ((last === '.' || last === 'source') && rest[0] !== undefined) out.sourced.push(rest[0]);
    if (SHELLS.test(last)) {
      const at = rest.findIndex((word) => word !== undefined && /^-\w*c$/.test(word));
      const script = at < 0 ? undefined : rest[at + 1];
      if (script !== undefined) {
        out.nested(script);
        return;
      }
    }
    words = wrapped(WRAPPERS.get(last), rest);
  }
}

/** The words of the command that a wrapper's arguments hold; empty where there is none. */
function wrapped(
  wrapper: Wrapper | undefined,
  words: readonly (string | undefined)[],
): readonly (string | undefined)[] {
  let operands = wrapper?.operands ?? 0;
  for (let at = 0; wrapper !== undefined && at < words.length; at++) {
    const word = words[at];
    if (word !== undefined && wrapper.valued.has(word)) at++;
    else if (word !== undefined && (word.startsWith('-') || /^\w+=/.test(word))) continue;
    else if (operands > 0) operands--;
    else return words.slice(at);
  }
  return [];
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
