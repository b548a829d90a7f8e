import assert from 'node:assert/strict';
import { test } from 'node:test';
import { idleBytes, ownFilesLeftOut } from '../../../src/closure/left-out.ts';
import { isOwnFile } from '../../../src/closure/roots/own-files.ts';
import { selectSeeds } from '../../../src/closure/roots/selection.ts';
import type { ImagePath } from '../../../src/model/image-path.ts';
import type { Reason } from '../../../src/model/reason.ts';
import { directory, file, fixture } from '../../builders/tar.ts';

const OWNED = new Set(['usr/bin/python3', 'usr/lib/python3/os.py', 'usr/include/a.h', 'srv/index.html']);
const OWN = [
  'opt/app/main.js',
  'opt/app/__pycache__/main.cpython-311.pyc',
  'opt/app/node_modules/sharp/prebuilds/linux-x64/sharp.node',
  'opt/app/node_modules/@img/sharp-linux-x64/lib.so',
  'opt/app/tests/used-by-app.json',
  'usr/local/lib/libown.so',
  'usr/share/nginx/html/mine.html',
  'var/lib/postgresql/15/main/PG_VERSION',
  'etc/app.conf',
];
const OTHERS = [
  ...OWNED,
  // of package managers, and what maintainer scripts make
  'var/lib/dpkg/status',
  'var/cache/apt/pkgcache.bin',
  'usr/lib/python3/__pycache__/os.cpython-311.pyc',
  'usr/lib/locale/locale-archive',
  'usr/lib/jvm/java-17/lib/server/classes.jsa',
  // left over from a build
  'opt/app/.git/objects/aa/bb',
  'opt/app/node_modules/.cache/x',
  'opt/app/node_modules/dep/test/fixture.js',
  'opt/venv/lib/python3.11/site-packages/numpy/core/tests/test_x.py',
  'opt/app/node_modules/sharp/prebuilds/win32-x64/sharp.node',
  'opt/app/node_modules/@img/sharp-darwin-arm64/lib.dylib',
  'usr/local/lib/libown.a',
  'opt/app/build/main.o',
];
const PLACES = [directory('opt/app/empty'), ...[...OWN, ...OTHERS].map((path) => file(path, 'four'))];
const { tree } = fixture(...PLACES);
const changed = new Set([...OWN, ...OTHERS, 'opt/app/empty'].sort() as ImagePath[]);
const isOwned = (path: ImagePath): boolean => OWNED.has(path);

test('what no package owns is the user’s own, unless package managers or builds have made it', () => {
  const own = [...changed].filter((path) => {
    const entry = tree.get(path);
    return entry?.type === 'file' && isOwnFile(entry, tree, isOwned);
  });
  assert.deepEqual(own, [...OWN].sort());
});

test('the levels of tight: of the change layer the places, the user’s own files, or all', () => {
  const rules = { include: [], exclude: [], trim: [], bruteLib: false, bruteUsrLib: false };
  const seeds = (tight: 'observed' | 'unowned' | 'package' | undefined): string[] =>
    [...selectSeeds(tree, changed, { ...rules, tight }, isOwned).seeds].map(({ entry }) => entry.path).sort();
  assert.deepEqual(seeds('observed'), ['opt/app/empty']);
  for (const tight of ['unowned', 'package'] as const) assert.deepEqual(seeds(tight), ['opt/app/empty', ...OWN].sort());
  assert.deepEqual(seeds(undefined), [...changed]);
});

test('the user’s own files that are left out, and what packages brought for nothing', () => {
  const because = (...kinds: Reason['kind'][]): Reason[] => kinds.map((kind) => ({ kind }) as Reason);
  const kept = new Map<ImagePath, readonly Reason[]>([
    ['opt/app/main.js' as ImagePath, because('changed')],
    ['usr/include/a.h' as ImagePath, because('changed')],
    ['usr/bin/python3' as ImagePath, because('changed', 'config')],
  ]);
  const left = ownFilesLeftOut(tree, changed, { kept: kept as never, isOwned });
  assert.deepEqual([left.files, left.bytes, left.first.length], [OWN.length - 1, (OWN.length - 1) * 4, OWN.length - 1]);
  assert.equal(idleBytes(tree, changed, { kept: kept as never, isOwned }), 4);
});
