/** What can't be part of a path that stands in a text: blanks, quotes, separators of lists, brackets, wildcards. */
const END = /[\s"'`=,;:(){}<>|*?[\]\\&#!\0]/;
/** What a path may follow: all of {@link END}, and the `@` of an argument file. */
const BEFORE = /[\s"'`=,;:(){}<>|[\]\\&@!\0]/;

/** Paths longer than this can't be opened (PATH_MAX). */
const LONGEST = 4096;

/**
 * The absolute paths in a text: alone, in lists with colons, as values of options (`-Dx=/y`, `--y=/x`, `-cp /a:/b`), in
 * `file:///x`. One has a component at least; a single `/` and what may be a comment, a regular expression or a rest of
 * an address does not count. Linear.
 */
export function* mentionedPaths(text: string): Generator<string> {
  for (let at = text.indexOf('/'); at >= 0; at = text.indexOf('/', at)) {
    const before = at === 0 ? ' ' : (text[at - 1] as string);
    // `-I/usr/include`, `-L/usr/lib`: one letter of an option may stand before it
    const isOption = /[A-Za-z]/.test(before) && text[at - 2] === '-' && (at < 3 || BEFORE.test(text[at - 3] as string));
    if (!BEFORE.test(before) && !isOption) {
      at++;
      continue;
    }
    if (text[at + 1] === '/') {
      // `//` begins a comment or the authority of an address; `file:///x` has a path behind it.
      const isFile = text.startsWith('///', at) && text.slice(Math.max(0, at - 5), at) === 'file:';
      if (!isFile) {
        while (at < text.length && !/\s/.test(text[at] as string)) at++;
        continue;
      }
      at += 2;
    }
    let end = at + 1;
    while (end < text.length && end - at < LONGEST && !END.test(text[end] as string)) end++;
    const path = text.slice(at, end).replace(/[.,]+$/, '');
    if (/^\/[\w@+%~.-]/.test(path)) yield path;
    at = end;
  }
}
