/**
 * XML as far as rules need it, read in one pass: a regular expression with two repetitions takes the square of a text's
 * length, or worse, where the text is made for that.
 */

/** The text without `<!-- ... -->`. What is not closed stays. */
export function withoutComments(text: string): string {
  let kept = '';
  let at = 0;
  for (;;) {
    const start = text.indexOf('<!--', at);
    const end = start < 0 ? -1 : text.indexOf('-->', start + 4);
    if (end < 0) return kept + text.slice(at);
    kept += text.slice(at, start);
    at = end + 3;
  }
}

/** The texts of all elements of a name that have nothing but text in them, without blanks around. */
export function elementTexts(text: string, name: string): string[] {
  const texts: string[] = [];
  const open = `<${name}`;
  const close = `</${name}>`;
  for (let start = text.indexOf(open); start >= 0; ) {
    const begin = text.indexOf('>', start);
    if (begin < 0) break;
    const end = text.indexOf('<', begin);
    if (end < 0) break;
    const isElement = !/[\w:.-]/.test(text[start + open.length] as string);
    if (isElement && text.startsWith(close, end)) texts.push(text.slice(begin + 1, end).trim());
    start = text.indexOf(open, Math.max(end, start + open.length));
  }
  return texts;
}
