/** The words of a command line, or why there are none. */
export type ShellWords = { readonly words: readonly string[] } | { readonly problem: string };

/** What only a shell could do: pipes, lists, redirections, command substitution. */
const OPERATORS = /[|&;<>()`]/;

/**
 * Splits a command line into words as a shell does it, with quotes and backslashes (POSIX 2.2), and with nothing else: no
 * expansion, no pipe. What a shell would act upon is a problem and not a word, so that nobody takes `a | b` for a pipe;
 * `*`, `?` and `~` stand for themselves.
 */
export function shellWords(text: string): ShellWords {
  const words: string[] = [];
  let word: string | undefined;
  let at = 0;
  while (at < text.length) {
    const character = text[at] as string;
    at += 1;
    if (/\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (character === "'") {
      const end = text.indexOf("'", at);
      if (end < 0) return { problem: 'a single quote is not closed' };
      word = (word ?? '') + text.slice(at, end);
      at = end + 1;
    } else if (character === '"') {
      const quoted = doubleQuoted(text, at);
      if ('problem' in quoted) return quoted;
      word = (word ?? '') + quoted.text;
      at = quoted.end;
    } else if (character === '\\') {
      if (at === text.length) return { problem: 'a backslash has nothing after it' };
      // a line that goes on in the next one
      if (text[at] !== '\n') word = (word ?? '') + text[at];
      at += 1;
    } else if (OPERATORS.test(character) || isExpansion(text, at - 1)) {
      return { problem: `checks don't run in a shell, so ${JSON.stringify(character)} has no effect; use sh -c '...'` };
    } else {
      word = (word ?? '') + character;
    }
  }
  if (word !== undefined) words.push(word);
  return words.length > 0 ? { words } : { problem: 'there is nothing to run' };
}

function doubleQuoted(text: string, start: number): { text: string; end: number } | { problem: string } {
  let found = '';
  for (let at = start; at < text.length; at += 1) {
    const character = text[at] as string;
    if (character === '"') return { text: found, end: at + 1 };
    if (character === '`' || isExpansion(text, at)) {
      return { problem: `checks don't run in a shell, so ${JSON.stringify(character)} has no effect; use sh -c '...'` };
    }
    const next = text[at + 1] ?? '';
    if (character === '\\' && next === '\n') at += 1;
    else if (character === '\\' && /["\\$`]/.test(next)) {
      found += next;
      at += 1;
    } else found += character;
  }
  return { problem: 'a double quote is not closed' };
}

/** `$NAME`, `${NAME}`, `$(command)`, `$1`, `$?`; a `$` before anything else is just that. */
function isExpansion(text: string, at: number): boolean {
  return text[at] === '$' && /[\w{(?@*#!$-]/.test(text[at + 1] ?? '');
}

/** Words as a person would type them. */
export function quoteWords(words: readonly string[]): string {
  return words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(' ');
}
