import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { test } from 'node:test';
import { agree } from './agree.ts';
import { type LinkSpec, LoaderRoot } from './root.ts';

/** Three libraries, each needing the next, in a folder each. */
async function chain(root: LoaderRoot, specs: { main: LinkSpec; a?: LinkSpec; b?: LinkSpec }): Promise<void> {
  await root.program('/bin/main', { needed: ['liba.so'], ...specs.main });
  await root.library('/d1/liba.so', { needed: ['libb.so'], ...specs.a });
  await root.library('/d2/libb.so', { needed: ['libc_.so'], ...specs.b });
  await root.library('/d3/libc_.so');
}

const ALL = ['d1/liba.so', 'd2/libb.so', 'd3/libc_.so'];

test('RUNPATH and RPATH, of the program and of its libraries', async () => {
  using root = await LoaderRoot.glibc();
  await chain(root, { main: { runpath: '/d1:/d2:/d3' } });
  await agree(root, { files: ['d1/liba.so'], missing: ['libb.so'] });
  await chain(root, { main: { rpath: '/d1:/d2:/d3' } });
  await agree(root, { files: ALL });
  await chain(root, { main: { rpath: '/d1:/d2:/d3' }, a: { runpath: '/none' } });
  await agree(root, { files: ['d1/liba.so'], missing: ['libb.so'] });
  await chain(root, { main: { runpath: '/d1' }, a: { rpath: '/d2:/d3' } });
  await agree(root, { files: ALL });
  // An empty RUNPATH is one, too.
  await chain(root, { main: { rpath: '/d1:/d2:/d3' }, a: { rpath: '/d2' }, b: { runpath: '' } });
  await agree(root, { files: ['d1/liba.so', 'd2/libb.so'], missing: ['libc_.so'] });
});

test('dlopen from a library uses that library’s RUNPATH, and the program’s RPATH', async () => {
  using root = await LoaderRoot.glibc();
  const text = '#include <dlfcn.h>\nvoid *open_it(void) { return dlopen("libp.so", RTLD_NOW); }';
  const main =
    '#define _GNU_SOURCE\n#include <dlfcn.h>\n#include <link.h>\n#include <stdio.h>\n' +
    'static int show(struct dl_phdr_info *i, size_t s, void *d) { if (*i->dlpi_name == 47) printf("LOADED %s\\n", i->dlpi_name); return 0; }\n' +
    'int main(void) { if (!((void *(*)(void))dlsym(RTLD_DEFAULT, "open_it"))()) puts("MISSING libp.so"); dl_iterate_phdr(show, 0); return 0; }';
  const opened = async (program: LinkSpec, library: LinkSpec) => {
    await root.program('/bin/main', { needed: ['libl.so'], text: main, ...program });
    await root.library('/d1/libl.so', { needed: ['libc.so.6'], text, ...library });
    const loaded = await root.run('/bin/main');
    const { files } = root.kept('/bin/main', {}, { dlopen: 'certain' });
    assert.deepEqual(files, loaded.files, loaded.output);
    return files.filter((path) => path.startsWith('d'));
  };
  await root.library('/d2/libp.so', { needed: ['libq.so'] });
  await root.library('/d3/libq.so');
  assert.deepEqual(await opened({ runpath: '/d1:/d2:/d3' }, {}), ['d1/libl.so']);
  assert.deepEqual(await opened({ rpath: '/d1:/d2:/d3' }, {}), ['d1/libl.so', 'd2/libp.so', 'd3/libq.so']);
  await root.library('/d2/libp.so');
  assert.deepEqual(await opened({ runpath: '/d1' }, { runpath: '/d2' }), ['d1/libl.so', 'd2/libp.so']);
  assert.deepEqual(await opened({ rpath: '/d1:/d2' }, { runpath: '/none' }), ['d1/libl.so']);
});

test('$ORIGIN of a library is beside the link by which it was found, that of a program beside the program', async () => {
  using root = await LoaderRoot.glibc();
  await root.program('/bin/main', { needed: ['liba.so'], runpath: '/links' });
  await root.library('/real/liba.so', { needed: ['libb.so'], runpath: '$ORIGIN' });
  root.link('/links/liba.so', '../real/liba.so');
  await root.library('/real/libb.so');
  await agree(root, { files: ['real/liba.so'], missing: ['libb.so'] });
  await root.library('/links/libb.so');
  await agree(root, { files: ['links/libb.so', 'real/liba.so'] });

  await root.program('/opt/app/bin/main', { needed: ['libb.so'], runpath: '$ORIGIN/../lib' });
  root.link('/bin/started', '/opt/app/bin/main');
  await root.library('/opt/app/lib/libb.so');
  await root.library('/lib/libb.so');
  await agree(root, { files: ['opt/app/lib/libb.so'] }, { program: '/bin/started' });
});

test('".." behind a link is where the link leads', async () => {
  using root = await LoaderRoot.glibc();
  mkdirSync(root.at('/x/y/z'), { recursive: true });
  root.link('/zl', 'x/y/z');
  await root.library('/x/y/z/liba.so', { needed: ['libb.so'], runpath: '$ORIGIN/..' });
  await root.library('/x/y/libb.so');
  await root.library('/libb.so');
  await root.program('/bin/main', { needed: ['liba.so'], runpath: '/zl' });
  await agree(root, { files: ['x/y/libb.so', 'x/y/z/liba.so'] });
});

