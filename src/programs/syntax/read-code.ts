import { FactSheet, type Facts } from '../facts/facts.ts';
import { type Argument, itemsOf, Lookahead, readArguments, readExpression } from './argument.ts';
import type { Calls, Language } from './language.ts';
import { noteLiteral } from './literals.ts';
import { HOLE, type Token } from './syntax.ts';
import { Tokens } from './tokens.ts';

/** Names whose values are remembered. */
const MOST_CONSTANTS = 4096;

/** After these a name is being made, not used. */
const DEFINES = /^(def|function|func|fn|sub|class|defp|fun|import|from|public|private|protected|void)$/;

/** What a file of code starts, loads and names. */
export function readCode(text: string, language: Language): Facts {
  const reader = new CodeReader(language, language.code?.(text) ?? text);
  return reader.read();
}

class CodeReader {
  readonly #language: Language;
  readonly #text: string;
  readonly #tokens: Tokens;
  readonly #sheet = new FactSheet();
  readonly #constants = new Map<string, NonNullable<Argument>>();
  readonly #calls = new Map<string, Calls[]>();
  readonly #modules: ReadonlySet<string>;
  readonly #unqualified: ReadonlySet<string> | undefined;
  readonly #mayStart: boolean;
  /** the token before the last one */
  #beforeThat: Token | undefined;

  constructor(language: Language, text: string) {
    this.#language = language;
    this.#text = text;
    this.#tokens = new Tokens(text, language.syntax);
    this.#mayStart = language.needs?.test(text) ?? true;
    this.#modules = new Set(language.modules?.(text) ?? []);
    this.#unqualified = language.unqualified?.(text);
    for (const calls of language.calls) for (const name of calls.names) this.#register(name, calls);
    for (const [alias, name] of language.aliases?.(text) ?? []) {
      for (const calls of this.#calls.get(name) ?? []) this.#register(alias, calls);
    }
  }

  #register(name: string, calls: Calls): void {
    const known = this.#calls.get(name) ?? [];
    if (!known.includes(calls)) this.#calls.set(name, [...known, calls]);
  }

