import type { FactSheet } from '../facts/facts.ts';

/** A kind of text that starts programs and is no script by its first line. */
export interface TextFormat {
  readonly name: string;
  /** whole paths, without the leading slash */
  readonly files: RegExp;
  /** adds what the text says; it is UTF-8 and bounded */
  readonly read: (text: string, sheet: FactSheet, path: string) => void;
}

/** Characters of the longest line that is looked at. */
const LONGEST = 8192;

/** Lines without those that are comments; one that ends with a backslash goes on in the next. */
export function* contentLines(text: string, comment = /^\s*[#;]/): Generator<string> {
  let held = '';
  for (const line of text.split('\n')) {
    const whole = held + line.replace(/\r$/, '');
    held = '';
    if (whole.length > LONGEST || comment.test(whole)) continue;
    if (whole.endsWith('\\')) held = `${whole.slice(0, -1)} `;
    else yield whole;
  }
  if (held !== '') yield held;
}
