import { HOLE, type StringSyntax, type Syntax, type Token } from './syntax.ts';

/** Characters of a literal that are kept; what is longer is data. */
const LONGEST = 8192;

const NAME_START = /[A-Za-z_\x80-\uffff]/;
const NAME_PART = /[\w\x80-\uffff]/;
const BLANK = /[ \t\r\f\v]/;
/** After these a `/` begins a regular expression (and after the start of the text). */
const BEFORE_REGEX = /[(,=:[!&|?{};~+\-*%<>^\n]/;
const WORDS_BEFORE_REGEX = /^(return|typeof|case|in|of|and|or|not|if|unless|when|split|grep|while|until)$/;

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', 0: '\0', '\n': '' };

const OPENERS = new WeakMap<Syntax, ReadonlySet<string>>();

function openersOf(syntax: Syntax): ReadonlySet<string> {
  const { lineComments, blockComments, strings } = syntax;
  const texts = [...lineComments, ...blockComments.map(([open]) => open), ...strings.map(({ open }) => open)];
  const known = OPENERS.get(syntax) ?? new Set(texts.map((text) => text[0] as string));
  OPENERS.set(syntax, known);
  return known;
}

/**
 * Cuts code into tokens, comments left out. It is tolerant, as it has to be with what it does not know, and linear: it
 * never goes back behind what it has passed.
 */
export class Tokens {
  readonly #text: string;
  readonly #syntax: Syntax;
  /** characters that may begin a comment or a literal */
  readonly #openers: ReadonlySet<string>;
  #at = 0;
  #last: Token = { kind: 'mark', text: '\n' };
  /** read and not taken yet */
  readonly #ahead: Token[] = [];
  #taken = 0;

  constructor(text: string, syntax: Syntax) {
    this.#text = text;
    this.#syntax = syntax;
    this.#openers = openersOf(syntax);
  }

  /** The token `distance` places ahead, without taking any. */
  peek(distance = 0): Token | undefined {
    while (this.#ahead.length - this.#taken <= distance) {
      const token = this.#read();
      if (token === undefined) return undefined;
      this.#last = token;
      this.#ahead.push(token);
    }
    return this.#ahead[this.#taken + distance];
  }

  take(): Token | undefined {
    const token = this.peek();
    if (token !== undefined) this.#taken++;
    if (this.#taken > 1024) this.#ahead.splice(0, this.#taken);
    if (this.#taken > 1024) this.#taken = 0;
    return token;
  }

  #read(): Token | undefined {
    const text = this.#text;
    while (this.#at < text.length) {
      const character = text[this.#at] as string;
      if (character === '\n' || BLANK.test(character)) {
        this.#at++;
        if (character === '\n' && this.#syntax.hasLines === true) return { kind: 'mark', text: '\n' };
      } else if (!this.#openers.has(character)) return this.#readName(character) ?? this.#readMark(character);
      else if (!this.#skipComment()) {
        return this.#readString() ?? this.#readName(character) ?? this.#readMark(character);
      }
    }
    return undefined;
  }

  #skipComment(): boolean {
    const text = this.#text;
    for (const [open, close] of this.#syntax.blockComments) {
      if (!text.startsWith(open, this.#at)) continue;
      // Those that are lines of their own: Ruby's =begin, Perl's =pod.
      if (/^[=_]/.test(open) && this.#at > 0 && text[this.#at - 1] !== '\n') continue;
      const end = text.indexOf(close, this.#at + open.length);
      this.#at = end < 0 ? text.length : end + close.length;
      return true;
    }
    for (const open of this.#syntax.lineComments) {
      if (!text.startsWith(open, this.#at)) continue;
      const end = text.indexOf('\n', this.#at);
      this.#at = end < 0 ? text.length : end;
      return true;
    }
    return false;
  }

  #readString(): Token | undefined {
    const kind = this.#syntax.strings.find(({ open }) => this.#text.startsWith(open, this.#at));
    if (kind === undefined) return undefined;
    // The prefix of a literal is part of what opens it only where it is no end of a name.
    this.#at += kind.open.length;
    return { kind: 'string', text: this.#literal(kind), ...(kind.isCommand === true ? { isCommand: true } : {}) };
  }

  #literal(kind: StringSyntax): string {
    const text = this.#text;
    const pieces: string[] = [];
    let length = 0;
    const add = (piece: string): void => {
      if (length <= LONGEST) pieces.push(piece);
      length += piece.length;
    };
    while (this.#at < text.length) {
      const character = text[this.#at] as string;
      if (text.startsWith(kind.close, this.#at)) {
        this.#at += kind.close.length;
        break;
      }
      if (character === '\n' && kind.spans !== true) break;
      if (character === '\\' && kind.escapes) {
        const next = text[this.#at + 1] ?? '';
        add(ESCAPES[next] ?? (kind.expands === 'none' || /[\\'"`$#{}/ ]/.test(next) ? next : `\\${next}`));
        this.#at += 2;
      } else if (kind.expands !== undefined && kind.expands !== 'none' && this.#skipExpansion(kind.expands)) add(HOLE);
      else {
        add(character);
        this.#at++;
      }
    }
    return pieces.join('');
  }

  /** Passes over `${...}` and the like; what is in it is not looked at. */
  #skipExpansion(form: '${' | '#{' | '{' | '$'): boolean {
    const text = this.#text;
    if (form === '$') {
      const match = /[$@]\{?[A-Za-z_][\w:>[\]'-]*\}?|\{\$[^}\n]{0,200}\}/y;
      match.lastIndex = this.#at;
      const found = match.exec(text);
      if (found === null) return false;
      this.#at += found[0].length;
      return true;
    }
    if (!text.startsWith(form, this.#at)) return false;
    if (form === '{' && text[this.#at + 1] === '{') return false;
    let depth = 0;
    for (; this.#at < text.length; this.#at++) {
      const character = text[this.#at];
      if (character === '{') depth++;
      else if (character === '}' && --depth === 0) break;
    }
    this.#at++;
    return true;
  }

  #readName(first: string): Token | undefined {
    const text = this.#text;
    const isSigil = this.#syntax.sigils?.includes(first) === true && NAME_START.test(text[this.#at + 1] ?? '');
    if (!isSigil && !NAME_START.test(first)) return undefined;
    const start = this.#at++;
    for (; this.#at < text.length; this.#at++) {
      if (NAME_PART.test(text[this.#at] as string)) continue;
      const joint = /\??\.(?=[A-Za-z_$])|::(?=[A-Za-z_])|->(?=[A-Za-z_])/y;
      joint.lastIndex = this.#at;
      const found = joint.exec(text);
      if (found === null || this.#at - start > 200) break;
      this.#at += found[0].length - (/[A-Za-z_]/.test(text[this.#at + found[0].length] ?? '') ? 0 : 1);
    }
    return { kind: 'name', text: text.slice(start, this.#at) };
  }

  #readMark(character: string): Token {
    this.#at++;
    if (character === '/' && this.#syntax.hasRegex === true && this.#isRegexHere()) this.#skipRegex();
    return { kind: 'mark', text: character };
  }

  #isRegexHere(): boolean {
    const { kind, text } = this.#last;
    return kind === 'mark' ? BEFORE_REGEX.test(text) : kind === 'name' && WORDS_BEFORE_REGEX.test(text);
  }

  #skipRegex(): void {
    const text = this.#text;
    let inClass = false;
    for (; this.#at < text.length && text[this.#at] !== '\n'; this.#at++) {
      const character = text[this.#at];
      if (character === '\\') this.#at++;
      else if (character === '[') inClass = true;
      else if (character === ']') inClass = false;
      else if (character === '/' && !inClass) break;
    }
    this.#at++;
  }
}
