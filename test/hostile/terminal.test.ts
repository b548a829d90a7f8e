import assert from 'node:assert/strict';
import { test } from 'node:test';
import { displayBytes, displayText } from '../../src/model/image-path.ts';
import { displayable } from '../../src/report/displayable.ts';
import { displayedBytes } from '../../src/report/displayed-path.ts';

const bytes = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

/** Colours, a title, a cursor, a bell, CSI as one character; right to left, no width, no break; line and paragraph ends. */
const HOSTILE = [
  '\x1b[31m',
  '\x1b]0;x\x07',
  '\x9b2J',
  '\r',
  '\u202e',
  '\u200b',
  '\u2066',
  '\ufeff',
  '\u2028',
  '\u2029',
  '\u00ad',
];

for (const text of HOSTILE) {
  test(`what a terminal obeys or hides is shown in names and messages: ${JSON.stringify(text)}`, () => {
    const name = `a${text}b`;
    const seen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
    assert.doesNotMatch(displayBytes(bytes(name)), seen);
    assert.doesNotMatch(displayText(name), seen);
    assert.equal(displayedBytes(displayBytes(bytes(name))), bytes(name));
  });
}

test('text in any language, line breaks and tabs stay', () => {
  const text = 'Größe\tübergroß\n日本語 \\ עברית';
  assert.equal(displayText(text), text);
});

test('every text of a report is shown so, and nothing else changes', () => {
  const report = { a: ['x\x1b[1m', 1, null], b: { c: 'y', d: true } };
  assert.deepEqual(displayable(report), { a: ['x\\x1b[1m', 1, null], b: { c: 'y', d: true } });
});

test('what a report holds twice is one thing in what is shown, too', () => {
  const reason = { text: 'x\x07' };
  const [first, second] = displayable([reason, reason]);
  assert.equal(first, second);
});
