import { HOLE, type Token } from './syntax.ts';
import type { Tokens } from './tokens.ts';

/** What an expression is known to be: a text, which may have holes, a list of such, or nothing that can be told. */
export type Argument = { readonly text: string } | { readonly list: readonly (string | undefined)[] } | undefined;

/** Values of names, as far as a literal was assigned to them. */
export type Constants = ReadonlyMap<string, NonNullable<Argument>>;

/** Tokens of one call that are looked at, and how deep brackets in it are looked into. */
const MOST = 200;
const DEEPEST = 6;

/** Functions that make a list of their arguments, those whose value is their first argument, as far as it goes, and those with a default. */
const LISTS = /(^|\.|::)(c|list|array|Array|String|of|asList|concat|tuple)$/;
const TRANSPARENT =
  /(^|\.|::)(split|str|raw|format|sprintf|escapeshellcmd|shellescape|paste0?|encode|Path|quote|dedent|shsplit|fmt|shlex_split)$/;
const DEFAULTS = /(^|\.|::)(get|getenv|fetch|getOrDefault|getProperty)$/;

/** Words that stand before an expression or between its parts. */
const WORDS = /^(await|new|return|not|and|lambda|async|const|let|var|local|my|our|static|typeof|yield)$/;
/** What stands between values of which one counts. */
const ALTERNATIVE_MARKS = /^[|?:]$/;

/** A place in the tokens ahead: they are not taken. */
export class Lookahead {
  readonly #tokens: Tokens;
  at = 0;

  constructor(tokens: Tokens) {
    this.#tokens = tokens;
  }

  get token(): Token | undefined {
    return this.tokenAt(0);
  }

  /** The token `distance` behind this one. */
  tokenAt(distance: number): Token | undefined {
    return this.at + distance < MOST ? this.#tokens.peek(this.at + distance) : undefined;
  }

  isMark(text: string, distance = 0): boolean {
    const token = this.tokenAt(distance);
    return token?.kind === 'mark' && text.includes(token.text);
  }

  /** Passes over a bracket and all up to the one that closes it, which the place is left at. */
  skipBrackets(): void {
    for (let depth = 0; this.token !== undefined; this.at++) {
      if (this.isMark('([{')) depth++;
      else if (this.isMark(')]}') && --depth <= 0) return;
    }
  }
}

/** What the arguments of a call end at. */
interface ArgumentList {
  readonly ahead: Lookahead;
  readonly constants: Constants;
  /** without parentheses: they end with the line */
  readonly bare: boolean;
  readonly depth?: number;
}

/** Reads the arguments of a call up to its closing bracket, which the place is left at, or for a bare one to the end of the line. */
export function readArguments({ ahead, constants, bare, depth = 0 }: ArgumentList): Argument[] {
  const found: Argument[] = [];
  while (ahead.token !== undefined && !ahead.isMark(bare ? ');}\n' : ')]};')) {
    // An environment comes first: Ruby's system({"A" => "b"}, "tar").
    const isEnvironment = found.length === 0 && ahead.isMark('{') && !isBracedList(ahead);
    if (isEnvironment) ahead.skipBrackets();
    if (isEnvironment || ahead.isMark('\n')) {
      ahead.at++;
      if (isEnvironment && ahead.isMark(',')) ahead.at++;
      continue;
    }
    found.push(readExpression(ahead, constants, { endsWithLine: bare, depth }));
    if (!ahead.isMark(',')) {
      while (!bare && ahead.isMark('\n')) ahead.at++;
      if (!ahead.isMark(',')) break;
    }
    ahead.at++;
    while (ahead.isMark('\n')) ahead.at++;
  }
  return found;
}

