import assert from 'node:assert/strict';
import { test } from 'node:test';
import { directoryOf } from '../../src/loader/link-map.ts';
import { buildElf } from '../builders/elf.ts';
import { file, hardlink, program, symlink, type TarMember } from '../builders/tar.ts';
import { cache, exe, failures, GLIBC, glibc, Image, lib, loaded, missing } from './image.ts';

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
    new Image([glibc(), ...members]).program().edges.map(({ tag, found, by }) => [tag, found, by]),
    [
      ['DT_NEEDED', 'RPATH', 'bin/main'],
      ['DT_NEEDED', 'default directory', 'd/a.so'],
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

test('the same text in two libraries is two names where it has tokens', () => {
  const members = [
    exe('bin/main', { needed: ['a.so', 'b.so'], runpath: '/d1:/d2' }),
    lib('d1/a.so', { needed: ['$ORIGIN/x.so'] }),
    lib('d2/b.so', { needed: ['$ORIGIN/x.so'] }),
    lib('d1/x.so'),
    lib('d2/x.so', { soname: 'other.so' }),
  ];
  assert.deepEqual(loaded(members), ['/d1/a.so', '/d2/b.so', '/d1/x.so', '/d2/x.so']);
});

test('what a filter stands for is looked at right after its owner, whose own needs come first', () => {
  const members = (needed: readonly string[]) => [
    exe('bin/main', { needed: ['f.so', 'z.so'], runpath: '/d' }),
    lib('d/f.so', { needed, auxiliaries: ['x.so'], runpath: '/d' }),
    lib('d/x.so', { needed: ['v.so'], runpath: '/d/x' }),
    lib('d/z.so', { needed: ['v.so'], runpath: '/d' }),
    lib('d/v.so'),
    lib('d/x/v.so'),
  ];
  assert.deepEqual(loaded(members([])), ['/d/f.so', '/d/z.so', '/d/x.so', '/d/x/v.so']);
  assert.deepEqual(loaded(members(['v.so'])), ['/d/f.so', '/d/z.so', '/d/v.so', '/d/x.so']);
});

test('auditing libraries have their own libraries, although the program has some of the same names', () => {
  const members = [
    exe('bin/main', { audit: 'audit.so', needed: ['v.so'], rpath: '/d' }),
    lib('d/v.so'),
    lib('d/audit.so', { needed: ['v.so'], runpath: '/opt' }),
    lib('opt/v.so'),
    lib('opt/env.so'),
  ];
  const all = ['/d/v.so', '/d/audit.so', '/opt/v.so'];
  assert.deepEqual(loaded(members), all);
  assert.deepEqual(loaded(members, { Env: ['LD_AUDIT=/none.so:/opt/env.so'] }).sort(), [...all, '/opt/env.so'].sort());
});

test('the loader’s own versions count, too', () => {
  const needs = (name: string) => ({
    needed: ['ld-linux-x86-64.so.2'],
    versionsNeeded: [{ library: 'ld-linux-x86-64.so.2', versions: [{ name }] }],
  });
  const loader = program(
    'lib64/ld-linux-x86-64.so.2',
    buildElf({ soname: 'ld-linux-x86-64.so.2', versionsDefined: ['GLIBC_2.3'], strings: ['/lib/', '/usr/lib/'] }),
  );
  const mismatches = (name: string) => new Image([loader, exe('bin/main', needs(name))]).program().mismatches;
  assert.deepEqual(mismatches('GLIBC_2.3'), []);
  assert.deepEqual(
    mismatches('GLIBC_2.99').map(({ version }) => version),
    ['GLIBC_2.99'],
  );
});

test('what is opened by dlopen sees the RPATH of the program, and of those who loaded the caller', () => {
  const image = new Image([
    glibc(),
    exe('bin/main', { needed: ['a.so'], rpath: '/own' }),
    exe('bin/other', { needed: ['a.so'], runpath: '/own' }),
    lib('own/a.so', {}),
    lib('own/p.so', { needed: ['q.so', 'gone.so'] }),
    lib('own/q.so'),
    lib('lib/p.so'),
  ]);
  image.program('/bin/main');
  assert.deepEqual(image.dlopen('p.so', '/own/a.so'), ['/own/p.so']);
  const plugin = image.library('/own/p.so');
  assert.deepEqual([plugin.edges.map(({ path }) => path), failures(plugin)], [['/own/q.so'], ['gone.so by /own/p.so']]);
  image.program('/bin/other');
  assert.deepEqual(image.dlopen('p.so', '/own/a.so'), ['/own/p.so', '/lib/p.so']);
});

test('the loader’s files are told: preloads always, the cache where something was found by it', () => {
  const files = (...members: TarMember[]) =>
    new Image([glibc(), exe('bin/main', { needed: ['l.so'] }), lib('opt/l.so'), ...members])
      .program()
      .files.map(({ path }) => path);
  assert.deepEqual(files(lib('lib/l.so')), []);
  assert.deepEqual(files(lib('lib/l.so'), file('etc/ld.so.preload', '')), ['/etc/ld.so.preload']);
  assert.deepEqual(files(cache({ name: 'l.so', path: '/opt/l.so' })), ['/etc/ld.so.cache']);
  assert.deepEqual(files(lib('lib/l.so'), cache({ name: 'other.so', path: '/opt/l.so' })), []);
});

test('a preload file’s names end at blanks and colons, not at other bytes', () => {
  const members = [
    exe('bin/main'),
    lib('p\xa0.so'),
    lib('q.so'),
    file('etc/ld.so.preload', '/p\xa0.so # /q.so\r/q.so'),
  ];
  assert.deepEqual(loaded(members), ['/p\xa0.so']);
});

test('a library that can be started is a library, and preloads are not for it', () => {
  const image = new Image([glibc(), lib('lib/l.so', { interpreter: GLIBC, type: 'shared' }), lib('lib/p.so')], {
    Env: ['LD_PRELOAD=p.so'],
  });
  assert.deepEqual(image.library('/lib/l.so').edges, []);
});
