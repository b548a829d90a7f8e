import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Selection, type SelectionRules, selectSeeds } from '../../../src/closure/roots/selection.ts';
import { SkinnywhaleError } from '../../../src/model/errors.ts';
import type { ImagePath } from '../../../src/model/image-path.ts';
import { directory, file, fixture, symlink, type TarMember } from '../../builders/tar.ts';

const NO_RULES: SelectionRules = { include: [], exclude: [], trim: [], bruteLib: false, bruteUsrLib: false };

const MEMBERS = [
  symlink('lib', 'usr/lib'),
  directory('usr/lib/x86_64-linux-gnu'),
  file('usr/lib/x86_64-linux-gnu/libz.so.1'),
  file('usr/lib/os-release'),
  file('usr/share/zoneinfo/Europe/Berlin'),
  file('usr/share/zoneinfo/UTC'),
  file('usr/share/zoneinfo-more'),
  file('opt/app/main.py'),
  file('opt/app/.hidden/main.pyc'),
  file('opt/app/__pycache__/x.pyc'),
  file('opt/caf\xc3\xa9/\xff'),
  file('etc/new'),
] as const;

function select(
  rules: Partial<SelectionRules>,
  changed: readonly string[] = [],
  members: readonly TarMember[] = MEMBERS,
): Selection {
  const { tree } = fixture(...members);
  return selectSeeds(tree, new Set(changed as ImagePath[]), { ...NO_RULES, ...rules });
}

function seeds(...question: Parameters<typeof select>): string[] {
  return [...new Set([...select(...question).seeds].map(({ entry }) => entry.path))].sort();
}

test('the change layer is taken, and nothing else', () => {
  const { seeds: found, trimmed, tree } = select({}, ['etc/new', 'opt/app/main.py']);
  assert.deepEqual(
    [...found].map(({ entry, reason }) => [entry.path, reason]),
    [
      ['etc/new', { kind: 'changed' }],
      ['opt/app/main.py', { kind: 'changed' }],
    ],
  );
  assert.deepEqual([trimmed.size, tree.resolve('/usr/share/zoneinfo/UTC').status], [0, 'found']);
});

test('an include names a file, all of a directory, or whatever its wildcards fit', () => {
  assert.deepEqual(seeds({ include: ['/usr/share/zoneinfo/UTC'] }), ['usr/share/zoneinfo/UTC']);
  const zones = [
    'usr/share/zoneinfo',
    'usr/share/zoneinfo/Europe',
    'usr/share/zoneinfo/Europe/Berlin',
    'usr/share/zoneinfo/UTC',
  ];
  for (const glob of ['/usr/share/zoneinfo', '/usr/share/zoneinfo/', '/usr/share/zoneinfo/**', 'usr/share/zoneinfo']) {
    assert.deepEqual(seeds({ include: [glob] }), zones, glob);
  }
  assert.deepEqual(seeds({ include: ['/usr/share/*/UTC'] }), ['usr/share/zoneinfo/UTC']);
  assert.deepEqual(seeds({ include: ['/usr/share/zoneinfo/{UTC,GMT}'] }), ['usr/share/zoneinfo/UTC']);
});

test('without a slash it is a name at any depth, hidden directories included', () => {
  assert.deepEqual(seeds({ include: ['*.pyc'] }), ['opt/app/.hidden/main.pyc', 'opt/app/__pycache__/x.pyc']);
  assert.deepEqual(seeds({ include: ['__pycache__'] }), ['opt/app/__pycache__', 'opt/app/__pycache__/x.pyc']);
  assert.deepEqual(seeds({ include: ['etc'] }), ['etc', 'etc/new']);
});

test('links in front of the first wildcard are followed and kept', () => {
  const library = 'usr/lib/x86_64-linux-gnu/libz.so.1';
  assert.deepEqual(seeds({ include: ['/lib/x86_64-linux-gnu/libz.so*'] }), ['lib', library]);
  assert.deepEqual(seeds({ include: ['/lib/x86_64-linux-gnu/libz.so.1'] }), ['lib', library]);
  assert.deepEqual(seeds({ include: ['/lib/*/libz*'] }), ['lib', library]);
  assert.deepEqual(seeds({ include: ['/lib/**'] }), [
    'lib',
    'usr/lib',
    'usr/lib/os-release',
    'usr/lib/x86_64-linux-gnu',
    library,
  ]);
});

test('special characters of such a link’s target are no wildcards', () => {
  const members = [symlink('l', 'we[i]rd(1)'), file('we[i]rd(1)/x.so'), file('weird1/x.so')];
  assert.deepEqual(seeds({ include: ['/l/*.so'] }, [], members), ['l', 'we[i]rd(1)/x.so']);
});

