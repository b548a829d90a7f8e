import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildElf } from '../builders/elf.ts';
import { directory, file, symlink } from '../builders/tar.ts';
import { exe, glibc, Image, lib, loaded, missing } from './image.ts';

test('libraries for better CPUs are kept besides the plain one, for all levels, in every kind of directory', () => {
  const levels = ['x86-64-v4', 'x86-64-v3', 'x86-64-v2'].map((level) => `d/glibc-hwcaps/${level}/l.so`);
  const members = [
    exe('bin/main', { needed: ['l.so'], runpath: '/d' }),
    lib('d/l.so'),
    ...levels.map((path) => lib(path)),
  ];
  assert.deepEqual(loaded(members).sort(), ['/d/l.so', ...levels.map((path) => `/${path}`)].sort());
  assert.deepEqual(loaded([...members, lib('d/glibc-hwcaps/power9/l.so')]).length, 4);
  const system = [exe('bin/main', { needed: ['l.so'] }), lib('lib/glibc-hwcaps/x86-64-v2/l.so')];
  assert.deepEqual(loaded(system), ['/lib/glibc-hwcaps/x86-64-v2/l.so']);
});

test('what such a library needs is kept, too', () => {
  const members = [
    exe('bin/main', { needed: ['l.so'], runpath: '/d' }),
    lib('d/l.so'),
    lib('d/glibc-hwcaps/x86-64-v3/l.so', { needed: ['m.so'] }),
    lib('lib/m.so'),
  ];
  assert.ok(loaded(members).includes('/lib/m.so'));
});

test('tls/ and platform directories are of glibc up to 2.36', () => {
  const members = (version: string) => [
    glibc(version),
    exe('bin/main', { needed: ['l.so'], runpath: '/d' }),
    lib('d/l.so'),
    lib('d/tls/l.so'),
    lib('d/tls/haswell/x86_64/l.so'),
    lib('d/other/l.so'),
    lib('d/tls/other/l.so'),
  ];
  const paths = (version: string) => new Image(members(version)).program().edges.map(({ path }) => path);
  assert.deepEqual(paths('2.36').sort(), ['/d/l.so', '/d/tls/haswell/x86_64/l.so', '/d/tls/l.so']);
  assert.deepEqual(paths('2.31').length, 3);
  for (const version of ['2.37', '2.41', '3.0']) assert.deepEqual(paths(version), ['/d/l.so']);
});

const GOOD = buildElf({ soname: 'l.so' });

/** A good library with one byte of its header replaced. */
function patched(at: number, byte: number): Buffer {
  const copy = Buffer.from(GOOD);
  copy[at] = byte;
  return copy;
}

test('a first candidate for another machine or class is passed over', () => {
  const wrong: [string, Buffer][] = [
    ['another machine', buildElf({ machine: 183 })],
    ['another class', buildElf({ class: 32, machine: 3 })],
    ['x32', buildElf({ class: 32 })],
    ['another machine and byte order', buildElf({ machine: 22, byteOrder: 'big' })],
    ['another class, broken further behind', buildElf({ class: 32, needed: ['x'] }).subarray(0, 100)],
    ['another machine of a foreign system', buildElf({ machine: 183, osabi: 9 })],
  ];
  for (const [what, bytes] of wrong) {
    const members = [exe('bin/main', { needed: ['l.so'], runpath: '/d1:/d2' }), file('d1/l.so', bytes), lib('d2/l.so')];
    assert.deepEqual(loaded(members), ['/d2/l.so'], what);
  }
});

test('one that is no library at all ends the search, although a good one follows', () => {
  const bad: [string, ReturnType<typeof file>][] = [
    ['empty', file('d1/l.so', '')],
    ['short', file('d1/l.so', GOOD.subarray(0, 40))],
    ['a linker script', file('d1/l.so', '/* GNU ld script */ GROUP ( /lib/l.so )')],
    ['a directory', directory('d1/l.so')],
    ['a fifo', { name: 'd1/l.so', type: 'fifo' }],
    ['another byte order', file('d1/l.so', buildElf({ byteOrder: 'big', machine: 0x3e00 }))],
    ['a program', file('d1/l.so', buildElf({ type: 'executable', needed: [] }))],
    ['a position-independent program', file('d1/l.so', buildElf({ pie: true }))],
    ['no dynamic section', file('d1/l.so', buildElf())],
    ['a foreign OSABI', file('d1/l.so', patched(7, 9))],
    ['a relocatable file', file('d1/l.so', buildElf({ type: 'relocatable' }))],
    ['another ELF version', file('d1/l.so', patched(6, 2))],
  ];
  for (const [what, member] of bad) {
    const members = [exe('bin/main', { needed: ['l.so'], runpath: '/d1:/d2' }), member, lib('d2/l.so')];
    assert.deepEqual(loaded(members), [], what);
    assert.match(missing(members).join(), /^l\.so by \/bin\/main: \/d1\/l\.so: its? /, what);
  }
});

test('a dangling link is passed over', () => {
  const members = [
    exe('bin/main', { needed: ['l.so'], runpath: '/d1:/d2' }),
    symlink('d1/l.so', '/gone'),
    lib('d2/l.so'),
  ];
  assert.deepEqual(loaded(members), ['/d2/l.so']);
});

test('GNU is an OSABI of its own', () => {
  const members = [exe('bin/main', { needed: ['l.so'], runpath: '/d' }), lib('d/l.so', { osabi: 3 })];
  assert.deepEqual(loaded(members), ['/d/l.so']);
});

test('a search goes on behind what only some CPUs have, into the other lists', () => {
  const v3 = 'glibc-hwcaps/x86-64-v3';
  const members = [
    exe('bin/main', { needed: ['l.so'], runpath: '/d' }),
    lib(`d/${v3}/l.so`),
    lib(`lib/${v3}/l.so`),
    lib('usr/lib/l.so'),
  ];
  assert.deepEqual(loaded(members), ['/usr/lib/l.so', `/lib/${v3}/l.so`, `/d/${v3}/l.so`]);
});

test('what ends the search on some CPUs is told, and the rest is kept', () => {
  const members = [
    exe('bin/main', { needed: ['l.so'], runpath: '/d' }),
    file('d/glibc-hwcaps/x86-64-v3/l.so', 'broken'),
    lib('d/l.so'),
  ];
  assert.deepEqual(loaded(members), ['/d/l.so']);
  const why = '/d/glibc-hwcaps/x86-64-v3/l.so: it is not an ELF file';
  assert.deepEqual(missing(members), [`l.so by /bin/main: ${why}`]);
});

test('a circle of links, or a link through a file, ends its list and not the search', () => {
  for (const target of ['l.so', '/bin/main/x']) {
    const members = (...more: ReturnType<typeof lib>[]) => [
      exe('bin/main', { needed: ['l.so'], runpath: '/d1:/d2' }),
      symlink('d1/l.so', target),
      lib('d2/l.so'),
      ...more,
    ];
    assert.deepEqual(missing(members()), ['l.so by /bin/main']);
    assert.deepEqual(loaded(members(lib('lib/l.so'))), ['/lib/l.so']);
  }
});

test('of MIPS and RISC-V the ABI in the flags has to be the same', () => {
  for (const [machine, flags] of [
    [8, 0x400],
    [243, 0x4],
  ] as const) {
    const members = [
      exe('bin/main', { machine, flags, needed: ['l.so'], runpath: '/d1:/d2' }),
      lib('d1/l.so', { machine }),
      lib('d2/l.so', { machine, flags: flags | 0x1000 }),
    ];
    assert.deepEqual(loaded(members), ['/d2/l.so']);
  }
});