/** Reads one expression, up to a comma, a closing bracket or the end of the statement, which the place is left at. */
export function readExpression(
  ahead: Lookahead,
  constants: Constants,
  { endsWithLine, depth = 0 }: { endsWithLine: boolean; depth?: number },
): Argument {
  let pieces: string[] = [];
  let list: readonly (string | undefined)[] | undefined;
  let isFilled = false;
  let hasCondition = false;
  for (; ahead.token !== undefined; ahead.at++) {
    if (ahead.isMark(',;)]}') || (endsWithLine && ahead.isMark('\n'))) break;
    const { token } = ahead;
    if (token.kind === 'mark' ? ALTERNATIVE_MARKS.test(token.text) : token.kind === 'name' && token.text === 'or') {
      // Of `a || "tar"` the literal counts, of `"tar" || die` too, of `a ? "b" : "c"` the last.
      if (token.text === '?') hasCondition = true;
      if (hasCondition || pieces.every((piece) => piece === HOLE)) pieces = [];
      else isFilled = true;
      continue;
    }
    if (token.kind === 'name' && /^(if|unless|else)$/.test(token.text)) isFilled = pieces.length > 0;
    // What `"%s" % x` fills in, and a method of what was just read.
    if (ahead.isMark('%') && pieces.length > 0) isFilled = true;
    if (ahead.isMark('.') && pieces.length + (list?.length ?? 0) > 0 && isMethod(ahead)) {
      ahead.at += 2;
      ahead.skipBrackets();
      continue;
    }
    const operand = readOperand(ahead, constants, depth);
    if (operand === 'nothing' || isFilled) continue;
    if (operand !== undefined && 'list' in operand) list ??= operand.list;
    else pieces.push(operand?.text ?? HOLE);
  }
  if (list !== undefined) return { list };
  return pieces.every((piece) => piece === HOLE) ? undefined : { text: pieces.join('') };
}

function isMethod(ahead: Lookahead): boolean {
  return ahead.tokenAt(1)?.kind === 'name' && ahead.isMark('(', 2);
}

/** One operand; the place is left at its last token. */
function readOperand(ahead: Lookahead, constants: Constants, depth: number): Argument | 'nothing' {
  const token = ahead.token as Token;
  if (token.kind === 'string') return { text: token.text };
  if (token.kind === 'name') return readName(ahead, constants, depth);
  if (!ahead.isMark('([{')) return 'nothing';
  if (depth >= DEEPEST) {
    ahead.skipBrackets();
    return undefined;
  }
  if (token.text === '{' && !isBracedList(ahead)) {
    ahead.skipBrackets();
    return undefined;
  }
  ahead.at++;
  const values = readArguments({ ahead, constants, bare: false, depth: depth + 1 });
  if (token.text === '(' && values.length < 2) return values[0];
  return { list: values.flatMap(itemsOf) };
}

/** `{"a", "b"}`: no block, and no pairs of names and values. */
function isBracedList(ahead: Lookahead): boolean {
  return ahead.tokenAt(1)?.kind === 'string' && ahead.isMark(',}', 2);
}

/** A list's items in their place: `[...base, "x"]`. */
export function itemsOf(value: Argument): readonly (string | undefined)[] {
  return value === undefined ? [undefined] : 'list' in value ? value.list : [value.text];
}

function readName(ahead: Lookahead, constants: Constants, depth: number): Argument | 'nothing' {
  const { text } = ahead.token as Token;
  if (WORDS.test(text)) return 'nothing';
  if (ahead.isMark('[', 1)) {
    // `new String[] {"a"}` is one, `a[0]` is not.
    ahead.at++;
    ahead.skipBrackets();
    return /^(String|string|char)$/.test(text) ? 'nothing' : undefined;
  }
  if (!ahead.isMark('(', 1)) return constants.get(text);
  ahead.at++;
  if (depth >= DEEPEST || !(LISTS.test(text) || TRANSPARENT.test(text) || DEFAULTS.test(text))) {
    ahead.skipBrackets();
    return undefined;
  }
  ahead.at++;
  const values = readArguments({ ahead, constants, bare: false, depth: depth + 1 });
  if (LISTS.test(text)) return { list: values.flatMap(itemsOf) };
  return DEFAULTS.test(text) ? values[1] : values[0];
}
