/** What the dynamic string tokens stand for (ld.so(8), "Rpath token expansion"). */
export interface Tokens {
  /** undefined where `$ORIGIN` can't be known or must not be used */
  readonly ORIGIN: string | undefined;
  readonly LIB: readonly string[];
  readonly PLATFORM: readonly string[];
}

const TOKEN = /\$(?:(ORIGIN|LIB|PLATFORM)(?![A-Za-z0-9_])|\{(ORIGIN|LIB|PLATFORM)\})/;
const ORIGIN = /\$(?:ORIGIN(?![A-Za-z0-9_])|\{ORIGIN\})/;

/** Expansions of one text that are looked at: real ones have a handful. */
const LIMIT = 256;

/**
 * Every expansion of `text`: more than one where a token's value depends on the target's CPU, none where a token can't be
 * expanded. An unknown `$NAME` stays as it is (glibc elf/dl-load.c, _dl_dst_substitute).
 */
export function expandTokens(text: string, tokens: Tokens): string[] {
  let done = [''];
  let rest = text;
  for (let match = TOKEN.exec(rest); match !== null; match = TOKEN.exec(rest)) {
    const value = tokens[(match[1] ?? match[2]) as keyof Tokens];
    const values = value === undefined ? [] : typeof value === 'string' ? [value] : value;
    const before = rest.slice(0, match.index);
    done = done.flatMap((start) => values.map((one) => start + before + one)).slice(0, LIMIT);
    rest = rest.slice(match.index + match[0].length);
  }
  return done.map((start) => start + rest);
}

/** True where `text` has a token that the loader knows. */
export function usesTokens(text: string): boolean {
  return TOKEN.test(text);
}

export function usesOrigin(text: string): boolean {
  return ORIGIN.test(text);
}

/** True where an absolute path, `.` and `..` taken as text, is one of `directories` or below (is_trusted_path_normalize). */
export function isTrusted(path: string, directories: readonly string[]): boolean {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  const normal = `/${parts.join('/')}/`;
  return directories.some((directory) => normal.startsWith(`${directory}/`));
}
