import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FileTree, type Resolution } from '../../src/filesystem/file-tree.ts';
import { EntryMap } from '../../src/filesystem/tree-index.ts';
import { imagePath, ROOT } from '../../src/model/image-path.ts';
import { directory, file, fixture, hardlink, readFixture, symlink, tar } from '../builders/tar.ts';

const { tree } = fixture(
  file('usr/lib/libc.so.6'),
  symlink('lib', 'usr/lib'),
  symlink('lib64', '/lib'),
  symlink('usr/lib/libc.so', 'libc.so.6'),
  symlink('usr/lib/up', '../..'),
  symlink('usr/lib/absolute', '/usr/lib/libc.so.6'),
  symlink('beyond', '../../../../usr/lib/libc.so'),
  directory('x/y/z'),
  file('x/y/file'),
  file('zfile'),
  symlink('zl', 'x/y/z'),
  symlink('slashed', 'usr/lib/'),
  symlink('slashed-file', 'zfile/'),
  symlink('dangling', 'nowhere/at/all'),
  symlink('self', 'self'),
  symlink('ping', 'pong'),
  symlink('pong', '/ping'),
  file('caf\xe9/\xff'),
);

/** What a walk came to, in one line. */
function walk(path: string, options?: { from?: string; followLast?: boolean }): string {
  const { from, ...rest } = options ?? {};
  const found = tree.resolve(path, { ...rest, ...(from === undefined ? {} : { from: imagePath(from) }) });
  return show(found);
}

function show({ status, path, entry, links }: Resolution): string {
  if (status === 'found') assert.equal(entry?.path ?? ROOT, path);
  else assert.equal(entry, undefined);
  return [`${status} /${path}`, ...links].join(' ');
}

test('plain paths, with and without a leading slash', () => {
  for (const path of ['/usr/lib/libc.so.6', 'usr/lib/libc.so.6', '//usr///lib/./libc.so.6', './usr/lib/libc.so.6']) {
    assert.equal(walk(path), 'found /usr/lib/libc.so.6');
  }
  assert.equal(walk('/caf\xe9/\xff'), 'found /caf\xe9/\xff');
});

test('the root is found under any name of it', () => {
  for (const path of ['/', '', '.', '..', '/../..', '/usr/..', 'usr/lib/../..', '/usr/lib/up/']) {
    assert.match(walk(path), /^found \/( usr\/lib\/up)?$/, path);
  }
});

test('links are followed, and told in their order', () => {
  assert.equal(walk('/lib/libc.so'), 'found /usr/lib/libc.so.6 lib usr/lib/libc.so');
  assert.equal(walk('/lib64/libc.so'), 'found /usr/lib/libc.so.6 lib64 lib usr/lib/libc.so');
  assert.equal(walk('/lib64/absolute'), 'found /usr/lib/libc.so.6 lib64 lib usr/lib/absolute');
  assert.equal(walk('/lib64'), 'found /usr/lib lib64 lib');
});

test('".." is where the walk is, not where the text is, and stops at the root', () => {
  assert.equal(walk('/zl/..'), 'found /x/y zl');
  assert.equal(walk('/zl/../file'), 'found /x/y/file zl');
  assert.equal(walk('/zl/../../../zfile'), 'found /zfile zl');
  assert.equal(walk('/../../../zfile'), 'found /zfile');
  assert.equal(walk('beyond'), 'found /usr/lib/libc.so.6 beyond usr/lib/libc.so');
  assert.equal(walk('/usr/lib/up/zfile'), 'found /zfile usr/lib/up');
  assert.equal(walk('/x/y/../../zfile'), 'found /zfile');
});

test('a directory has to be there to be left by ".."', () => {
  assert.equal(walk('/nowhere/../zfile'), 'missing /nowhere');
  assert.equal(walk('/zfile/../zfile'), 'not-a-directory /zfile');
  assert.equal(walk('/zfile/..'), 'not-a-directory /zfile');
  assert.equal(walk('/zfile/.'), 'not-a-directory /zfile');
});

test('directories that ".." leaves are told, as the walk needs them', () => {
  assert.deepEqual(tree.resolve('/x/y/z/../file').passed, ['x/y/z']);
  assert.deepEqual(tree.resolve('/zl/../../../zfile').passed, ['x/y/z', 'x/y', 'x']);
  assert.deepEqual(tree.resolve('/usr/../lib/../../zfile').passed, ['usr', 'usr/lib', 'usr']);
  assert.deepEqual(tree.resolve('/../zfile').passed, []);
  assert.deepEqual(tree.resolve('/x/y/../y/file').passed, ['x/y']);
});

test('a relative path starts where it is said to', () => {
  assert.equal(walk('libc.so', { from: 'usr/lib' }), 'found /usr/lib/libc.so.6 usr/lib/libc.so');
  assert.equal(walk('../lib/libc.so.6', { from: 'usr/lib' }), 'found /usr/lib/libc.so.6');
  assert.equal(walk('file', { from: 'x/y' }), 'found /x/y/file');
  assert.equal(walk('file', { from: 'x' }), 'missing /x/file');
  assert.equal(walk('/zfile', { from: 'x/y' }), 'found /zfile');
});

