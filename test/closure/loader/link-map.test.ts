import assert from 'node:assert/strict';
import { test } from 'node:test';
import { directoryOf } from '../../../src/closure/loader/link-map.ts';
import { file, hardlink, symlink } from '../../builders/tar.ts';
import { exe, glibc, Image, lib, loaded, missing } from './image.ts';

test('of two libraries of one name only the first in breadth-first order is loaded', () => {
  const members = [
    exe('bin/main', { needed: ['a.so', 'b.so'], runpath: '/d' }),
    lib('d/a.so', { needed: ['libv.so.1'], runpath: '/v1' }),
    lib('d/b.so', { needed: ['libv.so.1'], runpath: '/v2' }),
    lib('v1/libv.so.1'),
    lib('v2/libv.so.1'),
  ];
  assert.deepEqual(loaded(members), ['/d/a.so', '/d/b.so', '/v1/libv.so.1']);
});

test('breadth first, not depth first', () => {
  const members = [
    exe('bin/main', { needed: ['a.so', 'b.so'], runpath: '/d' }),
    lib('d/a.so', { needed: ['deep.so'], runpath: '/d' }),
    lib('d/deep.so', { needed: ['libv.so.1'], runpath: '/v1' }),
    lib('d/b.so', { needed: ['libv.so.1'], runpath: '/v2' }),
    lib('v1/libv.so.1'),
    lib('v2/libv.so.1'),
  ];
  assert.deepEqual(loaded(members), ['/d/a.so', '/d/b.so', '/d/deep.so', '/v2/libv.so.1']);
});

test('a library answers for its soname, whatever name it was asked for by', () => {
  const members = [
    exe('bin/main', { needed: ['alias.so', 'libv.so.1'], runpath: '/d' }),
    lib('d/alias.so', { soname: 'libv.so.1' }),
    lib('d/libv.so.1'),
  ];
  assert.deepEqual(loaded(members), ['/d/alias.so']);
});

test('so does one that was asked for by its path', () => {
  const members = (...needed: string[]) => [
    exe('bin/main', { needed, runpath: '/d' }),
    lib('opt/libv.so.1'),
    lib('d/libv.so.1'),
  ];
  assert.deepEqual(loaded(members('/opt/libv.so.1', 'libv.so.1')), ['/opt/libv.so.1']);
  assert.deepEqual(loaded(members('libv.so.1', '/opt/libv.so.1')), ['/d/libv.so.1', '/opt/libv.so.1']);
});

test('the program answers for its own soname', () => {
  const members = [exe('bin/main', { needed: ['self.so'], soname: 'self.so', runpath: '/d' }), lib('d/self.so')];
  assert.deepEqual(loaded(members), []);
});

test('one file is one object, by whichever of its names; all of the names are kept', () => {
  const image = new Image([
    glibc(),
    exe('bin/main', { needed: ['a.so', 'b.so', 'c.so'], runpath: '/d' }),
    lib('d/a.so', { needed: ['x.so'], soname: 'none.so' }),
    hardlink('d/b.so', 'd/a.so'),
    symlink('d/c.so', 'a.so'),
    lib('lib/x.so'),
  ]);
  const { edges, objects } = image.program();
  assert.deepEqual(
    edges.map(({ path }) => path),
    ['/d/a.so', '/d/b.so', '/d/c.so', '/lib/x.so'],
  );
  assert.equal(objects.length, 3);
});

test('libraries that need each other are loaded once', () => {
  const members = [
    exe('bin/main', { needed: ['a.so'], rpath: '/d' }),
    lib('d/a.so', { needed: ['b.so'] }),
    lib('d/b.so', { needed: ['a.so', 'b.so'] }),
  ];
  assert.deepEqual(loaded(members), ['/d/a.so', '/d/b.so']);
});

test('a library’s loader is who asked first: its RPATH counts', () => {
  const members = [
    exe('bin/main', { needed: ['a.so', 'b.so'], runpath: '/d' }),
    lib('d/a.so', { needed: ['c.so'], rpath: '/d:/a' }),
    lib('d/b.so', { needed: ['c.so'], rpath: '/d:/b' }),
    lib('d/c.so', { needed: ['x.so'] }),
    lib('a/x.so'),
    lib('b/x.so'),
  ];
  assert.ok(loaded(members).includes('/a/x.so'));
  assert.equal(loaded(members).includes('/b/x.so'), false);
});

