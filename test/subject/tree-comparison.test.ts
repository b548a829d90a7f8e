import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TreeBuilder } from '../../src/filesystem/tree-builder.ts';
import { compareTrees } from '../../src/subject/tree-comparison.ts';
import { TarScanner } from '../../src/tar/scanner.ts';
import { directory, file, hardlink, symlink, type TarMember, tar } from '../builders/tar.ts';

function tree(...members: readonly TarMember[]) {
  const builder = new TreeBuilder();
  const scanner = new TarScanner({ entry: (entry) => void builder.add(entry) });
  scanner.push(tar(members));
  scanner.end();
  return builder.build();
}

function changes(before: readonly TarMember[], after: readonly TarMember[]): Record<string, string> {
  const { changed } = compareTrees(tree(...after), tree(...before));
  return Object.fromEntries([...changed.keys()].map((path) => [path, changed.get(path) ?? '']));
}

const CAPABILITY = `\x01\0\0\x02\x80\0\0\0${'\0'.repeat(12)}`;

test('what was added, modified in any way, or replaced by another kind, and the directories above it', () => {
  const before = [
    ...[directory('d'), file('d/same', '1'), file('d/mode', '1'), file('d/owner', '1'), file('d/time', '1')],
    ...[file('d/size', '1'), file('d/rights', '1'), symlink('d/link', 'a'), file('d/kind', '1'), directory('e')],
  ];
  const after = [
    ...[directory('d'), file('d/same', '1'), file('d/mode', '1', { mode: 0o600 }), file('d/owner', '1', { uid: 7 })],
    ...[file('d/time', '1', { mtime: 1 }), file('d/size', '12'), file('d/rights', '1', { capability: CAPABILITY })],
    ...[symlink('d/link', 'b'), directory('d/kind'), file('d/kind/in', '1'), directory('e'), file('d/new', '')],
    hardlink('e/too', 'd/same'),
  ];
  assert.deepEqual(changes(before, after), {
    d: 'modified',
    'd/kind': 'modified',
    'd/kind/in': 'added',
    'd/link': 'modified',
    'd/mode': 'modified',
    'd/new': 'added',
    'd/owner': 'modified',
    'd/rights': 'modified',
    'd/size': 'modified',
    'd/time': 'modified',
    e: 'modified',
    'e/too': 'added',
  });
});

test('a directory in which something was deleted is changed; its own time is not looked at', () => {
  const before = [directory('d'), file('d/x', '1'), directory('t', { mtime: 1 })];
  assert.deepEqual(changes(before, [directory('d'), directory('t', { mtime: 2 })]), { d: 'modified' });
});

test('what the engine puts into each container is no change, and what lies beside it is', () => {
  const before = [directory('etc'), file('etc/hosts', '', { mtime: 1 })];
  const after = [
    ...[file('.dockerenv', ''), directory('dev'), directory('dev/pts'), directory('etc')],
    ...[file('etc/hosts', '', { mtime: 2 }), file('etc/resolv.conf', ''), directory('run'), file('run/pid', '1')],
  ];
  assert.deepEqual(changes(before, after), { run: 'modified', 'run/pid': 'added' });
});

test('without any difference nothing is counted', () => {
  const { count } = compareTrees(tree(file('x', '1')), tree(file('x', '1')));
  assert.equal(count, 0);
  assert.equal(compareTrees(tree(file('x', '1')), tree(file('x', '1'), file('y', '1'))).count, 1);
});