  read(): Facts {
    let before: Token | undefined;
    let usesModule = false;
    for (let token = this.#tokens.peek(); token !== undefined; token = this.#tokens.peek()) {
      usesModule ||= this.#language.starts?.test(token.text) === true;
      if (token.kind === 'string') this.#readString(token, before);
      else if (token.kind === 'name' && this.#mayStart) this.#readName(token.text, before);
      this.#beforeThat = before;
      before = token;
      this.#tokens.take();
    }
    this.#language.also?.(this.#text, this.#sheet);
    const sheet = this.#sheet;
    const isTold = sheet.scripts.length + sheet.vectors.length > 0;
    if (!isTold && usesModule) sheet.startsUnknown = true;
    return sheet;
  }

  #readString(token: Token, before: Token | undefined): void {
    if (token.isCommand === true) this.#script(token.text);
    else if (this.#language.pipes === true && this.#isPiped(before)) this.#script(token.text);
    noteLiteral(token.text, this.#sheet);
  }

  /** `"date" | getline`, `print | "sort"`: a single bar beside it. */
  #isPiped(before: Token | undefined): boolean {
    const ahead = new Lookahead(this.#tokens);
    return (before?.text === '|' && this.#beforeThat?.text !== '|') || (ahead.isMark('|', 1) && !ahead.isMark('|', 2));
  }

  #readName(text: string, before: Token | undefined): void {
    const { qualifier, name } = splitName(text, before);
    if (this.#readAssignment(text)) return;
    if (before?.kind === 'name' && DEFINES.test(before.text)) return;
    for (const calls of this.#calls.get(name) ?? []) {
      if (this.#isMeant(calls, qualifier, name) && this.#readCall(calls)) return;
    }
  }

  #isMeant({ on }: Calls, qualifier: string, name: string): boolean {
    if (qualifier === '') return this.#unqualified?.has(name) ?? true;
    return on?.test(qualifier) === true || this.#modules.has(qualifier);
  }

  /** `name = "text"`, `name: str = [...]`, `name := ...`, `name <- ...`. */
  #readAssignment(name: string): boolean {
    const ahead = new Lookahead(this.#tokens);
    ahead.at = 1;
    if (ahead.isMark(':') && ahead.tokenAt(1)?.kind === 'name' && ahead.isMark('=', 2)) ahead.at += 2;
    else if (ahead.isMark(':') && ahead.isMark('=', 1)) ahead.at++;
    else if (ahead.isMark('<') && ahead.isMark('-', 1)) ahead.at++;
    else if (!ahead.isMark('=') || ahead.isMark('=~>', 1)) return false;
    ahead.at++;
    while (ahead.isMark('\n')) ahead.at++;
    // Most values are no literals, and need no look.
    if (ahead.token?.kind !== 'string' && !ahead.isMark('[({') && ahead.token?.kind !== 'name') return false;
    const value = readExpression(ahead, this.#constants, { endsWithLine: true });
    if (value !== undefined && this.#constants.size < MOST_CONSTANTS) this.#constants.set(name, value);
    return false;
  }

  /** False where it is no call. */
  #readCall(calls: Calls): boolean {
    const ahead = new Lookahead(this.#tokens);
    // `(0, a.exec)("x")` calls it, too.
    ahead.at = ahead.isMark(')', 1) && ahead.isMark('(', 2) ? 2 : 1;
    const isBare = !ahead.isMark('(');
    if (isBare && !(calls.bare === true && startsOperand(ahead))) return false;
    if (!isBare) ahead.at++;
    const found = readArguments({ ahead, constants: this.#constants, bare: isBare });
    if (calls.kind === 'pipe') this.#addPipe(found);
    else this.#add(calls, found.slice(calls.argument ?? 0));
    return true;
  }

  #add({ kind, literalOnly }: Calls, [first, ...rest]: readonly Argument[]): void {
    if (first === undefined) {
      if ((kind === 'shell' || kind === 'program') && literalOnly !== true) this.#sheet.startsUnknown = true;
    } else if (kind === 'lookup' || kind === 'library') {
      const text = itemsOf(first)[0];
      if (text !== undefined && !text.includes(HOLE))
        this.#sheet.add(kind === 'lookup' ? 'lookups' : 'libraries', text);
    } else if ('list' in first) this.#vector(first.list);
    else if (kind === 'shell' || /\s/.test(first.text.trim())) this.#script(first.text);
    else this.#vector([first.text, ...rest.flatMap(itemsOf)]);
  }

  /** Perl's and Ruby's open(): a bar at an end of the text, or as its mode. */
  #addPipe(found: readonly Argument[]): void {
    for (const [at, argument] of found.entries()) {
      const text = argument !== undefined && 'text' in argument ? argument.text.trim() : '';
      if (text === '-|' || text === '|-') {
        this.#add({ kind: 'program', names: [] }, found.slice(at + 1));
        return;
      }
      if (/^\||\|$/.test(text)) this.#script(text.replace(/^\||\|$/g, ''));
    }
  }

  #script(text: string): void {
    if (text.trim() === HOLE) this.#sheet.startsUnknown = true;
    else this.#sheet.add('scripts', text);
  }

  #vector(items: readonly (string | undefined)[]): void {
    const [program, ...rest] = items;
    const isKnown = program !== undefined && !program.includes(HOLE);
    if (!isKnown) this.#sheet.startsUnknown = true;
    else this.#sheet.addVector([program, ...rest]);
  }
}

function startsOperand(ahead: Lookahead): boolean {
  return ahead.token?.kind === 'string' || ahead.token?.kind === 'name' || ahead.isMark('[');
}

/** What stands before the last name; `)` for a method of some expression. */
function splitName(text: string, before: Token | undefined): { qualifier: string; name: string } {
  const end = Math.max(text.lastIndexOf('.'), text.lastIndexOf(':'), text.lastIndexOf('>'));
  const isMethod = before?.kind === 'mark' && /^[.>]$/.test(before.text);
  if (end < 0) return { qualifier: isMethod ? ')' : '', name: text };
  const qualifier = text.slice(0, end).replace(/[?:.>-]+$/, '');
  return { qualifier: isMethod ? `).${qualifier}` : qualifier, name: text.slice(end + 1) };
}
