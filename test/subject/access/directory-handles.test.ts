import assert from 'node:assert/strict';
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ReadAgain } from '../../../src/filesystem/read-again.ts';
import type { ImagePath } from '../../../src/model/image-path.ts';
import { DirectoryHandles } from '../../../src/subject/access/directory-handles.ts';

/** A folder with `a/b/file` and, beside it, another folder with the same names. */
function folders() {
  const folder = mkdtempSync(join(tmpdir(), 'sw-handles-'));
  for (const [name, text] of [
    ['layer', 'of the layer'],
    ['host', 'of the host'],
  ] as const) {
    mkdirSync(join(folder, name, 'a/b'), { recursive: true });
    writeFileSync(join(folder, name, 'a/b/file'), text);
  }
  const handles = new DirectoryHandles(join(folder, 'layer'));
  return {
    layer: join(folder, 'layer'),
    host: join(folder, 'host'),
    handles,
    [Symbol.dispose]() {
      handles[Symbol.dispose]();
      rmSync(folder, { recursive: true });
    },
  };
}

const FILE = 'a/b/file' as ImagePath;

test('files and directories are found beneath the root', () => {
  using made = folders();
  assert.equal(readFileSync(made.handles.location(FILE), 'utf8'), 'of the layer');
  assert.deepEqual(readdirSync(made.handles.directory('a' as ImagePath)), ['b']);
  assert.deepEqual(readdirSync(made.handles.directory('' as ImagePath)), ['a']);
  assert.ok(lstatSync(made.handles.location('a' as ImagePath)).isDirectory());
});

for (const replaced of ['a', 'a/b']) {
  test(`a link in the place of ${replaced} is not followed, whether it was looked at before or not`, () => {
    using made = folders();
    renameSync(join(made.layer, replaced), join(made.layer, 'moved'));
    symlinkSync(join(made.host, replaced), join(made.layer, replaced));
    assert.equal(readFileSync(join(made.layer, FILE), 'utf8'), 'of the host');
    assert.throws(() => made.handles.location(FILE), ReadAgain);
    assert.throws(() => made.handles.directory(replaced as ImagePath), ReadAgain);

    using before = folders();
    before.handles.location(FILE);
    renameSync(join(before.layer, replaced), join(before.layer, 'moved'));
    symlinkSync(join(before.host, replaced), join(before.layer, replaced));
    assert.equal(readFileSync(before.handles.location(FILE), 'utf8'), 'of the layer');
  });
}

test('many directories take few handles', () => {
  using made = folders();
  const open = (): number => readdirSync('/proc/self/fd').length;
  const before = open();
  for (let index = 0; index < 500; index++) {
    mkdirSync(join(made.layer, `d${index}/e`), { recursive: true });
    assert.deepEqual(readdirSync(made.handles.directory(`d${index}/e` as ImagePath)), []);
  }
  assert.ok(open() - before <= 64, `${open() - before} handles`);
  assert.equal(readFileSync(made.handles.location(FILE), 'utf8'), 'of the layer');
});
