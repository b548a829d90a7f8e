import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { asEngineText } from '../../src/model/engine-text.ts';

/** U+FFFD, `count` times. */
const bad = (count: number): string => '\ufffd'.repeat(count);

/** Byte strings and what Go's encoding/json makes of them (unicode/utf8 tables, Unicode 15 table 3-7). */
const CASES: readonly [bytes: string, text: string][] = [
  ['plain/name', 'plain/name'],
  ['caf\xc3\xa9', 'café'],
  ['\xe2\x82\xac', '€'],
  ['\xf0\x9f\x90\x8b', '🐋'],
  ['\xf4\x8f\xbf\xbf', '\u{10ffff}'],
  ['\xef\xbf\xbd', '\ufffd'],
  ['\xff\xfe', bad(2)],
  ['caf\xe9', `caf${bad(1)}`],
  // sequences that break off: one replacement for each byte
  ['\xe2\x82', bad(2)],
  ['\xe2\x82/x', `${bad(2)}/x`],
  ['\xf0\x9f\x90', bad(3)],
  ['\xf0\x9fx', `${bad(2)}x`],
  ['\xc3', bad(1)],
  ['\xc3\xc3\xa9', `${bad(1)}é`],
  ['\xe2\xe2\x82\xac', `${bad(1)}€`],
  // continuation bytes alone
  ['\x80', bad(1)],
  ['a\xbf\xbfb', `a${bad(2)}b`],
  // overlong forms
  ['\xc0\x80', bad(2)],
  ['\xc1\xbf', bad(2)],
  ['\xe0\x80\xaf', bad(3)],
  ['\xe0\x9f\xbf', bad(3)],
  ['\xf0\x80\x80\xaf', bad(4)],
  ['\xf0\x8f\xbf\xbf', bad(4)],
  ['\xe0\xa0\x80', '\u0800'],
  ['\xf0\x90\x80\x80', '\u{10000}'],
  // surrogates and their neighbours
  ['\xed\xa0\x80', bad(3)],
  ['\xed\xbf\xbf', bad(3)],
  ['\xed\x9f\xbf', '\ud7ff'],
  ['\xee\x80\x80', '\ue000'],
  // above U+10FFFF
  ['\xf4\x90\x80\x80', bad(4)],
  ['\xf5\x80\x80\x80', bad(4)],
  ['\xf8\x88\x80\x80\x80', bad(5)],
];

test('each byte that begins no sequence becomes one replacement character', () => {
  for (const [bytes, text] of CASES) {
    assert.equal(asEngineText(bytes), text, JSON.stringify(bytes));
    assert.equal(asEngineText(`a${bytes}b`), `a${text}b`, JSON.stringify(bytes));
  }
});

test('all valid text stays what it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      assert.equal(asEngineText(Buffer.from(text, 'utf8').toString('latin1')), text);
    }),
  );
});

test('a name has at most one character for each byte, and one replacement for each bad one', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 12 }), (bytes) => {
      const text = asEngineText(Buffer.from(bytes).toString('latin1'));
      const replaced = text.split('\ufffd').length - 1;
      const encoded = Buffer.from(text, 'utf8').length;
      // A replacement takes three bytes where one was, except for a U+FFFD that was there.
      const genuine = Buffer.from(bytes).toString('latin1').split('\xef\xbf\xbd').length - 1;
      assert.equal(encoded, bytes.length + 2 * (replaced - genuine));
    }),
  );
});
