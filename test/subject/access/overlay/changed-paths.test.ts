import assert from 'node:assert/strict';
import { chmodSync, lutimesSync, utimesSync } from 'node:fs';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { changedPaths } from '../../../../src/subject/access/overlay/changed-paths.ts';
import { NotPlainLayers } from '../../../../src/subject/access/overlay/layer-files.ts';
import { DIRECTORY, type Layer, Layers, OPAQUE, WHITEOUT } from './layers.ts';

/** A container's own layer over all others. */
const UPPERMOST = { above: [0], below: 1 };

/** The paths with the letters that `docker diff` has for them, in their order; nothing where nothing is changed. */
function letters(layers: Layers, stack = UPPERMOST): string[] {
  const { paths, isChanged } = changedPaths(layers.files, stack);
  assert.equal(isChanged || paths.size === 0, true);
  return [...paths].map(([path, kind]) => `${kind === 'added' ? 'A' : 'C'} ${path}`);
}

/** All files of all layers get one time and mode, so that they differ in what a test says alone. */
function layersOf(...layers: readonly Layer[]): Layers {
  const made = new Layers(...layers);
  for (const [index, { files }] of layers.entries()) {
    for (const [path, what] of Object.entries(files)) {
      if (what !== WHITEOUT) lutimesSync(made.path(index, path), 1000, 1000);
    }
  }
  return made;
}

test('what is added, with all that is in it, and the directories above it', () => {
  using layers = layersOf(
    { files: { 'opt/app/bin/x': '', 'opt/app/empty': DIRECTORY, 'etc/new': '' } },
    { files: { 'etc/old': '', 'usr/x': '' } },
  );
  assert.deepEqual(letters(layers), [
    'C etc',
    'A etc/new',
    'A opt',
    'A opt/app',
    'A opt/app/bin',
    'A opt/app/bin/x',
    'A opt/app/empty',
  ]);
});

test('what was only opened for writing, touched as a directory, or copied for its neighbour is no change', () => {
  using layers = layersOf(
    { files: { 'etc/a': 'text', 'var/d': DIRECTORY } },
    { files: { 'etc/a': 'text', 'var/d': DIRECTORY } },
  );
  utimesSync(layers.path(0, 'var/d'), 2000, 2000);
  assert.deepEqual(letters(layers), []);
  assert.equal(changedPaths(layers.files, UPPERMOST).isChanged, false);
});

test('a size, a time, a mode, capabilities and a type are changes', () => {
  const paths = ['capable', 'mode', 'same', 'size', 'time', 'to-link'];
  const files = Object.fromEntries(paths.map((path) => [path, 'text']));
  const attributes = { capable: { 'security.capability': 'x' }, same: { 'security.capability': 'x', 'user.x': 'y' } };
  using layers = layersOf(
    { files: { ...files, size: 'longer', 'to-link': { target: 'text' } }, attributes },
    { files, attributes: { same: { 'security.capability': 'x' } } },
  );
  chmodSync(layers.path(0, 'mode'), 0o600);
  utimesSync(layers.path(0, 'time'), 2000, 2000);
  assert.deepEqual(letters(layers), ['C capable', 'C mode', 'C size', 'C time', 'C to-link']);
});

test('a fraction of a second counts where both sides have one', () => {
  const files = { both: '', one: '', seconds: '' };
  using layers = layersOf({ files }, { files });
  utimesSync(layers.path(0, 'both'), 1000.25, 1000.25);
  utimesSync(layers.path(1, 'both'), 1000.5, 1000.5);
  utimesSync(layers.path(0, 'one'), 1000.25, 1000.25);
  utimesSync(layers.path(0, 'seconds'), 1001, 1001);
  assert.deepEqual(letters(layers), ['C both', 'C seconds']);
});

test('a deletion changes the directories above it alone', () => {
  using layers = layersOf({ files: { 'a/b/gone': WHITEOUT } }, { files: { 'a/b/gone': '', 'a/b/stays': '' } });
  assert.deepEqual(letters(layers), ['C a', 'C a/b']);
});

test('a deletion at the root changes nothing that there is, which is told apart from no change', () => {
  using layers = layersOf({ files: { gone: WHITEOUT } }, { files: { gone: '' } });
  assert.deepEqual(letters(layers), []);
  assert.equal(changedPaths(layers.files, UPPERMOST).isChanged, true);
});

test('a deletion of what was added since is none', () => {
  using layers = layersOf(
    { files: { 'a/never': WHITEOUT } },
    { files: { 'a/b': '' } },
    { files: { 'a/never': DIRECTORY } },
  );
  assert.deepEqual(letters(layers), ['C a']);
  using alone = layersOf({ files: { 'a/never': WHITEOUT } }, { files: { 'a/b': '' } });
  assert.deepEqual(letters(alone), []);
});

