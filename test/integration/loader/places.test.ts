import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { test } from 'node:test';
import { readElf } from '../../../src/elf/elf-file.ts';
import { glibcVersion } from '../../../src/elf/interpreter-parameters.ts';
import { opened } from '../../elf/sources.ts';
import { agree, GLIBC } from './agree.ts';
import { LoaderRoot } from './root.ts';

const LOADER = '/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2';

test('/usr/local/lib counts by the cache alone', async () => {
  using root = await LoaderRoot.glibc();
  await root.library('/usr/local/lib/liba.so.1');
  await root.program('/bin/main', { needed: ['liba.so.1'] });
  root.write('/etc/ld.so.conf', '/usr/local/lib\n');
  // The configuration alone does nothing.
  await agree(root, { missing: ['liba.so.1'] });
  await root.ldconfig('-X');
  await agree(root, { files: ['usr/local/lib/liba.so.1'] });
  const { closure } = root.kept('/bin/main');
  assert.ok(closure.kept.has('etc/ld.so.cache' as never));
  assert.ok(!closure.kept.has('etc/ld.so.conf' as never));
  // Of two in the cache the first counts, and a stale entry leaves the default directories.
  await root.library('/lib/liba.so.1');
  await root.ldconfig('-X');
  await agree(root, { files: ['usr/local/lib/liba.so.1'] });
  rmSync(root.at('/usr/local/lib/liba.so.1'));
  await agree(root, { files: ['usr/lib/liba.so.1'] });
});

test('the cache in each of its formats', async () => {
  using root = await LoaderRoot.glibc();
  await root.library('/usr/local/lib/liba.so.1');
  await root.program('/bin/main', { needed: ['liba.so.1'] });
  root.write('/etc/ld.so.conf', '/usr/local/lib\n');
  for (const format of ['new', 'compat', 'old']) {
    await root.ldconfig('-X', '-c', format);
    await agree(root, { files: ['usr/local/lib/liba.so.1'] });
  }
});

test('cache entries for another architecture are passed over', async () => {
  using root = await LoaderRoot.glibc();
  for (const directory of ['first', 'second']) await root.library(`/opt/${directory}/liba.so.1`);
  // An i386 library as ldconfig sees it; its name is the same.
  root.patch('/opt/first/liba.so.1', { 4: 1, 18: 3 });
  await root.program('/bin/main', { needed: ['liba.so.1'] });
  root.write('/etc/ld.so.conf', '/opt/first\n/opt/second\n');
  await root.ldconfig('-X');
  await agree(root, { files: ['opt/second/liba.so.1'] });
});

test('directories for better CPUs: the loader takes one of those that are kept', async () => {
  using root = await LoaderRoot.glibc();
  const levels = ['x86-64-v2', 'x86-64-v3', 'x86-64-v4'].map((level) => `glibc-hwcaps/${level}/`);
  await root.program('/bin/main', { needed: ['liba.so.1', 'libb.so.1'], runpath: '/d' });
  for (const place of ['', ...levels]) await root.library(`/d/${place}liba.so.1`);
  // One that only some CPUs have there: the search goes on for the others.
  await root.library(`/d/${levels[1]}libb.so.1`, { needed: ['libextra.so.1'] });
  await root.library('/lib/libb.so.1');
  await root.library('/lib/libextra.so.1');
  const kept = root.kept('/bin/main');
  const wanted = ['', ...levels].map((place) => `d/${place}liba.so.1`);
  const others = [`d/${levels[1]}libb.so.1`, 'usr/lib/libb.so.1', 'usr/lib/libextra.so.1'];
  assert.deepEqual([kept.files, kept.missing], [[...wanted, ...others, ...GLIBC].sort(), []]);
  await subset(root);
});

test('the same through the cache', async () => {
  using root = await LoaderRoot.glibc();
  const levels = ['x86-64-v2', 'x86-64-v3', 'x86-64-v4'].map((level) => `glibc-hwcaps/${level}/`);
  for (const place of ['', ...levels]) await root.library(`/usr/local/lib/${place}liba.so.1`);
  await root.library(`/usr/local/lib/${levels[1]}libb.so.1`);
  await root.library('/lib/libb.so.1');
  await root.program('/bin/main', { needed: ['liba.so.1', 'libb.so.1'] });
  root.write('/etc/ld.so.conf', '/usr/local/lib\n');
  await root.ldconfig('-X');
  const { files } = root.kept('/bin/main');
  const wanted = ['', ...levels].map((place) => `usr/local/lib/${place}liba.so.1`);
  const others = [`usr/local/lib/${levels[1]}libb.so.1`, 'usr/lib/libb.so.1'];
  assert.deepEqual(files, [...wanted, ...others, ...GLIBC].sort());
  await subset(root);
});

test('tls/ and platform directories count up to glibc 2.36', async () => {
  using root = await LoaderRoot.glibc();
  const places = ['tls/haswell/x86_64/', 'tls/', 'haswell/', 'x86_64/'];
  await root.program('/bin/main', { needed: ['liba.so.1', 'libb.so.1'], runpath: '/d' });
  for (const place of ['', ...places, 'other/']) await root.library(`/d/${place}liba.so.1`);
  await root.library('/d/tls/libb.so.1');
  const { elf, source } = opened(root.read(LOADER));
  const version = glibcVersion(source, elf) ?? '';
  const legacy = Number(version.split('.')[1]) <= 36;
  const plain = ['d/liba.so.1'];
  const all = ['d/tls/libb.so.1', ...plain, ...places.map((place) => `d/${place}liba.so.1`)];
  assert.deepEqual(root.kept('/bin/main').files, [...(legacy ? all : plain), ...GLIBC].sort());
  await subset(root);

  const at = root.read(LOADER).indexOf(`release version ${version}`) + 'release version '.length;
  for (const [other, files] of [
    ['2.36', all],
    ['2.41', plain],
  ] as const) {
    root.patch(LOADER, Object.fromEntries([...Buffer.from(other)].map((byte, index) => [at + index, byte])));
    assert.ok(!('defect' in readElf(opened(root.read(LOADER)).source)));
    assert.deepEqual(root.kept('/bin/main').files, [...files, ...GLIBC].sort(), other);
  }
});

/** What this machine's CPU makes the loader take is among what is kept. */
async function subset(root: LoaderRoot): Promise<void> {
  const loaded = await root.trace('/bin/main');
  const { files } = root.kept('/bin/main');
  assert.ok(loaded.files.length > GLIBC.length, loaded.output);
  assert.deepEqual(
    loaded.files.filter((path) => !files.includes(path)),
    [],
  );
}
