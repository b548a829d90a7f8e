import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { FileTree } from '../../../../src/filesystem/file-tree.ts';
import type { ImagePath } from '../../../../src/model/image-path.ts';
import { LayerFiles, NotPlainLayers } from '../../../../src/subject/access/overlay/layer-files.ts';
import { OverlayIndex } from '../../../../src/subject/access/overlay/overlay-index.ts';
import { DIRECTORY, type Layer, Layers, OPAQUE, WHITEOUT } from './layers.ts';

/** What shows, as `path` or `path@layer`, in path order. */
function shown(...layers: readonly Layer[]): string[] {
  using made = new Layers(...layers);
  return [...new OverlayIndex(made.files).entries()].map(({ path, place, type }) =>
    type === 'directory' ? `${path}/` : `${path}@${place}`,
  );
}

test('layers show through where nothing stands above them', () => {
  const found = shown(
    { files: { 'etc/b': '', 'usr/lib/x': '' } },
    { files: { 'etc/a': '', 'etc/b': '', 'srv/s': '' } },
    { files: { 'etc/b': '', 'etc/c': '', 'usr/lib/x': '', 'usr/lib/y': '' } },
  );
  assert.deepEqual(found, [
    'etc/',
    'etc/a@1',
    'etc/b@0',
    'etc/c@2',
    'srv/',
    'srv/s@1',
    'usr/',
    'usr/lib/',
    'usr/lib/x@0',
    'usr/lib/y@2',
  ]);
});

test('what a whiteout deletes is gone, in every layer below it', () => {
  const found = shown(
    { files: { 'etc/a': WHITEOUT, usr: WHITEOUT } },
    { files: { 'etc/a': '', 'etc/b': WHITEOUT, 'etc/c': '', 'usr/x': '' } },
    { files: { 'etc/a': '', 'etc/b': '', 'etc/c': '', 'usr/x': '', 'var/nothing': WHITEOUT } },
  );
  assert.deepEqual(found, ['etc/', 'etc/c@1', 'var/']);
});

test('a directory made anew shows nothing of the old one, and what lies above it merges with the new one alone', () => {
  const found = shown(
    { files: { 'd/top': '' } },
    { files: { 'd/new': '', 'd/sub/new': '' }, attributes: { d: OPAQUE } },
    { files: { 'd/old': '', 'd/sub/old': '' } },
  );
  assert.deepEqual(found, ['d/', 'd/new@1', 'd/sub/', 'd/sub/new@1', 'd/top@0']);
});

test('a directory below one made anew is not looked for under it', () => {
  const found = shown(
    { files: { 'd/sub/top': '' } },
    { files: { 'd/other': '' }, attributes: { d: OPAQUE } },
    { files: { 'd/sub/old': '' } },
  );
  assert.deepEqual(found, ['d/', 'd/other@1', 'd/sub/', 'd/sub/top@0']);
});

test('a file hides a directory, a directory hides a file and what lies below that', () => {
  const found = shown(
    { files: { a: '', 'b/top': '', 'c/top': '' } },
    { files: { 'a/x': '', b: '', c: WHITEOUT } },
    { files: { 'b/x': '', 'c/x': '' } },
  );
  assert.deepEqual(found, ['a@0', 'b/', 'b/top@0', 'c/', 'c/top@0']);
});

test('names are bytes, and stand in path order', () => {
  const found = shown({ files: { 'a/b': '', 'a-b': '', 'a.b': '', '\xff\x80': '', 'z\xc3\xa4': '', A: '' } });
  assert.deepEqual(found, ['A@0', 'a/', 'a/b@0', 'a-b@0', 'a.b@0', 'z\xc3\xa4@0', '\xff\x80@0']);
});

test('a symbolic link has its target as bytes, and nothing below it is found by its name', () => {
  using layers = new Layers({ files: { l: { target: '../\xff/d' }, 'd/f': '', m: { target: 'd' } } });
  const index = new OverlayIndex(layers.files);
  assert.equal(index.get('l' as ImagePath)?.target, '../\xff/d');
  assert.equal(index.get('m/f' as ImagePath), undefined);
  assert.deepEqual(index.children('m' as ImagePath), []);
  assert.equal(new FileTree(index).resolve('/m/f').path, 'd/f');
});

test('an entry is one object, however it is reached', () => {
  using layers = new Layers({ files: { 'd/f': 'text' } }, { files: { 'd/g': '' } });
  const index = new OverlayIndex(layers.files);
  const entry = index.get('d/f' as ImagePath);
  assert.deepEqual([entry?.type, entry?.size, entry?.inode === entry, entry?.headerLength], ['file', 4, true, 0]);
  assert.ok(index.children('d' as ImagePath)[0] === entry);
  assert.ok([...index.entries()][1] === entry);
  assert.equal(index.get('' as ImagePath), undefined);
  assert.equal(index.get('d/f/g' as ImagePath), undefined);
  assert.equal(index.get('none/f' as ImagePath), undefined);
});

