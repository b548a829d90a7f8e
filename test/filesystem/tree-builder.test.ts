import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isExecutable } from '../../src/filesystem/tree-entry.ts';
import { SkinnywhaleError } from '../../src/model/errors.ts';
import { imagePath } from '../../src/model/image-path.ts';
import { directory, file, hardlink, readFixture, symlink, type TarMember, tar } from '../builders/tar.ts';

function assertRefused(members: readonly TarMember[], why: RegExp): void {
  assert.throws(
    () => readFixture(tar(members)),
    (error) => error instanceof SkinnywhaleError && error.code === 'BAD_ARCHIVE' && why.test(error.message),
    JSON.stringify(members.map(({ name }) => name)),
  );
}

test('names that could lead outside are refused', () => {
  for (const name of ['/etc/passwd', '//x', '../x', 'a/../../x', 'a/..', '..']) {
    assertRefused([directory('a'), file(name)], /outside/);
    assertRefused([directory('a'), { name, type: 'directory' }], /outside/);
    assertRefused([file('x'), hardlink('link', name)], /outside/);
  }
  assertRefused([file('a\0b', '', { pax: { path: 'a\0b' } })], /outside/);
});

test('names that only look like it are fine', () => {
  const { tree } = readFixture(tar([file('..a'), file('a..'), file('...')]));
  assert.equal([...tree.entries()].length, 3);
});

test('symbolic links may point anywhere: they are resolved inside', () => {
  const { tree } = readFixture(tar([symlink('a', '/etc/passwd'), symlink('b', '../../etc/passwd')]));
  assert.equal(tree.get(imagePath('b'))?.target, '../../etc/passwd');
});

test('a path twice is refused, however it is written', () => {
  for (const name of ['a', './a', 'a/', './/a']) assertRefused([file('a'), { name, type: 'file' }], /twice/);
  assertRefused([directory('d'), directory('d')], /twice/);
});

test('nothing may lie below what is not a directory, whichever comes first and however far below', () => {
  assertRefused([symlink('lib', 'usr/lib'), file('lib/x')], /not a directory/);
  assertRefused([file('a'), file('a/b/c')], /not a directory/);
  assertRefused([file('a/b/c'), file('a')], /not a directory/);
  assertRefused([file('a/b/c'), symlink('a/b', '/etc')], /not a directory/);
  assertRefused([file('f'), file('a/b'), hardlink('a', 'f')], /not a directory/);
  assertRefused([file('a'), { name: '.', type: 'file' }], /not a directory/);
});

test('a directory may come after what lies in it', () => {
  const { tree } = readFixture(tar([file('a/b/c'), directory('a'), directory('a/b')]));
  assert.equal(tree.resolve('/a/b/c').status, 'found');
});

test('hardlinks to nothing, to themselves, to what comes later and to directories are refused', () => {
  assertRefused([hardlink('b', 'a')], /points to nothing/);
  assertRefused([hardlink('a', 'a')], /points to nothing/);
  assertRefused([hardlink('b', 'a'), file('a')], /points to nothing/);
  assertRefused([directory('d'), hardlink('b', 'd')], /points to a directory/);
});

test('the names of a hardlinked file share one inode, links to links included', () => {
  const { tree, content } = readFixture(
    tar([file('a', 'data', { mode: 0o755 }), { ...hardlink('b', './a'), mode: 0o755 }, hardlink('c', 'b')]),
  );
  const [a, b, c] = [...tree.entries()];
  assert.ok(a && b && c);
  assert.deepEqual([a.inode, b.inode, c.inode], [a, a, a]);
  assert.deepEqual([b.type, b.size, isExecutable(b)], ['file', 0, true]);
  assert.equal(content.content(c).read(0, 10).toString(), 'data');
});

test('a further name of a link or a device is what the first one is', () => {
  const { tree } = readFixture(
    tar([
      symlink('l', 'target'),
      hardlink('l2', 'l'),
      { name: 'null', type: 'character', device: [1, 3] },
      hardlink('null2', 'null'),
    ]),
  );
  assert.deepEqual([tree.get(imagePath('l2'))?.type, tree.get(imagePath('l2'))?.target], ['symlink', 'target']);
  assert.equal(tree.get(imagePath('null2'))?.type, 'character');
});

test('entries keep what the archive says of them', () => {
  const members = [
    directory('d', { uid: 3_000_000_000, gid: 7, mode: 0o2755 }),
    file('d/\xff\xe9', 'x', { mtime: -3, mode: 0o4711, capability: '\x01\x00\xff' }),
  ];
  const archive = tar(members);
  const [d, f] = [...readFixture(archive).tree.entries()];
  assert.deepEqual([d?.path, d?.uid, d?.gid, d?.mode, d?.hasCapabilities], ['d', 3_000_000_000, 7, 0o2755, false]);
  assert.deepEqual([f?.path, f?.mtime, f?.mode, f?.hasCapabilities], ['d/\xff\xe9', -3, 0o4711, true]);
  assert.deepEqual(f && archive.subarray(f.place + f.headerLength)[0], 'x'.charCodeAt(0));
});
