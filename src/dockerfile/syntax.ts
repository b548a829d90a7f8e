/** Thrown inside this folder for an instruction that can't be read; `applyChanges` makes a USAGE error of it. */
export class Malformed extends Error {}

/** One instruction, before its arguments are read. */
export interface Instruction {
  /** upper-case: `ENV` */
  readonly name: string;
  /** `--name=value` before the arguments, in their order, as [name, value or undefined] */
  readonly flags: readonly (readonly [name: string, value: string | undefined])[];
  /** what follows the flags, without white space at the ends */
  readonly rest: string;
  /** what follows the name, flags included */
  readonly original: string;
}

/**
 * Reads text as a Dockerfile is read (moby/buildkit frontend/dockerfile/parser/parser.go): one instruction a line,
 * a `\` at the end of a line continues it, lines that begin with `#` are comments, also between continued lines.
 * Parser directives and here-documents, which mean nothing to the instructions taken here, are not read.
 */
export function parseInstructions(text: string): Instruction[] {
  const instructions: Instruction[] = [];
  let pending: string | undefined;
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*#/.test(line) || (pending === undefined && line.trim() === '')) continue;
    // An escaped backslash at the end is a character, not a continuation.
    const continued = /(^|[^\\])\\[ \t]*$/.exec(line);
    const whole = (pending ?? '') + (continued === null ? line : line.slice(0, continued.index) + continued[1]);
    pending = continued === null ? undefined : whole;
    if (continued === null) instructions.push(parseInstruction(whole));
  }
  if (pending !== undefined && pending.trim() !== '') instructions.push(parseInstruction(pending));
  return instructions;
}

/** Reads one line: a name, flags, and the rest. */
export function parseInstruction(line: string): Instruction {
  const [, name = '', original = ''] = /^([^\t\v\f\r ]*)[\t\v\f\r ]*(.*)$/s.exec(line.trim()) ?? [];
  const flags: [string, string | undefined][] = [];
  let rest = original;
  for (;;) {
    const flag = /^--((?:"[^"]*"|'[^']*'|\\.|[^\s"'\\])*)(?:\s+|$)/s.exec(rest);
    if (flag === null) break;
    rest = rest.slice(flag[0].length);
    const text = (flag[1] ?? '').replace(/"([^"]*)"|'([^']*)'|\\(.)/gs, '$1$2$3');
    if (text === '') break;
    const equals = text.indexOf('=');
    flags.push(equals < 0 ? [text, undefined] : [text.slice(0, equals), text.slice(equals + 1)]);
  }
  return { name: name.toUpperCase(), flags, rest, original };
}

/**
 * The strings of a JSON array, or undefined where the text is not one: then it is the shell form.
 * Text after the array is refused; engines ignore it, which loses what was written there.
 */
export function parseJsonStrings(text: string): string[] | undefined {
  if (!text.startsWith('[')) return undefined;
  const array = jsonArray(text);
  if (array === undefined) {
    for (let end = text.indexOf(']'); end >= 0; end = text.indexOf(']', end + 1)) {
      if (jsonArray(text.slice(0, end + 1)) !== undefined) throw new Malformed('there is text after the JSON array');
    }
    return undefined;
  }
  if (!array.every((item) => typeof item === 'string')) throw new Malformed('a JSON array may hold strings only');
  return array;
}

function jsonArray(text: string): unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Splits at white space, and at nothing else. */
export function splitWords(text: string): string[] {
  return text.split(/[\t\v\f\r ]+/).filter((word) => word !== '');
}

/**
 * The pairs of ENV and LABEL, quotes and escapes still in them: `a=1 "b c"=2`, or the old form `name value with spaces`.
 */
export function parsePairs(text: string): [key: string, value: string][] {
  const words = splitQuoted(text);
  const [first] = words;
  if (first === undefined) throw new Malformed('it needs at least one argument');
  if (!first.includes('=')) {
    const [, key, value] = /^([^\t\v\f\r ]+)[\t\v\f\r ]+(.*)$/s.exec(text) ?? [];
    if (key === undefined || value === undefined) throw new Malformed('it needs a name and a value');
    return [[key, value]];
  }
  return words.map((word) => {
    const equals = word.indexOf('=');
    if (equals < 0) throw new Malformed(`there is no "=" in ${JSON.stringify(word)}`);
    if (equals === 0) throw new Malformed('a name is empty');
    return [word.slice(0, equals), word.slice(equals + 1)];
  });
}

/** Words separated by white space outside quotes; quotes and backslashes stay, an unclosed quote runs to the end. */
function splitQuoted(text: string): string[] {
  return text.match(/(?:"(?:\\.|[^"\\])*(?:"|\\?$)|'[^']*(?:'|$)|\\.|[^\s"'\\])+/gs) ?? [];
}
