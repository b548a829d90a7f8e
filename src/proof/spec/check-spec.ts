import { SkinnywhaleError } from '../../model/errors.ts';
import { quoteWords, shellWords } from '../../shell/shell-words.ts';

/** A command that has to do in the skinny image what it does in the fat container's state. */
export interface CheckSpec {
  /** for people: the command as it was given */
  readonly text: string;
  /** undefined: what the image runs by itself, its Entrypoint and Cmd */
  readonly command: readonly string[] | undefined;
  /** `replace`: `command` is the whole argument vector; `keep`: it stands in for Cmd alone, after the image's Entrypoint */
  readonly entrypoint: 'replace' | 'keep';
  readonly user?: string | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** undefined: there is no input, as with `docker run` without `-i` */
  readonly stdin?: string | undefined;
  readonly workingDir?: string | undefined;
  /** default: that of all runs of the proof */
  readonly network?: 'none' | 'bridge' | 'host' | undefined;
  /** what both have to exit with; undefined: as the original does */
  readonly exitCode?: number | undefined;
  /** seconds */
  readonly timeout: number;
}

/** How long a check may take where nothing is said, in seconds. */
export const CHECK_TIMEOUT = 60;

/**
 * The check in a command-line option: words as for a shell, though none runs it, or a JSON array of words. They are the
 * whole argument vector, without the image's Entrypoint: who writes `php -v` means that program.
 * @param timeout seconds
 * @throws USAGE
 */
export function parseCheck(text: string, timeout = CHECK_TIMEOUT): CheckSpec {
  const command = commandWords(text);
  if ('problem' in command) throw badCheck(text, command.problem);
  return { text: checkText(text), command: command.words, entrypoint: 'replace', timeout };
}

/** The words of a command that is given as text. */
export function commandWords(text: string): { readonly words: readonly string[] } | { readonly problem: string } {
  const words = jsonWords(text) ?? shellWords(text);
  return 'problem' in words ? words : checkedWords(words.words);
}

/** `words` if a program can be started with them. */
export function checkedWords(
  words: readonly string[],
): { readonly words: readonly string[] } | { readonly problem: string } {
  if (words.length === 0 || words[0] === '') return { problem: 'there is nothing to run' };
  if (words.some((word) => word.includes('\0'))) return { problem: "a word of a command can't hold a zero byte" };
  return { words };
}

/** For display, where a check was given as a list. */
export function wordsText(words: readonly string[]): string {
  return checkText(quoteWords(words));
}

/** How much of a command is shown. */
const SHOWN = 200;

/** For display: what fits on a line. A whole script may be the last word of a command. */
export function checkText(text: string): string {
  const [first = '', ...more] = text.trim().split('\n');
  return more.length === 0 && first.length <= SHOWN ? first : `${first.slice(0, SHOWN)} ...`;
}

/** A JSON array of texts; undefined for what is a command line: `[ -f /x ]` is one, too. */
function jsonWords(text: string): { words: readonly string[] } | { problem: string } | undefined {
  if (!/^\s*\[\s*("|\])/.test(text)) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (Array.isArray(value) && value.every((word) => typeof word === 'string')) return { words: value };
  } catch {
    // told below, as what is JSON but no list of texts
  }
  return { problem: 'it begins like a JSON array, but is not an array of texts' };
}

function badCheck(text: string, problem: string): SkinnywhaleError {
  return new SkinnywhaleError('USAGE', `${JSON.stringify(text)} is not a valid check: ${problem}`, {
    hint: `Write a program and its arguments, quoted as for a shell. For pipes and variables call one: sh -c '...'`,
  });
}
