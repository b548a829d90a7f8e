import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { canonicalPath, displayBytes, displayPath } from '../../src/model/image-path.ts';
import { displayedBytes, displayedPath } from '../../src/report/displayed-path.ts';

test('what was made text for people comes back byte for byte', () => {
  for (const bytes of [
    'a',
    '\\',
    '\\x41',
    '\\\\',
    '\xff',
    '\xc3\xa9',
    '\xc3\xa9\xff',
    '\n',
    '\xc2\x85',
    '\x85',
    '\xef\xbb\xbfa',
    '',
  ])
    assert.equal(displayedBytes(displayBytes(bytes)), bytes);
  const byte = fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code));
  fc.assert(
    fc.property(fc.string({ unit: byte }), (bytes) => {
      assert.equal(displayedBytes(displayBytes(bytes)), bytes);
      const path = canonicalPath(bytes);
      assert.equal(displayedPath(displayPath(path)), path);
    }),
  );
});
