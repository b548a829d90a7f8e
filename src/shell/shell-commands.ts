import { type Assignment, type Command, forEachChild, parse, type SyntaxNode } from 'unbash';
import { mentionedPaths } from './paths-in-text.ts';
import { OWN_DIRECTORY, ShellValues } from './shell-values.ts';
import { ScriptTime } from './time-limit.ts';
import { type CommandWords, heldBy, OWN_ARGUMENTS } from './wrappers.ts';

/** What a shell script names, as far as it is plain text or a variable that holds such. */
export interface ShellWords {
  /** words in command position, the script's own functions and what the shell does itself left out */
  readonly commands: readonly string[];
  /** the same with their arguments, those that the shell runs itself left out */
  readonly calls: readonly CommandWords[];
  /** absolute paths anywhere in the script's words: alone, as values of options, in lists */
  readonly paths: readonly string[];
  /** files that it reads in by `.` or `source`; globs where the script has them */
  readonly sourced: readonly string[];
  /** paths relative to the directory that the script is in: read in, called or just named */
  readonly beside: readonly string[];
  /** it runs something that can't be told, and is not just its own arguments */
  readonly runsUnknown: boolean;
  /** it runs arguments that it is given itself */
  readonly runsArguments: boolean;
  /** directories that it puts into PATH */
  readonly searched: readonly string[];
  /** locales that it sets, for itself or for a command */
  readonly locales: readonly string[];
  /** false where it takes too long to be read to its end */
  readonly isWhole: boolean;
}

/** What a script is read with. */
export interface ShellSurroundings {
  /** the variables that it is started with */
  readonly environment?: ((name: string) => string | undefined) | undefined;
  /** how long it may take, together with others */
  readonly time?: ScriptTime;
}

/** POSIX's special and regular builtins, and bash's. */
const BUILTINS = new Set(
  `. : [ [[ alias bg bind break builtin caller case cd command compgen complete compopt continue declare dirs disown echo
   enable eval exec exit export false fc fg getopts hash help history if jobs kill let local logout mapfile popd printf
   pushd pwd read readarray readonly return select set shift shopt source suspend test time times trap true type typeset
   ulimit umask unalias unset until wait while then else fi do done in esac { } !`.split(/\s+/),
);

/** Characters of a script that are read: longer ones carry data. */
const LONGEST = 1 << 18;

/** A script of at most this many characters takes no time worth measuring. */
const SHORT = 2048;