test('trailing slashes ask for a directory, through a link, too', () => {
  assert.equal(walk('/usr/lib/'), 'found /usr/lib');
  assert.equal(walk('/lib/'), 'found /usr/lib lib');
  assert.equal(walk('/zfile/'), 'not-a-directory /zfile');
  assert.equal(walk('/usr/lib/libc.so/'), 'not-a-directory /usr/lib/libc.so.6 usr/lib/libc.so');
  assert.equal(walk('/slashed/libc.so.6'), 'found /usr/lib/libc.so.6 slashed');
  assert.equal(walk('/slashed-file'), 'not-a-directory /zfile slashed-file');
  assert.equal(walk('/nowhere/'), 'missing /nowhere');
});

test('the last link can be the result', () => {
  assert.equal(walk('/lib', { followLast: false }), 'found /lib');
  assert.equal(walk('/lib64/libc.so', { followLast: false }), 'found /usr/lib/libc.so lib64 lib');
  assert.equal(walk('/dangling', { followLast: false }), 'found /dangling');
  assert.equal(walk('/lib/', { followLast: false }), 'found /usr/lib lib');
  assert.equal(walk('/lib/.', { followLast: false }), 'found /usr/lib lib');
});

test('what leads nowhere', () => {
  assert.equal(walk('/dangling'), 'missing /nowhere dangling');
  assert.equal(walk('/dangling/more'), 'missing /nowhere dangling');
  assert.equal(walk('/usr/nothing'), 'missing /usr/nothing');
  assert.equal(walk('/zfile/below/more'), 'not-a-directory /zfile');
  assert.match(walk('/self'), /^loop /);
  assert.match(walk('/ping/x'), /^loop /);
});

test('forty links are followed, the forty-first is one too many', () => {
  const chain = (count: number) =>
    Array.from({ length: count }, (_, index) => symlink(`l${index + 1}`, index === 0 ? 'end' : `l${index}`));
  const { tree: long } = fixture(directory('end'), file('end/file'), ...chain(41), symlink('end/again', '/l1'));
  assert.equal(long.resolve('/l40').status, 'found');
  assert.equal(long.resolve('/l41').status, 'loop');
  assert.equal(long.resolve('/l40/file').status, 'found');
  assert.equal(long.resolve('/l41/file').status, 'loop');
  // Links of the directory and of the last name count together.
  assert.equal(long.resolve('/l38/again').status, 'found');
  assert.equal(long.resolve('/l39/again').status, 'loop');
});

test('a walk answers the same when asked again', () => {
  const first = show(tree.resolve('/lib64/libc.so'));
  show(tree.resolve('/lib64/absolute'));
  assert.equal(show(tree.resolve('/lib64/libc.so')), first);
});

test('children and descendants come in the order of the source, without what is elsewhere', () => {
  const names = (entries: Iterable<{ path: string }>) => [...entries].map(({ path }) => path);
  const { tree: small } = readFixture(
    tar([
      directory('b'),
      file('b/2'),
      directory('b/1'),
      file('b/1/x'),
      directory('ba'),
      file('ba/y'),
      symlink('l', 'b'),
    ]),
  );
  assert.deepEqual(names(small.children(ROOT)), ['b', 'ba', 'l']);
  assert.deepEqual(names(small.children(imagePath('b'))), ['b/1', 'b/2']);
  assert.deepEqual(names(small.descendants(imagePath('b'))), ['b/1', 'b/1/x', 'b/2']);
  assert.deepEqual(names(small.descendants(imagePath('l'))), []);
  assert.equal(names(small.descendants(ROOT)).length, [...small.entries()].length);
});

test('an entry of the root itself is no child of itself', () => {
  const { tree: rooted } = readFixture(tar([directory('.'), file('./a')]));
  assert.deepEqual(
    [...rooted.descendants(ROOT)].map(({ path }) => path),
    ['a'],
  );
  assert.equal(rooted.resolve('/').entry?.type, 'directory');
});

test('a tree without some entries', () => {
  const whole = fixture(file('a/first', 'data'), hardlink('a/second', 'a/first'), file('b/x')).tree;
  const rest = whole.without(({ path }) => path === 'a/first' || path.startsWith('b'));
  assert.deepEqual(
    [...rest.entries()].map(({ path }) => path),
    ['a', 'a/second'],
  );
  assert.equal(rest.resolve('/a/first').status, 'missing');
  assert.deepEqual(
    rest.children(imagePath('a')).map(({ path }) => path),
    ['a/second'],
  );
  assert.equal(rest.get(imagePath('a/second'))?.inode.size, 4);
  assert.equal(whole.resolve('/a/first').status, 'found');
});

test('an empty tree has a root', () => {
  assert.equal(show(new FileTree(new EntryMap(new Map())).resolve('/')), 'found /');
});
