import assert from 'node:assert/strict';
import { test } from 'node:test';
import { displayPath } from '../../src/model/image-path.ts';
import type { DroppedEntry, KeptEntry } from '../../src/report/ledger.ts';
import { ENTRIES, LEDGER, SOURCE } from './sample-ledger.ts';

const LIB = '/usr/lib/x86_64-linux-gnu';

function kept(path: string): KeptEntry {
  const found = LEDGER.kept.find((entry) => entry.path === path);
  assert.ok(found, path);
  return found;
}

function dropped(path: string): DroppedEntry {
  const found = LEDGER.dropped.find((entry) => entry.path === path);
  assert.ok(found, path);
  return found;
}

test('every path of the container is in the ledger, once, and what is kept is what is planned', () => {
  const all = [...LEDGER.kept, ...LEDGER.dropped].map(({ path }) => path);
  assert.deepEqual([...all].sort(), ENTRIES.map(({ path }) => displayPath(path)).sort());
  assert.deepEqual(
    LEDGER.kept.map(({ path }) => path),
    Array.from(SOURCE.plan.entries, ({ path }) => displayPath(path)),
  );
});

test('all entries add up to the content of the container, each file of several names once', () => {
  const bytes = [...LEDGER.kept, ...LEDGER.dropped].reduce((sum, entry) => sum + entry.bytes, 0);
  const files = ENTRIES.filter((entry) => entry.type === 'file' && entry.inode === entry);
  assert.equal(
    bytes,
    files.reduce((sum, { size }) => sum + size, 0),
  );
  // The name that is kept has the content, whichever name was the first in the container.
  assert.equal(kept('/usr/bin/kept-name').bytes, 70);
  assert.deepEqual(
    [dropped('/usr/bin/two-names').bytes, dropped('/usr/bin/two-names').hardlinkTo],
    [0, '/usr/bin/kept-name'],
  );
  assert.equal(kept('/usr/bin/third-name').hardlinkTo, '/usr/bin/kept-name');
  assert.deepEqual(
    [dropped('/usr/bin/a').bytes, dropped('/usr/bin/b').bytes, dropped('/usr/bin/b').hardlinkTo],
    [60, 0, '/usr/bin/a'],
  );
});

test('each path has its type, layer, package and target', () => {
  assert.deepEqual(dropped(`${LIB}/gconv/BIG5.so`), {
    path: `${LIB}/gconv/BIG5.so`,
    type: 'file',
    bytes: 40,
    from: 'base',
    layer: 0,
    package: 'libc6',
    reason: 'unreached',
    declined: [{ rule: 'gconv-all', by: '/opt/app' }],
  });
  assert.deepEqual([kept('/opt/app').from, kept('/opt/app').layer], ['change', undefined]);
  assert.equal(kept(`${LIB}/libz.so.1`).target, 'libz.so.1.2.13');
});

test('reasons that need no other come first, then the others in their order; of many, the first and a count', () => {
  const { reasons, moreReasons } = kept(`${LIB}/libc.so.6`);
  assert.deepEqual(
    reasons.map(({ kind }) => kind),
    ['base', 'loader', 'interpreter', 'dlopen'],
  );
  assert.equal(moreReasons, 2);
  assert.equal('moreReasons' in kept('/opt/app'), false);
});

test('a directory that nothing asks for says what it is there for', () => {
  assert.deepEqual(kept('/usr/bin').reasons, [{ kind: 'holds', by: '/usr/bin/kept-name' }]);
  assert.deepEqual(kept('/usr/lib').reasons, [{ kind: 'holds', by: LIB }]);
  assert.deepEqual(kept('/opt').reasons, [{ kind: 'changed' }]);
});

test('each path that is left out has its reason', () => {
  const reasonOf = (path: string): unknown[] => {
    const { reason, group, glob } = dropped(path);
    return [reason, group, glob];
  };
  assert.deepEqual(reasonOf('/opt/app.log'), ['excluded', undefined, '*.log']);
  assert.deepEqual(reasonOf('/var/cache/c/entry'), ['trimmed', 'caches', undefined]);
  assert.deepEqual(reasonOf('/data'), ['mount', undefined, undefined]);
  for (const path of ['/opt/.wh.x', '/opt/.wh.d', '/opt/.wh.d/in']) assert.equal(dropped(path).reason, 'whiteout-name');
  assert.equal(dropped('/usr/share/x/(odd) é').reason, 'unreached');
});
