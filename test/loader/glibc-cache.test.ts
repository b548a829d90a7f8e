import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildElf } from '../builders/elf.ts';
import { file, program, symlink } from '../builders/tar.ts';
import { cache, exe, Image, lib, loaded, missing } from './image.ts';

test('a library outside the default directories needs the cache', () => {
  const members = [exe('bin/main', { needed: ['l.so'] }), lib('usr/local/lib/l.so')];
  assert.deepEqual(missing(members), ['l.so by /bin/main']);
  assert.deepEqual(loaded([...members, cache({ name: 'l.so', path: '/usr/local/lib/l.so' })]), ['/usr/local/lib/l.so']);
});

test('the cache’s first entry for a name is the only one, and comes before the default directories', () => {
  const members = [exe('bin/main', { needed: ['l.so'] }), lib('usr/local/lib/l.so'), lib('lib/l.so')];
  const two = cache({ name: 'l.so', path: '/usr/local/lib/l.so' }, { name: 'l.so', path: '/lib/l.so' });
  assert.deepEqual(loaded([...members, two]), ['/usr/local/lib/l.so']);
});

test('where that one is gone, no second one is tried, but the default directories are', () => {
  const members = [exe('bin/main', { needed: ['l.so'] }), lib('opt/l.so')];
  const stale = cache({ name: 'l.so', path: '/gone/l.so' }, { name: 'l.so', path: '/opt/l.so' });
  assert.deepEqual(missing([...members, stale]), ['l.so by /bin/main']);
  assert.deepEqual(loaded([...members, stale, lib('usr/lib/l.so')]), ['/usr/lib/l.so']);
});

test('the cache’s entries for other machines don’t count', () => {
  const members = [exe('bin/main', { needed: ['l.so'] }), lib('a/l.so'), lib('b/l.so')];
  const mixed = cache({ name: 'l.so', path: '/b/l.so', flags: 0x003 }, { name: 'l.so', path: '/a/l.so' });
  assert.deepEqual(loaded([...members, mixed]), ['/a/l.so']);
});

test('a cache’s entries for all CPUs count, and the plain one', () => {
  const hwcaps = 'a/glibc-hwcaps/x86-64-v3/l.so';
  const members = [exe('bin/main', { needed: ['l.so'] }), lib('a/l.so'), lib(hwcaps), lib('b/l.so')];
  const entries = cache(
    { name: 'l.so', path: `/${hwcaps}`, hwcapName: 'x86-64-v3' },
    { name: 'l.so', path: '/a/l.so' },
    { name: 'l.so', path: '/b/l.so' },
  );
  assert.deepEqual(loaded([...members, entries]).sort(), [`/${hwcaps}`, '/a/l.so'].sort());
});

test('a broken cache is none', () => {
  const members = [exe('bin/main', { needed: ['l.so'] }), lib('lib/l.so')];
  for (const content of ['', 'garbage', 'glibc-ld.so.cache1.1']) {
    assert.deepEqual(loaded([...members, file('etc/ld.so.cache', content)]), ['/lib/l.so']);
  }
  assert.deepEqual(loaded([...members, symlink('etc/ld.so.cache', '/gone')]), ['/lib/l.so']);
});

test('the flags that count are those of the loader’s own file: ARM’s programs may not say their float ABI', () => {
  const hard = { machine: 40, class: 32, flags: 0x0500_0400 } as const;
  const interpreter = '/lib/ld-linux-armhf.so.3';
  const strings = ['/lib/', '/usr/lib/', '/etc/ld.so.cache'];
  const members = [
    program(interpreter.slice(1), buildElf({ ...hard, soname: 'ld-linux-armhf.so.3', strings })),
    exe('bin/main', { ...hard, flags: 0x0500_0000, interpreter, needed: ['l.so'] }),
    lib('soft/l.so', { ...hard, flags: 0x0500_0200 }),
    lib('hard/l.so', hard),
    cache({ name: 'l.so', path: '/soft/l.so', flags: 0xb03 }, { name: 'l.so', path: '/hard/l.so', flags: 0x903 }),
  ];
  assert.deepEqual(
    new Image(members).program().edges.map(({ path }) => path),
    ['/hard/l.so'],
  );
});
