import assert from 'node:assert/strict';
import { chownSync } from 'node:fs';
import { test } from 'node:test';
import { GLIBC } from './agree.ts';
import { LoaderRoot } from './root.ts';

const NOBODY = 65534;

/** What user nobody's start of a setuid program has in its memory, and what is kept where the image's user is nobody. */
async function asNobody(root: LoaderRoot, env: Readonly<Record<string, string>> = {}, program = '/bin/main') {
  root.chmod(program, 0o4755);
  const loaded = await root.run(program, { user: NOBODY, env });
  const Env = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const { files } = root.kept(program, { User: 'nobody', Env });
  assert.deepEqual(loaded.failed ? files.filter((path) => !GLIBC.includes(path)) : files, loaded.files, loaded.output);
  return files.filter((path) => !GLIBC.includes(path));
}

test('a setuid program ignores LD_LIBRARY_PATH; root’s start of it does not', async () => {
  using root = await LoaderRoot.glibc();
  await root.library('/env/liba.so');
  await root.library('/lib/liba.so');
  await root.program('/bin/main', { needed: ['liba.so'] });
  const env = { LD_LIBRARY_PATH: '/env' };
  assert.deepEqual(await asNobody(root, env), ['usr/lib/liba.so']);
  const byRoot = await root.run('/bin/main', { env });
  assert.ok(byRoot.files.includes('env/liba.so'), byRoot.output);
  // In a container that starts as root either may happen.
  const { files } = root.kept('/bin/main', { Env: ['LD_LIBRARY_PATH=/env'] });
  assert.deepEqual(files, ['env/liba.so', 'usr/lib/liba.so', ...GLIBC].sort());
  // But not where it belongs to someone else.
  chownSync(root.at('/bin/main'), 1, 1);
  root.chmod('/bin/main', 0o4755);
  assert.ok((await root.run('/bin/main', { env })).files.includes('usr/lib/liba.so'));
  const { files: foreign } = root.kept('/bin/main', { Env: ['LD_LIBRARY_PATH=/env'] });
  assert.deepEqual(foreign, ['usr/lib/liba.so', ...GLIBC].sort());
});

test('of preloads it takes those without a slash that are setuid themselves, by the default directories', async () => {
  using root = await LoaderRoot.glibc();
  for (const name of ['p', 'q', 'r']) await root.library(`/lib/lib${name}.so`);
  await root.program('/bin/main', {});
  root.chmod('/lib/libq.so', 0o4755);
  root.chmod('/lib/libr.so', 0o4755);
  assert.deepEqual(await asNobody(root, { LD_PRELOAD: 'libp.so libq.so /lib/libr.so' }), ['usr/lib/libq.so']);
  // The administrator's file may name paths.
  root.write('/etc/ld.so.preload', '/lib/libp.so\n');
  assert.deepEqual(await asNobody(root), ['usr/lib/libp.so']);
});

test('its $ORIGIN has to be below a default directory, those of its libraries need not', async () => {
  using root = await LoaderRoot.glibc();
  for (const directory of ['/opt/app', '/usr/lib/app']) {
    await root.program(`${directory}/main`, { needed: ['liba.so'], runpath: '$ORIGIN/../app' });
    await root.library(`${directory}/liba.so`);
  }
  assert.deepEqual(await asNobody(root, {}, '/opt/app/main'), []);
  assert.deepEqual(await asNobody(root, {}, '/usr/lib/app/main'), ['usr/lib/app/liba.so']);
  await root.program('/usr/lib/app/main', { needed: ['liba.so'], runpath: '/usr/$ORIGIN:$ORIGIN' });
  assert.deepEqual(await asNobody(root, {}, '/usr/lib/app/main'), ['usr/lib/app/liba.so']);

  await root.program('/opt/main', { needed: ['liba.so'], runpath: '/opt/app' });
  await root.library('/opt/app/liba.so', { needed: ['libb.so'], runpath: '$ORIGIN/sub' });
  await root.library('/opt/app/sub/libb.so');
  assert.deepEqual(await asNobody(root, {}, '/opt/main'), ['opt/app/liba.so', 'opt/app/sub/libb.so']);
});

test('and it refuses tokens in its needs', async () => {
  using root = await LoaderRoot.glibc();
  await root.program('/usr/lib/app/main', { needed: ['$ORIGIN/liba.so'] });
  await root.library('/usr/lib/app/liba.so');
  assert.deepEqual(await asNobody(root, {}, '/usr/lib/app/main'), []);
  assert.deepEqual(root.kept('/usr/lib/app/main', { User: 'nobody' }).missing, ['$ORIGIN/liba.so']);
});
