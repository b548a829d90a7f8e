import assert from 'node:assert/strict';
import { test } from 'node:test';
import { glibcVersion, interpreterParameters } from '../../src/elf/interpreter-parameters.ts';
import { buildElf } from '../builders/elf.ts';
import { FORMS, opened, realFiles } from './sources.ts';

/** The strings that matter of a loader of Debian 12, in its order. */
function debian(triplet: string): string[] {
  return [
    ...[`/lib/${triplet}/`, `/usr/lib/${triplet}/`, '/lib/', '/usr/lib/', 'GLIBC_TUNABLES', '/var/tmp', '/var/profile'],
    ...['libs', 'ORIGIN', 'PLATFORM', 'LIB', `lib/${triplet}`, 'libc.so.6', '/proc/self/exe', '/etc/ld.so.cache'],
    ...['/usr', '/etc', 'stable', 'haswell', 'ld.so (Debian GLIBC 2.36-9) stable release version 2.36.\nCopyright'],
    '  --inhibit-cache       Do not use /etc/ld.so.cache',
  ];
}

for (const form of FORMS) {
  test(`a loader's parameters: ${form.class} bits, ${form.byteOrder} endian`, () => {
    const { source, elf } = opened(buildElf({ ...form, soname: 'ld.so.1', strings: debian('s390x-linux-gnu') }));
    assert.deepEqual(interpreterParameters(source, elf), {
      systemDirectories: ['/lib/s390x-linux-gnu', '/usr/lib/s390x-linux-gnu', '/lib', '/usr/lib'],
      cachePath: '/etc/ld.so.cache',
      version: '2.36',
      lib: 'lib/s390x-linux-gnu',
      platforms: ['haswell'],
    });
  });
}

test('the other ways to build a loader', () => {
  const parameters = (...strings: string[]): unknown => {
    const { source, elf } = opened(buildElf({ strings }));
    const { systemDirectories, cachePath, lib, version } = interpreterParameters(source, elf);
    return [systemDirectories.join(' '), cachePath, lib, version];
  };
  assert.deepEqual(parameters('/lib64/', '/usr/lib64/', 'x', 'lib64', 'lib'), [
    '/lib64 /usr/lib64',
    undefined,
    'lib64',
    undefined,
  ]);
  const store = '/nix/store/abc-glibc-2.38-27';
  assert.deepEqual(parameters('/proc/self/', 'x', `${store}/lib/`, 'y', `${store}/etc/ld.so.cache`), [
    `${store}/lib`,
    `${store}/etc/ld.so.cache`,
    undefined,
    undefined,
  ]);
  // A compiler merged the first copy's beginning into something else: seen on sparc64, mips, hppa and m68k.
  assert.deepEqual(
    parameters('?/lib/mips-linux-gnu/', '/usr/lib/', '/lib/', 'z', '/lib/mips-linux-gnu/', '/usr/lib/', '/lib/'),
    ['/lib/mips-linux-gnu /usr/lib /lib', undefined, undefined, undefined],
  );
  assert.deepEqual(parameters('GNU C Library (Ubuntu GLIBC 2.41-6) development release version 2.41.9000.\n'), [
    '',
    undefined,
    undefined,
    '2.41.9000',
  ]);
  assert.deepEqual(parameters('/lib:/usr/local/lib:/usr/lib', '/etc/ld-musl-x86_64.path'), [
    '',
    undefined,
    undefined,
    undefined,
  ]);
});

test('the loader and the C library of this machine', (t) => {
  const { interpreter, libc, libcPath = '' } = realFiles();
  if (interpreter === undefined || libc === undefined) return t.skip('not a system with glibc');
  const { source, elf } = opened(interpreter);
  const { systemDirectories, cachePath, lib } = interpreterParameters(source, elf);
  const directory = libcPath.slice(0, libcPath.lastIndexOf('/')).replace(/^\/usr/, '');
  assert.ok(systemDirectories.includes(directory) && systemDirectories.includes(`/usr${directory}`), directory);
  assert.equal(cachePath, '/etc/ld.so.cache');
  assert.equal(lib, directory.slice(1));
  const library = opened(libc);
  const { glibcVersionRuntime } = (process.report.getReport() as { header: { glibcVersionRuntime: string } }).header;
  assert.equal(glibcVersion(library.source, library.elf), glibcVersionRuntime);
});