/** What makes the parser look ahead or nest; its time grows with the square of their number. */
const NESTING = /\$\(|[<>]\(|<<|"\$\{/g;
/** Real scripts of that length have one or two thousand. */
const MOST_NESTING = 4000;

/** `sh -c` within `sh -c`. */
const DEEPEST = 5;

/** Commands that one command holds in all: `find -exec find -exec` doubles with each. */
const MOST_HELD = 64;

/** Its own arguments: what `exec "$@"` runs is the caller's to tell. */
const ARGUMENTS = /^"?\$(\{?[@*1-9](:-?\d+)?\}?)"?$/;

interface Found {
  readonly commands: Set<string>;
  readonly calls: CommandWords[];
  readonly paths: Set<string>;
  readonly sourced: Set<string>;
  readonly beside: Set<string>;
  readonly functions: Set<string>;
  /** commands that would be the script's own functions if it has such */
  readonly byShell: Set<string>;
  readonly searched: Set<string>;
  readonly locales: Set<string>;
  runsUnknown: boolean;
  runsArguments: boolean;
}

/**
 * Reads a script with a tolerant parser: what it can't make sense of yields nothing, nor does what is too deep for it.
 */
export function shellWords(text: string, surroundings: ShellSurroundings = {}): ShellWords {
  return new ShellReader(surroundings).read(text);
}

/** The same for a program and its arguments that no shell runs. */
export function vectorWords(words: CommandWords, surroundings: ShellSurroundings = {}): ShellWords {
  return new ShellReader(surroundings).readVector(words);
}

class ShellReader {
  readonly #values: ShellValues;
  readonly #time: ScriptTime;
  readonly #scripts: { text: string; depth: number }[] = [];
  readonly #found: Found = {
    commands: new Set(),
    calls: [],
    paths: new Set(),
    sourced: new Set(),
    beside: new Set(),
    functions: new Set(),
    byShell: new Set(),
    searched: new Set(),
    locales: new Set(),
    runsUnknown: false,
    runsArguments: false,
  };

  constructor({ environment, time = new ScriptTime() }: ShellSurroundings) {
    this.#values = new ShellValues(environment);
    this.#time = time;
  }

  read(text: string): ShellWords {
    this.#scripts.push({ text: bounded(text), depth: 0 });
    return this.#finish();
  }

  readVector(words: CommandWords): ShellWords {
    for (const word of words) if (word !== undefined) this.#notePath(word);
    this.#readCommand(words, { byShell: false, depth: 0 });
    return this.#finish();
  }

  #finish(): ShellWords {
    const [scripts, before] = [[...this.#scripts], [...this.#found.calls]];
    // From the beginning each time: a set takes nothing twice, a list does.
    const readAll = (): void => {
      this.#scripts.splice(0, Infinity, ...scripts);
      this.#found.calls.splice(0, Infinity, ...before);
      for (let script = this.#scripts.pop(); script !== undefined; script = this.#scripts.pop()) {
        const { depth } = script;
        walk(script.text, (node) => this.#visit(node, depth + 1));
      }
    };
    const isShort = this.#scripts.every(({ text }) => text.length <= SHORT);
    if (isShort) readAll();
    const isWhole = isShort || this.#time.allows(readAll);
    const { commands, byShell, functions, calls, paths, sourced, beside, searched, locales } = this.#found;
    const { runsUnknown, runsArguments } = this.#found;
    for (const name of byShell) if (!functions.has(name) && !BUILTINS.has(name)) commands.add(name);
    return {
      commands: [...commands],
      calls: calls.filter(([name = '']) => commands.has(name)),
      paths: [...paths],
      sourced: [...sourced],
      beside: [...beside],
      // What was not read may run anything.
      runsUnknown: runsUnknown || !isWhole,
      runsArguments,
      searched: [...searched],
      locales: [...locales],
      isWhole,
    };
  }

  #visit(node: SyntaxNode, depth: number): void {
    if (node.type === 'Function') this.#found.functions.add(node.name.value);
    else if (node.type === 'Assignment') {
      this.#assign(node);
    } else if (node.type === 'For' || node.type === 'Select') {
      this.#values.assign(
        node.name.value,
        (node.wordlist ?? []).flatMap((word) => this.#values.of(word)),
      );
    } else if (node.type === 'Word') {
      for (const value of this.#values.of(node)) this.#notePath(value);
    } else if (node.type === 'Command') this.#visitCommand(node, depth);
  }

  #assign({ name, value, text }: Assignment): void {
    if (value.type === 'ArrayValue') {
      this.#values.assignList(name, value.elements);
      return;
    }
    const values = this.#values.of(value);
    this.#values.assign(name, values);
    if (/^(LANG|LC_[A-Z]+)$/.test(name)) for (const one of values) this.#found.locales.add(one);
    // Of a value that is known in part, the directories that are plain text.
    for (const one of name === 'PATH' ? [text, ...values] : [])
      for (const path of mentionedPaths(one)) this.#found.searched.add(path);
  }

  #notePath(value: string): void {
    for (const path of mentionedPaths(value)) this.#found.paths.add(path);
    if (value.startsWith(`${OWN_DIRECTORY}/`)) this.#found.beside.add(value.slice(2));
  }

  #visitCommand(command: Command, depth: number): void {
    if (command.name === undefined) return;
    const args = command.args.filter((word) => word.type === 'Word');
    const words = [...(this.#values.list(command.name) ?? [command.name]), ...args];
    const [first, ...rest] = words;
    if (first === undefined) return;
    const texts = rest.map((word) => (ARGUMENTS.test(word.text) ? OWN_ARGUMENTS : this.#values.of(word)[0]));
    const names = this.#values.of(first);
    const runsArguments = ARGUMENTS.test(first.text);
    if (runsArguments) this.#found.runsArguments = true;
    else if (names.length === 0) this.#found.runsUnknown = true;
    if (/^(\.|source)$/.test(first.value) && rest[0] !== undefined) {
      for (const path of this.#values.of(rest[0])) this.#source(path);
    }
    const isQuoted = first.parts?.[0]?.type === 'DoubleQuoted';
    for (const name of names) {
      // What an unquoted variable holds is split into words.
      const split = first.parts === undefined || isQuoted ? [name] : name.split(/\s+/).filter((word) => word !== '');
      this.#readCommand([...split, ...texts], { byShell: true, depth });
    }
  }

  #source(path: string): void {
    if (path.startsWith(`${OWN_DIRECTORY}/`)) this.#found.beside.add(path.slice(2));
    else this.#found.sourced.add(path);
  }

  #readCommand(words: CommandWords, how: { byShell: boolean; depth: number }): void {
    const pending = [{ words, byShell: how.byShell, present: true }];
    let count = 0;
    for (let at = pending.pop(); at !== undefined && count < MOST_HELD; at = pending.pop(), count++) {
      const [name] = at.words;
      if (name === undefined && at.words.length > 0) this.#found.runsUnknown = true;
      if (name === OWN_ARGUMENTS) this.#found.runsArguments = true;
      if (name === undefined || name === '' || name === OWN_ARGUMENTS) continue;
      if (name.startsWith(OWN_DIRECTORY)) this.#notePath(name);
      else if (at.present) {
        this.#found.calls.push(at.words);
        (at.byShell ? this.#found.byShell : this.#found.commands).add(name);
      }
      const held = heldBy(at.words, at.byShell);
      pending.push(...held.commands);
      if (how.depth >= DEEPEST) continue;
      for (const text of held.scripts) this.#scripts.push({ text, depth: how.depth });
    }
  }
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