test('the loader is never looked for', () => {
  const members = [exe('bin/main', { needed: ['ld-linux-x86-64.so.2', '/lib64/ld-linux-x86-64.so.2'] })];
  assert.deepEqual([loaded(members), missing(members)], [[], []]);
});

test('a filtered library is needed, an auxiliary one is not', () => {
  const members = (...more: ReturnType<typeof lib>[]) => [
    exe('bin/main', { needed: ['l.so'], rpath: '/d' }),
    lib('d/l.so', { filters: ['f.so'], auxiliaries: ['x.so'] }),
    ...more,
  ];
  assert.deepEqual(loaded(members(lib('d/f.so'), lib('d/x.so'))).sort(), ['/d/f.so', '/d/l.so', '/d/x.so']);
  assert.deepEqual(missing(members()), ['f.so by /d/l.so']);
});

test('what auditing libraries need is loaded with them', () => {
  for (const audit of [{ audit: '/opt/audit.so' }, { depaudit: '/none.so:/opt/audit.so' }]) {
    const members = [
      exe('bin/main', { ...audit, needed: ['a.so'], rpath: '/d' }),
      lib('d/a.so'),
      lib('opt/audit.so', { needed: ['deep.so'], runpath: '/opt' }),
      lib('opt/deep.so', { needed: ['gone.so'] }),
    ];
    assert.deepEqual(loaded(members).sort(), ['/d/a.so', '/opt/audit.so', '/opt/deep.so']);
    assert.deepEqual(missing(members), ['gone.so by /opt/deep.so']);
  }
});

test('preloads come from the environment and a file; missing ones do no harm', () => {
  const members = [
    exe('bin/main', { needed: ['a.so'] }),
    lib('lib/a.so'),
    lib('lib/p.so', { needed: ['a.so'] }),
    lib('lib/q.so'),
    lib('opt/r.so'),
    file('etc/ld.so.preload', '# q.so\n/opt/r.so:q.so # p.so\n\tgone.so\n'),
  ];
  const run = { Env: ['LD_PRELOAD=p.so:none.so  /none/x.so'] };
  assert.deepEqual(loaded(members, run), ['/lib/p.so', '/opt/r.so', '/lib/q.so', '/lib/a.so']);
  assert.deepEqual(missing(members, run), []);
});

test('failures name each requester; rules name how a library was found', () => {
  const members = [
    exe('bin/main', { needed: ['a.so', 'gone.so'], rpath: '/d' }),
    lib('d/a.so', { needed: ['gone.so', 'x.so'] }),
    lib('lib/x.so'),
  ];
  assert.deepEqual(missing(members), ['gone.so by /bin/main', 'gone.so by /d/a.so']);
  assert.deepEqual(
    new Image([glibc(), ...members]).program().edges.map(({ rule, by }) => [rule, by]),
    [
      ['DT_NEEDED (RPATH)', 'bin/main'],
      ['DT_NEEDED (default directory)', 'd/a.so'],
    ],
  );
});

test('versions that the chosen library does not define are told, weak ones and those of unversioned libraries not', () => {
  const versions = [{ name: 'V_1' }, { name: 'V_2' }, { name: 'V_3', weak: true }];
  const needs = (library: string) => ({ versionsNeeded: [{ library, versions }] });
  const image = new Image([
    glibc(),
    exe('bin/main', { needed: ['v.so', 'plain.so'], rpath: '/d', ...needs('v.so') }),
    lib('d/v.so', { versionsDefined: ['V_1'] }),
    lib('d/plain.so', needs('plain.so')),
  ]);
  assert.deepEqual(image.program().mismatches, [{ version: 'V_2', library: 'd/v.so', by: 'bin/main' }]);
});

test('the directory part of a path', () => {
  assert.deepEqual(['/a/b', '/a', '/a/b/c'].map(directoryOf), ['/a', '/', '/a/b']);
});
