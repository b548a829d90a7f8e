import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FileTree } from '../../src/filesystem/file-tree.ts';
import { type Numbered, PathList, PathMap, PathSet } from '../../src/filesystem/path-sets.ts';
import type { TreeEntry } from '../../src/filesystem/tree-entry.ts';
import { EntryMap } from '../../src/filesystem/tree-index.ts';
import type { ImagePath } from '../../src/model/image-path.ts';
import { file, fixture } from '../builders/tar.ts';

const [A, B, C, NONE] = ['a', 'b', 'c', 'none'] as ImagePath[] as [ImagePath, ImagePath, ImagePath, ImagePath];
const { tree } = fixture(file('a'), file('b'), file('c'));

/** A tree that learns of its entries one by one. */
function lazyTree(): Numbered & { learn(path: ImagePath): void } {
  const known = new Map<ImagePath, TreeEntry>();
  return {
    known: (path) => known.get(path),
    numbered: (number) => tree.numbered(number),
    learn: (path) => void known.set(path, tree.get(path) as TreeEntry),
  };
}

test('a map of paths is one, whether the tree has them or not', () => {
  const map = new PathMap<string>(tree);
  for (const path of [C, NONE, A]) map.set(path, `of ${path}`);
  map.set(A, 'again');
  assert.deepEqual(
    [map.size, map.get(A), map.get(B), map.get(C), map.get(NONE)],
    [3, 'again', undefined, 'of c', 'of none'],
  );
  assert.deepEqual([map.has(A), map.has(B), map.has(NONE)], [true, false, true]);
  assert.deepEqual([...map.keys()], [A, C, NONE]);
  assert.deepEqual([...map.values()], ['again', 'of c', 'of none']);
  for (const path of [A, A, B, NONE]) map.delete(path);
  assert.deepEqual([map.size, [...map.keys()]], [1, [C]]);
});

test('what a path stands for is the same before and after the tree knows it', () => {
  const lazy = lazyTree();
  const map = new PathMap<string>(lazy);
  const set = new PathSet(lazy, [A, B]);
  map.set(A, 'early');
  for (const path of [A, C]) lazy.learn(path);
  assert.equal(map.get(A), 'early');
  map.set(A, 'late');
  map.set(C, 'c');
  assert.deepEqual([map.get(A), map.size, [...map.keys()].sort()], ['late', 2, [A, C]]);
  for (const path of [A, A, C]) set.add(path);
  assert.deepEqual([set.has(A), set.has(B), set.has(C), set.has(NONE)], [true, true, true, false]);
  assert.deepEqual([set.size, set.keys().sort()], [3, [A, B, C]]);
  map.delete(A);
  assert.deepEqual([map.has(A), map.size], [false, 1]);
});

test('a set grows with the numbers that it gets', () => {
  const many = Array.from({ length: 5000 }, (_, index) => `f${index}` as ImagePath);
  const entries = new Map(many.map((path, number) => [path, { ...tree.get(A), path, number } as TreeEntry]));
  const set = new PathSet(new FileTree(new EntryMap(entries)), many.slice(1));
  assert.equal(set.size, 4999);
  assert.deepEqual(set.keys(), many.slice(1));
  assert.deepEqual([set.has(many[0] as ImagePath), set.has(many[4999] as ImagePath)], [false, true]);
});

test('a list keeps its order', () => {
  const list = new PathList(tree, [C, NONE, A]);
  assert.deepEqual([...list.keys()], [C, NONE, A]);
  assert.deepEqual([list.has(A), list.has(B), list.has(NONE)], [true, false, true]);
});
