import assert from 'node:assert/strict';
import { test } from 'node:test';
import { agree, GLIBC } from './agree.ts';
import { LoaderRoot } from './root.ts';

const LOADER = '/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2';

test('a patched PT_INTERP: the loader there is the one that counts', async () => {
  using root = await LoaderRoot.glibc();
  root.copy(LOADER, '/opt/lib/own-ld.so');
  // The same length, so that the loader itself looks there.
  const [from, to] = ['/lib/x86_64-linux-gnu/\0', '/lib/x86_64-linux-GNU/\0'].map((text) => Buffer.from(text));
  const loader = root.read('/opt/lib/own-ld.so');
  for (let at = loader.indexOf(from ?? ''); at >= 0; at = loader.indexOf(from ?? '')) to?.copy(loader, at);
  root.write('/opt/lib/own-ld.so', loader, 0o755);
  for (const directory of ['x86_64-linux-gnu', 'x86_64-linux-GNU']) await root.library(`/lib/${directory}/liba.so`);
  root.copy('/lib/x86_64-linux-gnu/libc.so.6', '/lib/x86_64-linux-GNU/libc.so.6');
  await root.program('/bin/main', { needed: ['liba.so'] });
  await agree(root, { files: ['usr/lib/x86_64-linux-gnu/liba.so'] });
  await root.patchelf('/bin/main', '--set-interpreter', '/opt/lib/own-ld.so');
  const loaded = await root.run('/bin/main');
  const wanted = ['opt/lib/own-ld.so', 'usr/lib/x86_64-linux-GNU/liba.so', 'usr/lib/x86_64-linux-GNU/libc.so.6'];
  assert.deepEqual(loaded.files, wanted, loaded.output);
  assert.deepEqual(
    root.kept('/bin/main').files.filter((path) => path !== GLIBC[0]),
    wanted,
  );
});

test('a relative PT_INTERP is opened from the working directory', async () => {
  using root = await LoaderRoot.glibc();
  root.copy(LOADER, '/cwd/sub/ld.so');
  root.chmod('/cwd/sub/ld.so', 0o755);
  await root.program('/bin/main', {});
  await root.patchelf('/bin/main', '--set-interpreter', 'sub/ld.so');
  const loaded = await root.run('/bin/main', { cwd: '/cwd' });
  assert.ok(!loaded.failed && loaded.files.includes('cwd/sub/ld.so'), loaded.output);
  const there = root.kept('/bin/main', { WorkingDir: '/cwd' });
  const why = there.closure.kept.get('cwd/sub/ld.so' as never) ?? [];
  assert.ok(why.some(({ kind }) => kind === 'interpreter'));
  assert.equal((await root.run('/bin/main')).failed, true);
  const elsewhere = root.kept('/bin/main');
  assert.deepEqual(
    elsewhere.closure.findings.map((finding) => [finding.kind, 'name' in finding && finding.name]),
    [['unresolved-interpreter', 'sub/ld.so']],
  );
});

test('a static program, position-independent or not, needs nothing', async () => {
  using root = await LoaderRoot.glibc();
  for (const option of ['-static-pie', '-static']) {
    await root.program('/bin/main', { text: 'int main(void) { return 0; }' }, [option]);
    assert.equal((await root.run('/bin/main')).failed, false);
    const { files, closure } = root.kept('/bin/main');
    assert.deepEqual([files, closure.findings], [[], []], option);
  }
});

test('section headers that are gone, or were never right, don’t matter', async () => {
  using root = await LoaderRoot.glibc();
  await root.program('/bin/main', { needed: ['liba.so'], runpath: '/d' });
  await root.library('/d/liba.so', { needed: ['libb.so'], runpath: '$ORIGIN' });
  await root.library('/d/libb.so');
  for (const path of ['/bin/main', '/d/liba.so', '/d/libb.so']) {
    const bytes = root.read(path);
    bytes.fill(0, Number(bytes.readBigUInt64LE(40)));
    bytes.fill(path === '/d/liba.so' ? 0xff : 0, 40, 48);
    bytes.fill(0, 58, 64);
    root.write(path, bytes, 0o755);
  }
  await agree(root, { files: ['d/liba.so', 'd/libb.so'] });
});

test('symbol versions: what the loader refuses is told', async () => {
  using root = await LoaderRoot.glibc();
  const versioned = async (version: string, path: string) => {
    root.write('/tmp/map', `${version} { global: *; };\n`);
    const flags = [`-Wl,--version-script=${root.at('/tmp/map')}`];
    await root.library(path, { text: 'int answer(void) { return 42; }', flags });
  };
  await versioned('NEW_2', '/d/libv.so');
  const text = 'int answer(void);\nint main(void) { return answer() != 42; }';
  await root.program('/bin/main', { text, runpath: '/d', flags: [root.at('/d/libv.so')] });
  assert.equal((await root.run('/bin/main')).failed, false);
  assert.deepEqual(root.kept('/bin/main').closure.findings, []);
  await versioned('OLD_1', '/d/libv.so');
  const refused = await root.run('/bin/main');
  assert.match(refused.output, /version `NEW_2' not found/);
  assert.deepEqual(root.kept('/bin/main').closure.findings, [
    { kind: 'version-mismatch', name: 'NEW_2', library: 'd/libv.so', requesters: ['usr/bin/main'] },
  ]);
});
