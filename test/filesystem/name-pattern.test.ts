import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import picomatch from 'picomatch';
import { namePattern } from '../../src/filesystem/name-pattern.ts';

const NAMES = ['a.conf', 'b.conf', '.hidden', 'a', 'ab', 'aXb', ']', '-', '*', 'x*y', '[a', '\\', '\xff.conf', ''];

function matching(pattern: string): string[] {
  return NAMES.filter(namePattern(pattern));
}

test('stars, question marks, sets and what stands for itself', () => {
  assert.deepEqual(matching('*.conf'), ['a.conf', 'b.conf', '\xff.conf']);
  assert.deepEqual(matching('?'), ['a', ']', '-', '*', '\\']);
  assert.deepEqual(matching('a*b'), ['ab', 'aXb']);
  assert.deepEqual(matching('[a-b].conf'), ['a.conf', 'b.conf']);
  assert.deepEqual(matching('[!a]*.conf'), ['b.conf', '\xff.conf']);
  assert.deepEqual(matching('[^a].conf'), ['b.conf', '\xff.conf']);
  assert.deepEqual(matching('[]-]'), [']', '-']);
  assert.deepEqual(matching('[*]'), ['*']);
  assert.deepEqual(matching('x\\*y'), ['x*y']);
  assert.deepEqual(matching('[a'), ['[a']);
  assert.deepEqual(matching('\\'), ['\\']);
  assert.deepEqual(matching('**a***'), ['a.conf', 'a', 'ab', 'aXb', '[a']);
});

test('a leading dot has to be spelled out', () => {
  assert.deepEqual(matching('*hidden'), []);
  assert.deepEqual(matching('?hidden'), []);
  assert.deepEqual(matching('.*'), ['.hidden']);
});

test('a pattern that keeps regular expressions busy takes no time', () => {
  const started = performance.now();
  assert.equal(namePattern(`${'*a'.repeat(100)}*b`)('a'.repeat(255)), false);
  assert.ok(performance.now() - started < 1000);
});

test('it agrees with an independent implementation', () => {
  const pattern = fc
    .array(fc.constantFrom('a', 'b', '*', '?', '[ab]', '[!a]', 'c'), { maxLength: 8 })
    .map((all) => all.join(''));
  const name = fc.stringMatching(/^[abc]{1,8}$/);
  fc.assert(
    fc.property(pattern, name, (one, other) => {
      // There, two stars in a row mean directories.
      fc.pre(one !== '' && !one.includes('**'));
      const options = { nobrace: true, noextglob: true, posix: false };
      assert.equal(namePattern(one)(other), picomatch(one.replaceAll('[!', '[^'), options)(other), `${one} ${other}`);
    }),
    { numRuns: 3000 },
  );
});
