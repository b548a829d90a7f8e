import { Malformed } from './syntax.ts';

/** The value of a variable, or undefined where it is not set. */
export type Lookup = (name: string) => string | undefined;

/**
 * `text` as instructions expand it: quotes removed, escapes resolved, and `$X`, `${X}`, `${X:-d}`, `${X-d}`, `${X:+d}`, `${X+d}`,
 * `${X:?m}`, `${X?m}` replaced (moby/buildkit frontend/dockerfile/shell/lex.go).
 */
export function expandWord(text: string, lookup: Lookup): string {
  return new Expansion(text, lookup).upTo(undefined).text;
}

/** As {@link expandWord}, then split at the white space that is not quoted, also where a variable's value brought it in. */
export function expandWords(text: string, lookup: Lookup): string[] {
  return new Expansion(text, lookup).upTo(undefined).words;
}

interface Expanded {
  readonly text: string;
  readonly words: string[];
}

/** Levels of `${A:-${B:-...}}`; each takes some of the stack. */
const DEEPEST = 100;

/** One pass over a text; what is left of it is the state. */
class Expansion {
  readonly #characters: readonly string[];
  readonly #lookup: Lookup;
  #at = 0;
  #depth = 0;

  constructor(text: string, lookup: Lookup) {
    this.#characters = [...text];
    this.#lookup = lookup;
  }

  /** Reads up to an unquoted `stop`, or to the end where that is undefined. */
  upTo(stop: string | undefined): Expanded {
    let text = '';
    let word = '';
    const words: string[] = [];
    const add = (piece: string, quoted: boolean): void => {
      text += piece;
      if (quoted) {
        word += piece;
        return;
      }
      const [head = '', ...tail] = piece.split(/\s+/);
      word += head;
      for (const next of tail) {
        if (word !== '') words.push(word);
        word = next;
      }
    };
    for (;;) {
      const character = this.#next();
      if (character === stop) break;
      if (character === undefined) throw new Malformed(`there is no matching "${stop}"`);
      if (character === "'") add(this.#singleQuoted(), true);
      else if (character === '"') add(this.#doubleQuoted(), true);
      else if (character === '$') add(this.#variable(), false);
      else if (character === '\\') add(this.#next() ?? '', true);
      else add(character, false);
    }
    if (word !== '') words.push(word);
    return { text, words };
  }

  #next(): string | undefined {
    const character = this.#characters[this.#at];
    if (character !== undefined) this.#at += 1;
    return character;
  }

  #peek(): string | undefined {
    return this.#characters[this.#at];
  }

  #singleQuoted(): string {
    let text = '';
    for (let character = this.#next(); character !== "'"; character = this.#next()) {
      if (character === undefined) throw new Malformed('a single quote is not closed');
      text += character;
    }
    return text;
  }

  #doubleQuoted(): string {
    let text = '';
    for (let character = this.#next(); character !== '"'; character = this.#next()) {
      if (character === undefined) throw new Malformed('a double quote is not closed');
      if (character === '$') text += this.#variable();
      // A backslash before any other character is just a backslash.
      else if (character === '\\' && ['"', '$', '\\'].includes(this.#peek() ?? '')) text += this.#next();
      else text += character;
    }
    return text;
  }

  /** What stands for the `$` just read and its name. */
  #variable(): string {
    if (this.#peek() !== '{') {
      const name = this.#name();
      return name === '' ? '$' : (this.#lookup(name) ?? '');
    }
    this.#next();
    const name = this.#name();
    if (name === '') throw new Malformed('bad substitution: "${" without a name');
    const value = this.#lookup(name);
    let operator = this.#next();
    if (operator === '}') return value ?? '';
    // With a colon, an empty value counts as none.
    const present = operator === ':' ? value !== undefined && value !== '' : value !== undefined;
    if (operator === ':') operator = this.#next();
    if (operator === undefined) throw new Malformed(`there is no "}" after "\${${name}"`);
    if (!['-', '+', '?'].includes(operator)) {
      throw new Malformed(`"\${${name}${operator}" is not supported; "\${X:-d}" and "\${X:+d}" are`);
    }
    if (++this.#depth > DEEPEST) throw new Malformed(`"\${...}" within "\${...}", more than ${DEEPEST} deep`);
    const word = this.upTo('}').text;
    this.#depth -= 1;
    if (operator === '+') return present ? word : '';
    if (present) return value ?? '';
    if (operator === '?') throw new Malformed(`${name}: ${word === '' ? 'is not set' : word}`);
    return word;
  }

  /** Letters, digits and `_`; or digits alone; or one of the shell's special parameters. */
  #name(): string {
    const first = this.#peek();
    if (first === undefined) return '';
    if (/[@*#?\-$!]/.test(first)) {
      this.#at += 1;
      return first;
    }
    const part = /\p{Nd}/u.test(first) ? /\p{Nd}/u : /[\p{L}\p{Nd}_]/u;
    let name = '';
    for (let character = this.#peek(); character !== undefined && part.test(character); character = this.#peek()) {
      name += character;
      this.#at += 1;
    }
    return name;
  }
}
