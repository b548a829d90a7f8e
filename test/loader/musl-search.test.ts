import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RunConfig } from '../../src/model/image-config.ts';
import { buildElf } from '../builders/elf.ts';
import { file, symlink, type TarMember } from '../builders/tar.ts';
import { exe, failures, Image, lib, MUSL, musl } from './image.ts';

function main(spec: object, more: Partial<TarMember> = {}): TarMember {
  return exe('bin/main', { interpreter: MUSL, ...spec }, more);
}

function loaded(members: readonly TarMember[], run?: RunConfig): string[] {
  return new Image([musl(), ...members], run).program().edges.map(({ path }) => path);
}

function missing(members: readonly TarMember[], run?: RunConfig): string[] {
  return failures(new Image([musl(), ...members], run).program());
}

test('RUNPATH and RPATH are one, and both are handed down', () => {
  for (const key of ['rpath', 'runpath']) {
    const members = [
      main({ needed: ['a.so'], [key]: '/d1:/d2' }),
      lib('d1/a.so', { needed: ['b.so'] }),
      lib('d2/b.so'),
    ];
    assert.deepEqual(loaded(members), ['/d1/a.so', '/d2/b.so'], key);
  }
});

test('LD_LIBRARY_PATH comes first', () => {
  const members = [main({ needed: ['l.so'], rpath: '/d' }), lib('d/l.so'), lib('env/l.so')];
  assert.deepEqual(loaded(members, { Env: ['LD_LIBRARY_PATH=/none:/env'] }), ['/env/l.so']);
  assert.deepEqual(loaded(members), ['/d/l.so']);
});

test('the system’s directories, or those of the path file', () => {
  const members = [main({ needed: ['l.so'] }), lib('usr/lib/l.so'), lib('usr/local/lib/l.so')];
  assert.deepEqual(loaded(members), ['/usr/local/lib/l.so']);
  for (const text of ['/none:/usr/lib', '/none\n/usr/lib\n']) {
    assert.deepEqual(loaded([...members, file('etc/ld-musl-x86_64.path', text)]), ['/usr/lib/l.so']);
  }
  assert.deepEqual(missing([...members, file('etc/ld-musl-x86_64.path', '/none')]), ['l.so by /bin/main']);
});

test('the path file is the one of the loader’s own prefix', () => {
  const members = [
    exe('bin/main', { interpreter: '/opt/musl/lib/ld-musl-x86_64.so.1', needed: ['l.so'] }),
    lib('opt/musl/lib/ld-musl-x86_64.so.1'),
    file('opt/musl/etc/ld-musl-x86_64.path', '/d'),
    lib('d/l.so'),
  ];
  assert.deepEqual(loaded(members), ['/d/l.so']);
});

test('the C library’s parts are built in, others that sound like it are not', () => {
  const builtIn = ['libc.so', 'libpthread.so.0', 'librt.so.1', 'libm.so.6', 'libdl.so.2', 'libutil.so.1', 'libxnet.so'];
  assert.deepEqual(missing([main({ needed: [...builtIn, 'libc.musl-x86_64.so.1', 'ld-musl-x86_64.so.1'] })]), []);
  const others = ['libresolv.so.2', 'libcrypt.so.1', 'libmount.so.1', 'libcap.so.2'];
  assert.deepEqual(
    missing([main({ needed: others })]),
    others.map((name) => `${name} by /bin/main`),
  );
});

test('a first candidate for another machine is an error, not passed over', () => {
  const members = [
    main({ needed: ['l.so'], rpath: '/d1:/d2' }),
    file('d1/l.so', buildElf({ machine: 183 })),
    lib('d2/l.so'),
  ];
  assert.deepEqual(missing(members), ['l.so by /bin/main: /d1/l.so: it is for another machine']);
});

