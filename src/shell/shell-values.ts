import type { CompoundList, ParameterExpansionPart, ParsedScript, PipelineNode, Statement, Word } from 'unbash';

/** Stands in a value for the directory that holds the script itself: `$(dirname "$0")`. */
export const OWN_DIRECTORY = '\x01';
/** Stands in a value for the script itself: `$0`. */
const OWN_FILE = '\x02';

/** Values that a word may have. More of them, longer ones, and those that are nested deeper are unknown. */
const MOST_VALUES = 32;
const LONGEST = 4096;
const DEEPEST = 8;
/** Characters of a command substitution that is looked into. */
const LONGEST_COMMAND = 512;

/**
 * What a script's variables may hold, as far as it is plain text: each value that is assigned anywhere before, no matter what
 * the branch. Nothing is run; `$(cd "$(dirname "$0")" && pwd)` and its like are known by their form.
 */
export class ShellValues {
  readonly #values = new Map<string, Set<string>>();
  readonly #lists = new Map<string, readonly Word[]>();
  readonly #environment: (name: string) => string | undefined;

  /** @param environment the variables that the script is started with */
  constructor(environment: (name: string) => string | undefined = () => undefined) {
    this.#environment = environment;
  }

  assign(name: string, values: readonly string[]): void {
    const known = this.#values.get(name) ?? new Set();
    this.#values.set(name, known);
    for (const value of values) if (known.size < MOST_VALUES) known.add(value);
  }

  assignList(name: string, words: readonly Word[]): void {
    this.#lists.set(name, words);
  }

  /** The words of `"${name[@]}"`, where a word is just that. */
  list(word: Word): readonly Word[] | undefined {
    const [part, ...others] = word.parts ?? [];
    if (part === undefined || others.length > 0) return undefined;
    const inner = part.type === 'DoubleQuoted' && part.parts.length === 1 ? part.parts[0] : part;
    if (inner?.type !== 'ParameterExpansion' || !/^[@*]$/.test(inner.index?.value ?? '')) return undefined;
    return this.#lists.get(inner.parameter);
  }

  /** The texts that a word may stand for, quotes removed; empty where none is known. */
  of(word: Word, depth = 0): readonly string[] {
    if (word.parts === undefined) return [word.value];
    return depth > DEEPEST ? [] : this.#concatenated(word.parts, depth);
  }

  #concatenated(parts: NonNullable<Word['parts']>, depth: number): readonly string[] {
    let texts: readonly string[] = [''];
    for (const part of parts) {
      const ends = this.#part(part, depth).slice(0, MOST_VALUES);
      texts = texts.slice(0, Math.max(1, MOST_VALUES / ends.length)).flatMap((start) => ends.map((end) => start + end));
      texts = texts.filter((text) => text.length <= LONGEST);
      if (texts.length === 0) return [];
    }
    return texts;
  }

  #part(part: NonNullable<Word['parts']>[number], depth: number): readonly string[] {
    switch (part.type) {
      case 'Literal':
      case 'SingleQuoted':
      case 'AnsiCQuoted':
      case 'Glob':
        return [part.value];
      case 'DoubleQuoted':
      case 'LocaleString':
        return this.#concatenated(part.parts, depth);
      case 'SimpleExpansion':
        return this.#variable(part.text.slice(1));
      case 'ParameterExpansion':
        return this.#parameter(part, depth);
      case 'CommandExpansion':
        return part.text.length > LONGEST_COMMAND || part.script === undefined
          ? []
          : this.#output(part.script, depth + 1);
      default:
        return [];
    }
  }

  #variable(name: string): readonly string[] {
    if (name === '0' || name === 'BASH_SOURCE') return [OWN_FILE];
    if (name === 'PWD' && !this.#values.has(name)) return ['.'];
    const known = this.#values.get(name);
    if (known !== undefined) return [...known];
    const value = this.#environment(name);
    return value === undefined ? [] : [value];
  }

  #parameter({ parameter, prefix, index, operation }: ParameterExpansionPart, depth: number): readonly string[] {
    if (prefix !== undefined || (index !== undefined && parameter !== 'BASH_SOURCE')) return [];
    const values = this.#variable(parameter);
    if (operation === undefined) return values;
    const operand = 'operand' in operation && operation.operand !== undefined ? operation.operand : undefined;
    if (operation.type === 'Default' && operand !== undefined) {
      if (operation.operator.endsWith('?')) return values;
      const others = this.of(operand, depth + 1);
      if (operation.operator.endsWith('+')) return [...others, ''];
      if (operation.operator.endsWith('=')) this.assign(parameter, others);
      return [...new Set([...values, ...others])];
    }
    const isLastPart = operation.type === 'Remove' && operand?.value === '/*' && operation.operator.startsWith('%');
    return isLastPart ? values.map(directoryOf) : [];
  }

  /** What a command substitution prints, where its last command is one of those that print a path. */
  #output(script: ParsedScript, depth: number): readonly string[] {
    if (depth > DEEPEST) return [];
    let directory: readonly string[] = ['.'];
    let printed: readonly string[] = [];
    for (const words of simpleCommands(script)) {
      const [name = '', ...rest] = words.map((word) => word?.value ?? '');
      const operand = words.findLast((word, at) => at > 0 && !/^-/.test(word?.value ?? '-'));
      const values = operand === undefined ? [] : this.of(operand, depth);
      if (name === 'cd' || name === 'pushd') directory = operand === undefined ? [] : values;
      else if (name === 'pwd') printed = directory;
      else if (name === 'dirname') printed = values.map(directoryOf);
      else if (/^(readlink|realpath)$/.test(name)) printed = values;
      // `$(command -v gawk || echo awk)`: one or the other.
      else if (/^(echo|which)$/.test(name) || (name === 'command' && rest[0] === '-v'))
        printed = [...printed, ...values];
      else if (!/^(true|:|false|exit|return)$/.test(name)) printed = [];
    }
    return printed;
  }
}

/** The directory of a path, without looking at any. */
function directoryOf(path: string): string {
  if (path === OWN_FILE) return OWN_DIRECTORY;
  if (path === OWN_DIRECTORY) return `${OWN_DIRECTORY}/..`;
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '.' : path.slice(0, slash) || '/';
}

/** The words of the simple commands of `a && b; c`; nothing of what is nested. */
function simpleCommands(script: ParsedScript): (Word | undefined)[][] {
  const found: (Word | undefined)[][] = [];
  const pending: (Statement | PipelineNode | CompoundList)[] = [...script.commands].reverse();
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (node.type === 'Statement') {
      if (node.command.type === 'AndOr') pending.push(...[...node.command.commands].reverse());
      else pending.push(node.command);
    } else if (node.type === 'Pipeline' && node.commands.length === 1) pending.push(...node.commands);
    else if (node.type === 'Command') {
      found.push([node.name, ...node.args.filter((word) => word.type === 'Word')]);
    }
  }
  return found;
}