test('the names of a hardlinked file share the one that was met first', () => {
  using layers = new Layers(
    { files: { b: 'text', 'd/a': { linkTo: 'b' }, pipe: { fifo: true }, 'pipe-too': { linkTo: 'pipe' } } },
    { files: { 'd/other': 'text' } },
  );
  const index = new OverlayIndex(layers.files);
  const [first, second] = [index.get('d/a' as ImagePath), index.get('b' as ImagePath)];
  assert.ok(first !== undefined && first.inode === first && second?.inode === first);
  assert.deepEqual([first.size, second.size], [4, 0]);
  assert.equal(index.get('pipe-too' as ImagePath)?.type, 'fifo');
  assert.ok(index.get('pipe' as ImagePath)?.inode === index.get('pipe-too' as ImagePath));
});

test('times are whole seconds, rounded down, and not by way of a floating point number', () => {
  using layers = new Layers({ files: { a: '', b: '' } });
  execFileSync('touch', ['-d', '2020-01-01T00:00:00.999999999Z', layers.path(0, 'a').toString('utf8')]);
  execFileSync('touch', ['-d', '1969-12-31T23:59:58.500Z', layers.path(0, 'b').toString('utf8')]);
  const index = new OverlayIndex(layers.files);
  assert.equal(index.get('a' as ImagePath)?.mtime, 1_577_836_800);
  assert.equal(index.get('b' as ImagePath)?.mtime, -2);
});

test('sockets are left out', async () => {
  using layers = new Layers({ files: { 'run/f': '' } }, { files: { 'run/s': '' } });
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(layers.path(0, 'run/s').toString('utf8'), resolve));
  try {
    const index = new OverlayIndex(layers.files);
    assert.equal(index.get('run/s' as ImagePath), undefined);
    assert.deepEqual(
      [...index.entries()].map(({ path }) => path),
      ['run', 'run/f'],
    );
  } finally {
    server.close();
  }
});

test('only the directories on the way to a file are read', () => {
  using layers = new Layers(
    { files: { 'usr/lib/f': '', 'usr/share/g': '' } },
    { files: { 'usr/lib/h': '', 'var/i': '' } },
  );
  const read: string[] = [];
  class Watched extends LayerFiles {
    override names(...[layer, directory]: Parameters<LayerFiles['names']>): ReturnType<LayerFiles['names']> {
      read.push(`${layer}:${directory}`);
      return super.names(layer, directory);
    }
  }
  const index = new OverlayIndex(new Watched(layers.folders, { list: () => [], get: () => undefined }));
  assert.equal(index.get('usr/lib/h' as ImagePath)?.place, 1);
  assert.deepEqual(read, ['0:', '1:', '0:usr', '1:usr', '0:usr/lib', '1:usr/lib']);
  index.get('usr/lib/f' as ImagePath);
  assert.equal(read.length, 6);
});

test('capabilities are those of the layer that decides', () => {
  const capability = { 'security.capability': Buffer.from([1, 2, 3]) };
  using layers = new Layers(
    { files: { a: '', b: '' }, attributes: { b: capability } },
    { files: { a: '', c: '' }, attributes: { a: capability, c: capability } },
  );
  const index = new OverlayIndex(layers.files);
  const found = ['a', 'b', 'c'].map((path) => index.get(path as ImagePath)?.hasCapabilities);
  assert.deepEqual(found, [false, true, true]);
  assert.deepEqual(index.get('c' as ImagePath)?.capabilities(), Buffer.from([1, 2, 3]));
});

test('layers of which a part is elsewhere are refused', () => {
  const elsewhere = { 'trusted.overlay.redirect': '/old', 'trusted.overlay.metacopy': '' };
  using layers = new Layers(
    {
      files: { d: DIRECTORY, e: DIRECTORY, f: '' },
      attributes: { d: elsewhere, e: { 'trusted.overlay.opaque': 'x' }, f: elsewhere },
    },
    { files: { 'old/x': '', 'e/y': '' } },
  );
  const index = new OverlayIndex(layers.files);
  assert.throws(() => index.children('d' as ImagePath), NotPlainLayers);
  assert.throws(() => index.children('e' as ImagePath), NotPlainLayers);
  assert.throws(() => index.get('f' as ImagePath)?.hasCapabilities, NotPlainLayers);
});