test('no directories for CPUs, no cache, no soname', () => {
  const members = [
    main({ needed: ['alias.so', 'libv.so.1'], rpath: '/d' }),
    lib('d/alias.so', { soname: 'libv.so.1' }),
    lib('d/libv.so.1'),
    lib('d/glibc-hwcaps/x86-64-v2/alias.so'),
  ];
  assert.deepEqual(loaded(members), ['/d/alias.so', '/d/libv.so.1']);
});

test('$ORIGIN is expanded; any other token voids the whole list', () => {
  const members = (rpath: string) => [main({ needed: ['l.so'], rpath }), lib('bin/l.so')];
  assert.deepEqual(loaded(members('/none:$ORIGIN')), ['/bin/l.so']);
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a token of the loader
  assert.deepEqual(loaded(members('${ORIGIN}/../bin')), ['/bin/../bin/l.so']);
  assert.deepEqual(loaded(members('$ORIGIN:/$LIB')), []);
  assert.deepEqual(loaded(members('/bin:$PLATFORM')), []);
});

test('setuid programs hear neither the environment nor $ORIGIN', () => {
  const run = { Env: ['LD_LIBRARY_PATH=/env', 'LD_PRELOAD=p.so'], User: 'nobody' };
  const members = (rpath: string) => [
    main({ needed: ['l.so'], rpath }, { mode: 0o4755 }),
    lib('bin/l.so'),
    lib('env/l.so'),
    lib('lib/p.so'),
  ];
  assert.deepEqual(missing(members('$ORIGIN'), run), ['l.so by /bin/main']);
  assert.deepEqual(loaded(members('/bin'), run), ['/bin/l.so']);
});

test('a name with a slash is opened as it is', () => {
  const members = [main({ needed: ['sub/l.so'], rpath: '/d' }), lib('cwd/sub/l.so')];
  assert.deepEqual(loaded(members, { WorkingDir: '/cwd' }), ['/cwd/sub/l.so']);
  assert.deepEqual(missing(members), ['sub/l.so by /bin/main']);
});

test('a library without a program is taken for musl’s by what it needs', () => {
  const image = new Image([
    musl(),
    lib('d/l.so', { needed: ['libc.musl-x86_64.so.1', 'm.so'] }),
    lib('usr/local/lib/m.so'),
  ]);
  const result = image.library('/d/l.so');
  assert.deepEqual([result.edges.map(({ path }) => path), failures(result)], [['/usr/local/lib/m.so'], []]);
});

test('an empty path file leaves no directories; the file is told', () => {
  const members = (text: string) => [
    main({ needed: ['l.so'] }),
    lib('lib/l.so'),
    file('etc/ld-musl-x86_64.path', text),
  ];
  assert.deepEqual(missing(members('')), ['l.so by /bin/main']);
  assert.deepEqual(missing(members('\n:\n')), ['l.so by /bin/main']);
  assert.deepEqual(loaded(members('/lib\0/none')), ['/lib/l.so']);
});

test('a circle of links ends the search', () => {
  const members = [main({ needed: ['l.so'], rpath: '/d' }), symlink('d/l.so', 'l.so'), lib('lib/l.so')];
  assert.deepEqual(missing(members), ['l.so by /bin/main: /d/l.so: its links lead in a circle']);
});

test('preloads are nobody’s: no RPATH counts for them, nor for what they need', () => {
  const run = { Env: ['LD_PRELOAD=p.so q.so'] };
  const members = [main({ rpath: '/d' }), lib('d/p.so'), lib('lib/q.so', { needed: ['r.so'] }), lib('d/r.so')];
  assert.deepEqual(loaded(members, run), ['/lib/q.so']);
  assert.deepEqual(missing(members, run), ['r.so by /lib/q.so']);
});

test('a setuid program’s libraries may have $ORIGIN', () => {
  const members = [
    main({ needed: ['l.so'], rpath: '/d' }, { mode: 0o4755 }),
    lib('d/l.so', { needed: ['m.so'], rpath: '$ORIGIN/sub' }),
    lib('d/sub/m.so'),
  ];
  assert.deepEqual(loaded(members, { User: 'nobody' }), ['/d/l.so', '/d/sub/m.so']);
});
