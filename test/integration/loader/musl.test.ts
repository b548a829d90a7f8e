import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LoaderRoot, type Start } from './root.ts';

const LOADER = 'lib/ld-musl-x86_64.so.1';

/** musl's own loader lists what it would load, where it is called as a program of its own. */
async function agree(
  root: LoaderRoot,
  expected: { files: readonly string[]; failed?: boolean },
  start: Start = {},
): Promise<void> {
  const loaded = await root.run('/bin/main', start);
  const Env = Object.entries(start.env ?? {}).map(([name, value]) => `${name}=${value}`);
  const kept = root.kept('/bin/main', { Env, WorkingDir: start.cwd ?? '/' });
  const failed = expected.failed ?? false;
  assert.equal(loaded.failed, failed, loaded.output);
  const own = loaded.files.filter((path) => path !== LOADER);
  if (!failed) assert.deepEqual(own, [...expected.files].sort(), loaded.output);
  assert.deepEqual(
    kept.files.filter((path) => path !== LOADER),
    [...expected.files].sort(),
  );
  const problems = kept.closure.findings.filter(({ kind }) => kind !== 'provided-by-host');
  assert.equal(problems.length > 0, failed, JSON.stringify(problems));
}

test('RPATH and RUNPATH are one, and are handed down to all that is loaded', async () => {
  using root = await LoaderRoot.musl();
  await root.library('/d/liba.so', { needed: ['libb.so'] });
  await root.library('/d/libb.so');
  for (const kind of ['rpath', 'runpath'] as const) {
    await root.program('/bin/main', { needed: ['liba.so'], [kind]: '/d' });
    await agree(root, { files: ['d/liba.so', 'd/libb.so'] });
  }
  // A path of the library's own comes first, and takes nothing away.
  await root.library('/d/liba.so', { needed: ['libb.so'], runpath: '/none' });
  await agree(root, { files: ['d/liba.so', 'd/libb.so'] });
});

test('the path file replaces the built-in directories, and is kept; an empty one leaves none', async () => {
  using root = await LoaderRoot.musl();
  await root.program('/bin/main', { needed: ['liba.so'] });
  await root.library('/usr/local/lib/liba.so');
  await agree(root, { files: ['usr/local/lib/liba.so'] });
  root.write('/etc/ld-musl-x86_64.path', '/none\n/d:/e\n');
  await agree(root, { files: [], failed: true });
  await root.library('/e/liba.so');
  await agree(root, { files: ['e/liba.so'] });
  assert.ok(root.kept('/bin/main').closure.kept.has('etc/ld-musl-x86_64.path' as never));
  root.write('/etc/ld-musl-x86_64.path', '');
  await agree(root, { files: [], failed: true });
});

test('LD_LIBRARY_PATH comes first, preloads behind it with nobody’s RPATH', async () => {
  using root = await LoaderRoot.musl();
  await root.program('/bin/main', { needed: ['liba.so'], rpath: '/own' });
  for (const directory of ['own', 'env']) await root.library(`/${directory}/liba.so`);
  await agree(root, { files: ['own/liba.so'] });
  await agree(root, { files: ['env/liba.so'] }, { env: { LD_LIBRARY_PATH: '/none:/env' } });
  await root.library('/own/libp.so');
  await root.library('/lib/libq.so');
  const env = { LD_PRELOAD: 'libp.so:libq.so none.so' };
  await agree(root, { files: ['lib/libq.so', 'own/liba.so'] }, { env });
});

test('no soname, no directories for CPUs, and no passing over of what is for another machine', async () => {
  using root = await LoaderRoot.musl();
  await root.program('/bin/main', { needed: ['alias.so', 'libv.so.1'], rpath: '/d1:/d2' });
  await root.library('/d1/alias.so', { soname: 'libv.so.1' });
  await root.library('/d1/glibc-hwcaps/x86-64-v2/alias.so');
  await root.library('/d2/libv.so.1');
  await agree(root, { files: ['d1/alias.so', 'd2/libv.so.1'] });
  root.write('/d1/libv.so.1', 'no library');
  await agree(root, { files: ['d1/alias.so'], failed: true });
});

test('a circle of links ends the whole search', async () => {
  using root = await LoaderRoot.musl();
  await root.program('/bin/main', { needed: ['liba.so'], rpath: '/d1:/d2' });
  root.link('/d1/liba.so', 'liba.so');
  await root.library('/d2/liba.so');
  await root.library('/lib/liba.so');
  await agree(root, { files: [], failed: true });
});

test('$ORIGIN is expanded, even in front of a letter; any other token voids the list', async () => {
  using root = await LoaderRoot.musl();
  await root.library('/opt/lib/liba.so');
  await root.library('/opt/binary/libb.so');
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a token of the loader
  await root.program('/opt/bin/main', { needed: ['liba.so', 'libb.so'], rpath: '${ORIGIN}/../lib:$ORIGINary' });
  root.link('/bin/main', '/opt/bin/main');
  await agree(root, { files: ['opt/binary/libb.so', 'opt/lib/liba.so'] });
  await root.program('/opt/bin/main', { needed: ['liba.so'], rpath: '/opt/lib:$LIB' });
  await agree(root, { files: [], failed: true });
});

test('names with a slash, and what is built in', async () => {
  using root = await LoaderRoot.musl();
  await root.library('/cwd/sub/libn.so');
  await root.program('/bin/main', {
    needed: ['sub/libn.so', 'libpthread.so.0', 'libdl.so.2', 'libc.musl-x86_64.so.1'],
  });
  await agree(root, { files: ['cwd/sub/libn.so'] }, { cwd: '/cwd' });
  await agree(root, { files: [], failed: true });
  await root.program('/bin/main', { needed: ['libresolv.so.2'] });
  await agree(root, { files: [], failed: true });
});

test('a loader that is not called as musl’s usually is', async () => {
  using root = await LoaderRoot.musl();
  root.copy('/lib/ld-musl-x86_64.so.1', '/opt/musl/lib/libc.so');
  root.chmod('/opt/musl/lib/libc.so', 0o755);
  root.write('/opt/musl/etc/ld-musl-x86_64.path', '/d');
  await root.library('/d/liba.so');
  await root.program('/bin/main', { needed: ['liba.so'] });
  await root.patchelf('/bin/main', '--set-interpreter', '/opt/musl/lib/libc.so');
  const loaded = await root.run('/bin/main');
  assert.deepEqual(loaded.files, ['d/liba.so', 'opt/musl/lib/libc.so'], loaded.output);
  assert.deepEqual(root.kept('/bin/main').files, loaded.files);
});