test('a directory made anew: what is in it is compared with the old one', () => {
  const attributes = { d: OPAQUE };
  const old = { files: { 'd/gone': '', 'd/same': 'text', 'd/other': '' } };
  using layers = layersOf({ files: { 'd/same': 'text', 'd/new': '' }, attributes }, old);
  assert.deepEqual(letters(layers), ['C d', 'A d/new']);
  using same = layersOf({ files: { 'd/same': 'text', 'd/gone': '', 'd/other': '' }, attributes }, old);
  assert.deepEqual(letters(same), []);
  using emptied = layersOf({ files: { d: DIRECTORY }, attributes }, old);
  assert.deepEqual(letters(emptied), ['C d']);
});

test('what was in a directory below one made anew is gone, too', () => {
  using layers = layersOf(
    { files: { 'd/in/deep': DIRECTORY }, attributes: { d: OPAQUE } },
    { files: { 'd/in/deep/old': '' } },
  );
  assert.deepEqual(letters(layers), ['C d', 'C d/in', 'C d/in/deep']);
});

test('a file in the place of a directory, a directory in the place of a file', () => {
  using layers = layersOf(
    { files: { 'was-directory': '', 'was-file/x': '' }, attributes: { 'was-file': OPAQUE } },
    { files: { 'was-directory/x': '', 'was-directory/y': '', 'was-file': '' } },
  );
  assert.deepEqual(letters(layers), ['C was-directory', 'C was-file', 'A was-file/x']);
});

test('what counts as before is the merged tree of all lower layers', () => {
  using layers = layersOf(
    { files: { 'a/x': 'text', 'a/y': 'text', 'a/z': 'text' } },
    { files: { 'a/x': WHITEOUT, 'a/y': 'other, and longer' } },
    { files: { 'a/x': 'text', 'a/y': 'text', 'a/z': 'text' } },
  );
  assert.deepEqual(letters(layers), ['C a', 'A a/x', 'C a/y']);
});

test('a socket changes its directory, and is not in the list', async () => {
  using layers = layersOf({ files: { run: DIRECTORY } }, { files: { run: DIRECTORY } });
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(layers.path(0, 'run/s').toString('utf8'), resolve));
  const found = letters(layers);
  server.close();
  assert.deepEqual(found, ['C run']);
});

test('a directory that was renamed without a copy is refused, also where there was none of its name', () => {
  using layers = layersOf(
    { files: { new: DIRECTORY }, attributes: { new: { 'trusted.overlay.redirect': 'old' } } },
    { files: { 'old/x': '' } },
  );
  assert.throws(() => changedPaths(layers.files, UPPERMOST), NotPlainLayers);
});

/** Three change layers over one that is below. */
const THREE = { above: [0, 1, 2], below: 3 };

test('several layers are one change: what the uppermost one has counts, and what shows no more is gone', () => {
  using layers = layersOf(
    { files: { 'srv/changed': '22', 'srv/gone': WHITEOUT, 'srv/kind': DIRECTORY } },
    { files: { 'srv/changed': '1', 'srv/kind': WHITEOUT, 'srv/middle': '' } },
    { files: { 'srv/gone': '', 'srv/kind': 'file', 'srv/low': '' } },
    { files: { 'srv/kind/below': '', 'srv/kept': '', 'etc/x': '' } },
  );
  assert.deepEqual(letters(layers, THREE), ['C srv', 'A srv/changed', 'C srv/kind', 'A srv/low', 'A srv/middle']);
});

test('what a layer deleted and a higher one made anew hides what is below, as an opaque directory does', () => {
  using layers = layersOf(
    { files: { 'a/new': '' } },
    { files: { a: WHITEOUT, 'b/new': '' }, attributes: { b: OPAQUE } },
    { files: { 'b/middle': '' } },
    { files: { 'a/old': '', 'b/old': '' } },
  );
  assert.deepEqual(letters(layers, THREE), ['C a', 'A a/new', 'C b', 'A b/new']);
});

test('what is written again as it was is no change, and a layer that is neither above nor below is nobody’s', () => {
  using layers = layersOf(
    { files: { 'etc/own': '' } },
    { files: { 'etc/hosts': '', '.dockerenv': '' } },
    { files: { 'etc/same': 'x', 'etc/image': '' } },
    { files: { 'etc/same': 'x' } },
  );
  assert.deepEqual(letters(layers, { above: [0, 2], below: 3 }), ['C etc', 'A etc/image', 'A etc/own']);
});

test('without change layers there are no changes', () => {
  using layers = layersOf({ files: { 'etc/x': '' } });
  assert.deepEqual(changedPaths(layers.files, { above: [], below: 0 }), { paths: new Map(), isChanged: false });
});
