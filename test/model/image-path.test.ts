import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  baseName,
  canonicalPath,
  comparePaths,
  displayPath,
  hasParentReference,
  type ImagePath,
  imagePath,
  isWithin,
  joinPath,
  parentPath,
  ROOT,
  withAncestors,
} from '../../src/model/image-path.ts';

test('the canonical form has no leading, trailing or double slash and no dot', () => {
  const cases: [string, string][] = [
    ['', ''],
    ['/', ''],
    ['.', ''],
    ['./', ''],
    ['//', ''],
    ['/usr/bin/', 'usr/bin'],
    ['./usr//./bin/.', 'usr/bin'],
    ['usr/.hidden', 'usr/.hidden'],
    ['a/..b/c.', 'a/..b/c.'],
    ['...', '...'],
    ['/a/../b', 'a/../b'],
    ['..', '..'],
    ['caf\xe9/\xff\xfe', 'caf\xe9/\xff\xfe'],
    ['a\\b /c\n', 'a\\b /c\n'],
  ];
  for (const [bytes, path] of cases) {
    assert.equal(canonicalPath(bytes), path);
    assert.equal(canonicalPath(canonicalPath(bytes)), path);
  }
});

test('text becomes UTF-8 bytes', () => {
  assert.equal(imagePath('/café/€'), 'caf\xc3\xa9/\xe2\x82\xac');
});

test('a parent reference is found wherever it stands, and only where it is a whole component', () => {
  for (const path of ['..', '../a', 'a/..', 'a/../b']) assert.equal(hasParentReference(path), true, path);
  for (const path of ['', 'a', '..a', 'a..', 'a/..b/c', 'a/b..', '...'])
    assert.equal(hasParentReference(path), false, path);
});

test('parts of a path', () => {
  assert.equal(parentPath(imagePath('/a/b/c')), 'a/b');
  assert.equal(parentPath(imagePath('/a')), ROOT);
  assert.equal(parentPath(ROOT), ROOT);
  assert.equal(baseName('a/b'), 'b');
  assert.equal(baseName('b'), 'b');
});

test('names are joined under a directory, the root included', () => {
  assert.equal(joinPath(ROOT, 'a'), 'a');
  assert.equal(joinPath(imagePath('/a'), 'b/./c/'), 'a/b/c');
  assert.equal(joinPath(imagePath('/a'), '\xff'), 'a/\xff');
});

test('ancestors come nearest first, without the root', () => {
  assert.deepEqual([...withAncestors(imagePath('/a/b/c'))], ['a/b/c', 'a/b', 'a']);
  assert.deepEqual([...withAncestors(ROOT)], []);
});

test('a path is within a directory by whole components', () => {
  assert.equal(isWithin(imagePath('/usr/lib'), imagePath('/usr')), true);
  assert.equal(isWithin(imagePath('/usr'), imagePath('/usr')), true);
  assert.equal(isWithin(imagePath('/usr2'), imagePath('/usr')), false);
  assert.equal(isWithin(imagePath('/x'), ROOT), true);
});

test('a path is shown as text where it is UTF-8, and escaped where it is not or would reach the terminal', () => {
  assert.equal(displayPath(ROOT), '/');
  assert.equal(displayPath(imagePath('/café')), '/café');
  assert.equal(displayPath(canonicalPath('caf\xe9/x')), '/caf\\xe9/x');
  assert.equal(displayPath(canonicalPath('a\x1b[31m\n\x7f')), '/a\\x1b[31m\\x0a\\x7f');
  assert.equal(displayPath(canonicalPath('\xff\x07')), '/\\xff\\x07');
});

test('path order is that of a depth-first walk in the order of names', () => {
  const ordered = ['', 'a', 'a/b', 'a/b/c', 'a/z', 'a\x01', 'a-b', 'a.b', 'ab', 'b', '\xff'];
  const shuffled = ordered.toReversed().map((path) => path as ImagePath);
  assert.deepEqual(shuffled.sort(comparePaths), ordered);
});