test('names with a slash are opened from the working directory; tokens count in them, too', async () => {
  using root = await LoaderRoot.glibc();
  await root.library('/cwd/sub/libn.so', { soname: '' });
  await root.program('/bin/main', { needed: ['sub/libn.so'], runpath: '/cwd' });
  await agree(root, { files: ['cwd/sub/libn.so'] }, { start: { cwd: '/cwd' }, run: { WorkingDir: '/cwd' } });
  await agree(root, { missing: ['sub/libn.so'] });
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a token of the loader
  await root.program('/opt/bin/main', { needed: ['$ORIGIN/../lib/libo.so', '${ORIGIN}/../lib/libp.so'] });
  for (const name of ['o', 'p']) await root.library(`/opt/lib/lib${name}.so`);
  await agree(root, { files: ['opt/lib/libo.so', 'opt/lib/libp.so'] }, { program: '/opt/bin/main' });
});

test('the same tokens in two libraries lead to two files', async () => {
  using root = await LoaderRoot.glibc();
  await root.program('/bin/main', { needed: ['liba.so', 'libb.so'], runpath: '/d1:/d2' });
  for (const [directory, name] of [
    ['d1', 'a'],
    ['d2', 'b'],
  ]) {
    await root.library(`/${directory}/lib${name}.so`, { needed: ['$ORIGIN/libx.so'] });
    await root.library(`/${directory}/libx.so`, { soname: '' });
  }
  await agree(root, { files: ['d1/liba.so', 'd1/libx.so', 'd2/libb.so', 'd2/libx.so'] });
});

test('empty elements are the working directory, and an empty list is nothing', async () => {
  using root = await LoaderRoot.glibc();
  await root.library('/cwd/liba.so');
  const there = { start: { cwd: '/cwd' }, run: { WorkingDir: '/cwd' } };
  for (const [runpath, found] of [
    ['/none::/none', true],
    [':', true],
    ['', false],
  ] as const) {
    await root.program('/bin/main', { needed: ['liba.so'], runpath: runpath === '' ? '/x' : runpath });
    if (runpath === '') await root.patchelf('/bin/main', '--set-rpath', '');
    await agree(root, found ? { files: ['cwd/liba.so'] } : { missing: ['liba.so'] }, there);
  }
});

test('LD_LIBRARY_PATH comes before RUNPATH and behind RPATH', async () => {
  using root = await LoaderRoot.glibc();
  for (const directory of ['own', 'env']) await root.library(`/${directory}/liba.so`);
  for (const value of ['/none:/env', '/none;/env', '$ORIGIN/../../env']) {
    const how = { start: { env: { LD_LIBRARY_PATH: value } }, run: { Env: [`LD_LIBRARY_PATH=${value}`] } };
    await root.program('/bin/main', { needed: ['liba.so'], runpath: '/own' });
    await agree(root, { files: ['env/liba.so'] }, how);
    await root.program('/bin/main', { needed: ['liba.so'], rpath: '/own' });
    await agree(root, { files: ['own/liba.so'] }, how);
  }
});

test('$LIB, $PLATFORM and tokens that the loader does not know', async () => {
  using root = await LoaderRoot.glibc();
  await root.library('/opt/lib/x86_64-linux-gnu/liba.so');
  await root.library('/opt/$FOO/libb.so');
  await root.program('/bin/main', { needed: ['liba.so', 'libb.so'], runpath: '/opt/$LIB:/opt/$FOO:/opt/$LIBX' });
  await agree(root, { files: ['opt/$FOO/libb.so', 'opt/lib/x86_64-linux-gnu/liba.so'] });

  for (const platform of ['x86_64', 'haswell', 'xeon_phi', 'i686']) await root.library(`/opt/${platform}/libp.so`);
  await root.program('/bin/main', { needed: ['libp.so'], runpath: '/opt/$PLATFORM' });
  const loaded = await root.trace('/bin/main');
  const { files } = root.kept('/bin/main');
  // Which one depends on the CPU.
  for (const path of loaded.files) assert.ok(files.includes(path), path);
  assert.ok(!files.includes('opt/i686/libp.so') && files.includes('opt/x86_64/libp.so'));
});

test('a library without default directories finds nothing there, nor through the cache', async () => {
  using root = await LoaderRoot.glibc();
  await root.library('/lib/libdeep.so');
  await root.library('/usr/local/lib/libother.so');
  await root.library('/d/liba.so', { needed: ['libdeep.so', 'libother.so'], flags: ['-Wl,-z,nodefaultlib'] });
  await root.program('/bin/main', { needed: ['liba.so'], runpath: '/d' });
  await agree(root, { files: ['d/liba.so'], missing: ['libdeep.so', 'libother.so'] });
  root.write('/etc/ld.so.conf', '/usr/local/lib\n');
  await root.ldconfig();
  await agree(root, { files: ['d/liba.so', 'usr/local/lib/libother.so'], missing: ['libdeep.so'] });
  // Where another loads it first, it is there.
  await root.program('/bin/main', { needed: ['liba.so', 'libdeep.so'], runpath: '/d' });
  await agree(root, { files: ['d/liba.so', 'usr/lib/libdeep.so', 'usr/local/lib/libother.so'] });
});

test('a link to what only this machine has leads nowhere', async () => {
  using root = await LoaderRoot.glibc();
  using other = await LoaderRoot.glibc();
  await other.library('/lib/liba.so');
  await root.program('/bin/main', { needed: ['liba.so', 'libb.so'], runpath: '/d1:/d2' });
  root.link('/d1', other.at('/lib'));
  root.link('/d2/libb.so', other.at('/lib/liba.so'));
  await agree(root, { missing: ['liba.so', 'libb.so'] });
});
