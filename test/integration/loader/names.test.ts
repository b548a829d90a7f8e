import assert from 'node:assert/strict';
import { test } from 'node:test';
import { agree, GLIBC } from './agree.ts';
import { LoaderRoot } from './root.ts';

test('of two libraries of one soname only the first in breadth-first order is loaded', async () => {
  using root = await LoaderRoot.glibc();
  await root.program('/bin/main', { needed: ['liba.so', 'libb.so'], runpath: '/d1:/d2' });
  await root.library('/d1/liba.so', { needed: ['libdeep.so'], runpath: '/d1' });
  await root.library('/d1/libdeep.so', { needed: ['libv.so.1'], runpath: '/d1' });
  await root.library('/d1/libv.so.1');
  await root.library('/d2/libb.so', { needed: ['libv.so.1'], runpath: '/d2' });
  await root.library('/d2/libv.so.1');
  await agree(root, { files: ['d1/liba.so', 'd1/libdeep.so', 'd2/libb.so', 'd2/libv.so.1'] });
});

test('a library answers for its soname, by whatever name or path it was asked for', async () => {
  using root = await LoaderRoot.glibc();
  await root.library('/lib/libv.so.1');
  await root.library('/lib/alias.so', { soname: 'libv.so.1' });
  await root.program('/bin/main', { needed: ['alias.so', 'libv.so.1'] });
  await agree(root, { files: ['usr/lib/alias.so'] });

  await root.library('/opt/real.so', { soname: 'libw.so.1' });
  await root.library('/lib/libw.so.1');
  await root.program('/bin/main', { needed: ['/opt/real.so', 'libw.so.1'] });
  await agree(root, { files: ['opt/real.so'] });
  await root.program('/bin/main', { needed: ['libw.so.1', '/opt/real.so'] });
  await agree(root, { files: ['opt/real.so', 'usr/lib/libw.so.1'] });
});

test('filters are needed, auxiliary libraries are not; what they need comes before the rest', async () => {
  using root = await LoaderRoot.glibc();
  await root.program('/bin/main', { needed: ['libf.so', 'libz.so'], runpath: '/d' });
  await root.library('/d/libf.so', { runpath: '/d', flags: ['-Wl,-f,libaux.so', '-Wl,-f,libnone.so'] });
  await root.library('/d/libaux.so', { needed: ['libv.so.1'], runpath: '/d/aux' });
  await root.library('/d/aux/libv.so.1');
  await root.library('/d/libz.so', { needed: ['libv.so.1'], runpath: '/d' });
  await root.library('/d/libv.so.1');
  const files = ['d/aux/libv.so.1', 'd/libaux.so', 'd/libf.so', 'd/libz.so'];
  await agree(root, { files }, { by: 'run' });

  // Behind its own needs, which are loaded first.
  await root.library('/d/libf.so', { needed: ['libv.so.1'], runpath: '/d', flags: ['-Wl,-f,libaux.so'] });
  await agree(root, { files: ['d/libaux.so', 'd/libf.so', 'd/libv.so.1', 'd/libz.so'] });

  await root.library('/d/libf.so', { runpath: '/d', flags: ['-Wl,-F,libaux.so'] });
  await agree(root, { files });
  await root.library('/d/libf.so', { runpath: '/d', flags: ['-Wl,-F,libnone.so'] });
  const loaded = await root.trace('/bin/main');
  assert.ok(loaded.missing.includes('libnone.so') || loaded.failed, loaded.output);
  assert.deepEqual(root.kept('/bin/main').missing, ['libnone.so']);
});

/** Objects that the loader has initialised, in all namespaces. */
function initialised(output: string): string[] {
  return [...new Set([...output.matchAll(/calling init: (\/\S+)/g)].map(([, path = '']) => path))];
}

