/** What the dynamic string tokens stand for (ld.so(8), "Rpath token expansion"). */
export interface Tokens {
  /** undefined where `$ORIGIN` can't be known or must not be used */
  readonly ORIGIN: string | undefined;
  readonly LIB: readonly string[];
  readonly PLATFORM: readonly string[];
}

/**
 * Every expansion of `text`: more than one where a token's value depends on the target's CPU, none where a token can't be
 * expanded. An unknown `$NAME` stays as it is (glibc elf/dl-load.c, _dl_dst_substitute).
 */
export function expandTokens(text: string, tokens: Tokens): string[] {
  if (!text.includes('$')) return [text];
  const match = /\$(?:(ORIGIN|LIB|PLATFORM)(?![A-Za-z0-9_])|\{(ORIGIN|LIB|PLATFORM)\})/.exec(text);
  if (match === null) return [text];
  const name = (match[1] ?? match[2]) as keyof Tokens;
  const value = tokens[name];
  const values = value === undefined ? [] : typeof value === 'string' ? [value] : value;
  const before = text.slice(0, match.index);
  const after = expandTokens(text.slice(match.index + match[0].length), tokens);
  return values.flatMap((one) => after.map((rest) => before + one + rest));
}