test('globs are text, names are bytes', () => {
  assert.deepEqual(seeds({ include: ['/opt/café/*'] }), ['opt/caf\xc3\xa9/\xff']);
  assert.deepEqual(seeds({ include: ['café'] }), ['opt/caf\xc3\xa9', 'opt/caf\xc3\xa9/\xff']);
});

test('an include that matches nothing is an error, even among others that do', () => {
  for (const include of [['/nowhere/**'], ['/etc/new', '*.rs'], ['/usr/share/zoneinfo/UTC/x'], ['/']]) {
    assert.throws(
      () => select({ include }),
      (error) =>
        error instanceof SkinnywhaleError && error.code === 'USAGE' && error.message.includes('matches nothing'),
      include.join(),
    );
  }
});

test('two includes may mean the same file', () => {
  assert.deepEqual(seeds({ include: ['/etc/*', '/etc/new', 'new'] }), ['etc/new']);
});

test('an exclude hides from everything: the change layer, includes, and what is looked for later', () => {
  const { tree } = select({ exclude: ['/etc'] }, ['etc/new']);
  assert.equal(tree.resolve('/etc/new').status, 'missing');
  assert.deepEqual(seeds({ exclude: ['/etc'] }, ['etc/new', 'opt/app/main.py']), ['opt/app/main.py']);
  assert.deepEqual(seeds({ include: ['/opt/app'], exclude: ['*.pyc', '.hidden'] }), [
    'opt/app',
    'opt/app/__pycache__',
    'opt/app/main.py',
  ]);
  assert.throws(() => select({ include: ['/etc/new'], exclude: ['/etc/new'] }), /matches nothing/);
});

test('an exclude that matches nothing is fine', () => {
  assert.deepEqual(seeds({ exclude: ['/nowhere'] }, ['etc/new']), ['etc/new']);
});

test('an exclude through a link hides what it leads to', () => {
  const { tree } = select({ exclude: ['/lib/x86_64-linux-gnu/*'] });
  assert.equal(tree.resolve('/usr/lib/x86_64-linux-gnu/libz.so.1').status, 'missing');
  assert.equal(tree.resolve('/lib/os-release').status, 'found');
});

test('an include wins over trimming; what is trimmed can still be found', () => {
  const members = [file('tmp/keep'), file('tmp/drop'), file('x')];
  const changed = ['tmp/keep', 'tmp/drop', 'x'];
  const { seeds: found, trimmed, tree } = select({ include: ['/tmp/keep'], trim: ['tmp'] }, changed, members);
  assert.deepEqual(
    [...found].map(({ entry }) => entry.path),
    ['tmp/keep', 'x'],
  );
  assert.deepEqual([...trimmed], [['tmp/drop', 'tmp']]);
  assert.equal(tree.resolve('/tmp/drop').status, 'found');
});

test('trimming is for the change layer alone', () => {
  const { trimmed } = select({ trim: ['tmp'] }, [], [file('tmp/drop')]);
  assert.equal(trimmed.size, 0);
});

test('all of /lib through the link that stands in its place, and all of /usr/lib', () => {
  const below = ['usr/lib/os-release', 'usr/lib/x86_64-linux-gnu', 'usr/lib/x86_64-linux-gnu/libz.so.1'];
  assert.deepEqual(seeds({ bruteLib: true }), ['lib', ...below]);
  assert.deepEqual(seeds({ bruteUsrLib: true }), below);
  assert.deepEqual(seeds({ bruteLib: true }, [], [file('lib/a/b'), file('usr/lib/c')]), ['lib/a', 'lib/a/b']);
  assert.deepEqual(seeds({ bruteLib: true, bruteUsrLib: true }, [], [file('x')]), []);
});

test('an exclude without a wildcard that ends in a link means the link, an include what it leads to', () => {
  const members = [symlink('bin', 'usr/bin'), symlink('usr/bin/sh', 'dash'), file('usr/bin/dash'), file('usr/bin/env')];
  const names = (exclude: string): string[] =>
    [...select({ exclude: [exclude] }, [], members).tree.entries()].map(({ path }) => path);
  assert.deepEqual(
    names('/bin/sh').filter((path) => path.endsWith('sh')),
    ['usr/bin/dash'],
  );
  assert.ok(names('/bin').includes('usr/bin/env') && !names('/bin').includes('bin'));
  assert.ok(seeds({ include: ['/bin/sh'] }, [], members).includes('usr/bin/dash'));
});