test('auditing libraries are in a namespace of their own, found by the program’s paths', async () => {
  using root = await LoaderRoot.glibc();
  const text = 'unsigned int la_version(unsigned int version) { return version; }';
  await root.library('/d/libaudit_.so', { text, needed: ['libx.so.1'], runpath: '/d/audit' });
  await root.library('/d/audit/libx.so.1');
  await root.library('/d/libx.so.1');
  for (const flag of ['--audit', '--depaudit']) {
    for (const kind of ['rpath', 'runpath'] as const) {
      await root.program('/bin/main', { needed: ['libx.so.1'], [kind]: '/d', flags: [`-Wl,${flag},libaudit_.so`] });
      const { output, failed } = await root.run('/bin/main', { env: { LD_DEBUG: 'files' } });
      assert.equal(failed, false, output);
      const { tree } = root.fixture();
      const files = initialised(output).map((path) => tree.resolve(path).path as string);
      const wanted = ['d/audit/libx.so.1', 'd/libaudit_.so', 'd/libx.so.1', ...GLIBC].sort();
      assert.deepEqual([...files.filter((path) => !GLIBC.includes(path)), ...GLIBC].sort(), wanted, output);
      assert.deepEqual(root.kept('/bin/main').files, wanted);
    }
  }
  // By the environment, too.
  await root.program('/bin/main', { needed: [], runpath: '/none' });
  const env = { LD_AUDIT: '/none.so:/d/libaudit_.so' };
  const { output } = await root.run('/bin/main', { env: { ...env, LD_DEBUG: 'files' } });
  assert.ok(initialised(output).includes('/d/audit/libx.so.1'), output);
  const { files } = root.kept('/bin/main', { Env: Object.entries(env).map(([name, value]) => `${name}=${value}`) });
  assert.deepEqual(files, ['d/audit/libx.so.1', 'd/libaudit_.so', ...GLIBC]);
});

test('preloads of the environment and of /etc/ld.so.preload; missing ones do no harm', async () => {
  using root = await LoaderRoot.glibc();
  await root.program('/bin/main', { needed: ['liba.so'], runpath: '/d' });
  await root.library('/d/liba.so', { needed: ['libv.so.1'], runpath: '/d' });
  await root.library('/d/libv.so.1');
  await root.library('/lib/libp.so', { needed: ['libv.so.1'], runpath: '/p' });
  await root.library('/p/libv.so.1');
  for (const name of ['q', 'r', 's', 't']) await root.library(`/p/lib${name}.so`);
  root.write('/etc/ld.so.preload', '# /p/libs.so\n/p/libq.so:/none.so\t /p/libr.so #/p/libs.so\n');
  const LD_PRELOAD = 'libp.so:/p/libt.so none.so';
  const start = { env: { LD_PRELOAD } };
  const run = { Env: [`LD_PRELOAD=${LD_PRELOAD}`] };
  // Preloads come behind the program, before what it needs: their needs are looked at first.
  const preloads = ['p/libq.so', 'p/libr.so', 'p/libt.so', 'usr/lib/libp.so'];
  await agree(root, { files: ['d/liba.so', 'p/libv.so.1', ...preloads] }, { start, run, by: 'run' });
  const { closure } = root.kept('/bin/main', run);
  assert.ok(closure.kept.has('etc/ld.so.preload' as never), 'without it nothing would be preloaded');
});

test('a program’s loader is never looked for, whatever it is called', async () => {
  using root = await LoaderRoot.glibc();
  root.copy('/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2', '/opt/own-loader.so');
  await root.program('/bin/main', { needed: ['ld-linux-x86-64.so.2', '/opt/own-loader.so'] });
  await root.patchelf('/bin/main', '--set-interpreter', '/opt/own-loader.so');
  const loaded = await root.run('/bin/main');
  const kept = root.kept('/bin/main');
  assert.deepEqual(loaded.files, ['opt/own-loader.so', GLIBC[1]], loaded.output);
  // The C library can be started as a program, for which it names an interpreter of its own.
  assert.deepEqual([kept.files, kept.missing], [['opt/own-loader.so', ...GLIBC], []]);
  const reasons = kept.closure.kept.get('lib64' as never) ?? [];
  assert.deepEqual(
    reasons
      .map((reason) => (reason.kind === 'on-the-way' ? reason.to : reason))
      .filter(({ kind }) => kind === 'loader'),
    [],
  );
});
