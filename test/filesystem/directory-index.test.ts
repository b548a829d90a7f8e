import assert from 'node:assert/strict';
import { chmodSync, linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { DirectoryContent, DirectoryIndex } from '../../src/filesystem/directory-index.ts';
import { FileTree } from '../../src/filesystem/file-tree.ts';
import { type ImagePath, ROOT } from '../../src/model/image-path.ts';

const root = mkdtempSync(join(tmpdir(), 'sw-directory-'));
after(() => rmSync(root, { recursive: true }));
mkdirSync(join(root, 'a/b'), { recursive: true });
writeFileSync(join(root, 'a/b/file'), 'hello');
chmodSync(join(root, 'a/b/file'), 0o4751);
utimesSync(join(root, 'a/b/file'), 1, 1234.5);
linkSync(join(root, 'a/b/file'), join(root, 'a/twin'));
symlinkSync('/a/b', join(root, 'absolute'));
symlinkSync('../../etc/passwd', join(root, 'a/outside'));
writeFileSync(Buffer.concat([Buffer.from(`${root}/odd`), Buffer.from([0xff])]), 'x');

const path = (text: string): ImagePath => text as ImagePath;

test('entries are as the system has them, names as bytes', () => {
  const index = new DirectoryIndex(root);
  const entry = index.get(path('a/b/file'));
  assert.deepEqual(
    [entry?.type, entry?.mode.toString(8), entry?.size, entry?.mtime, entry?.inode === entry],
    ['file', '4751', 5, 1234, true],
  );
  assert.deepEqual(
    [...index.entries()].map((each) => `${each.path} ${each.type}${each.target && ` ${each.target}`}`),
    [
      'a directory',
      'a/b directory',
      'a/b/file file',
      'a/outside symlink ../../etc/passwd',
      'a/twin file',
      'absolute symlink /a/b',
      'odd\xff file',
    ],
  );
  assert.equal(index.get(ROOT), undefined);
  assert.equal(index.get(path('a/none')), undefined);
  assert.equal(index.get(path('a/b/file/below')), undefined);
  assert.deepEqual(index.children(path('a/b/file')), []);
});

test('walks stay inside, as in a container', () => {
  const tree = new FileTree(new DirectoryIndex(root));
  assert.equal(tree.resolve('/absolute/file').entry?.path, 'a/b/file');
  const outside = tree.resolve('/a/outside');
  assert.deepEqual([outside.status, outside.path], ['missing', 'etc']);
});

test('what has been looked at once stays as it was', () => {
  const index = new DirectoryIndex(root);
  assert.equal(index.get(path('later')), undefined);
  writeFileSync(join(root, 'later'), '');
  assert.equal(index.get(path('later')), undefined);
  rmSync(join(root, 'later'));
});

test('content is read in bounds', () => {
  const entry = new DirectoryIndex(`${root}/`).get(path('a/b/file'));
  assert.ok(entry);
  const source = new DirectoryContent(root).content(entry);
  const read = (offset: number, length: number): string => source.read(offset, length).toString();
  assert.equal(source.size, 5);
  assert.deepEqual(
    [read(0, 5), read(1, 3), read(3, 100), read(5, 1), read(-1, 2), read(0, 0)],
    ['hello', 'ell', 'lo', '', '', ''],
  );
});
