import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closureOf, debianTree, keeps } from '../../debian/debian-tree.ts';
import { SERVERS } from '../../debian/systems.ts';
import { once, testRules } from './rule-case.ts';

const LIB = '/usr/lib/x86_64-linux-gnu';

const system = once(() => debianTree(SERVERS));

testRules(system, [
  { rule: 'nss', seed: '/usr/bin/getent', keeps: ['/etc/resolv.conf'] },
  { rule: 'shell', seed: '/usr/bin/gawk', keeps: ['/bin/sh', '/usr/bin/dash'] },
  {
    rule: 'plugin-directories',
    seed: '/usr/bin/gawk',
    keeps: [`${LIB}/gawk/readdir.so`, `${LIB}/gawk/inplace.so`],
  },
]);

test('gconv: /usr/bin/iconv brings the common character sets with their index', async () => {
  const tree = await system();
  const common = [`${LIB}/gconv/UTF-16.so`, `${LIB}/gconv/ISO8859-1.so`, `${LIB}/gconv/gconv-modules.cache`];
  const rare = `${LIB}/gconv/EUC-JP.so`;
  const on = closureOf(tree, ['/usr/bin/iconv']);
  for (const path of common) assert.ok(keeps(tree, on, path), path);
  assert.ok(!keeps(tree, on, rare));
  const off = closureOf(tree, ['/usr/bin/iconv'], { rules: ['-gconv'] });
  for (const path of common) assert.ok(!keeps(tree, off, path), path);
});

test('gconv-all: the others are reported with their size, and come along when told', async () => {
  const tree = await system();
  const finding = closureOf(tree, ['/usr/bin/iconv']).findings.find(
    (one) => one.kind === 'optional-data' && one.rule === 'gconv-all',
  );
  assert.ok(finding?.kind === 'optional-data');
  assert.ok(finding.bytes > 5_000_000 && finding.files > 200, JSON.stringify(finding));
  const on = closureOf(tree, ['/usr/bin/iconv'], { rules: ['+gconv-all'] });
  assert.ok(keeps(tree, on, `${LIB}/gconv/EUC-JP.so`));
  assert.ok(keeps(tree, on, `${LIB}/gconv/libJIS.so`));
});

test('libgcc: a program with threads that are cancelled brings libgcc_s, which nothing else names', async () => {
  const tree = await system();
  const seed = '/usr/sbin/nginx';
  const options = { dlopen: 'off' } as const;
  assert.ok(keeps(tree, closureOf(tree, [seed], options), `${LIB}/libgcc_s.so.1`));
  const off = closureOf(tree, [seed], { ...options, rules: ['-libgcc'] });
  assert.ok(!keeps(tree, off, `${LIB}/libgcc_s.so.1`));
  assert.ok(!keeps(tree, closureOf(tree, ['/usr/bin/true'], options), `${LIB}/libgcc_s.so.1`));
});

test('nss: a module that nsswitch.conf names comes along, with what it needs', async () => {
  const tree = await system();
  const options = { dlopen: 'off' } as const;
  const compat = `${LIB}/libnss_compat.so.2`;
  const on = closureOf(tree, ['/usr/bin/getent'], options);
  assert.ok(keeps(tree, on, `${LIB}/libnss_files.so.2`));
  assert.ok(keeps(tree, on, `${LIB}/libnss_dns.so.2`));
  assert.ok(!keeps(tree, on, compat));
  assert.ok(
    !keeps(tree, closureOf(tree, ['/usr/bin/getent'], { ...options, rules: ['-nss'] }), `${LIB}/libnss_dns.so.2`),
  );
});

test('dlopen: certain where the file calls it, likely where it only has the name', async () => {
  const tree = await system();
  // libselinux calls dlopen("libsepol.so.2"); libc opens libidn2.so.0 by an internal function.
  const seeds = [`${LIB}/libselinux.so.1`];
  const certain = `${LIB}/libsepol.so.2`;
  const likely = `${LIB}/libidn2.so.0`;
  const kept = (level: 'off' | 'certain' | 'likely', path: string): boolean =>
    keeps(tree, closureOf(tree, seeds, { dlopen: level, rules: ['-all'] }), path);
  assert.deepEqual(
    (['off', 'certain', 'likely'] as const).map((level) => [kept(level, certain), kept(level, likely)]),
    [
      [false, false],
      [true, false],
      [true, true],
    ],
  );
});

test("programs: a shell script's commands come along with the files that it reads in, package scripts' only when told", async () => {
  const tree = await system();
  const kept = (seed: string, level: 'off' | 'direct' | 'all', path: string): boolean =>
    keeps(tree, closureOf(tree, [seed], { programs: level, rules: ['-all', '+starts'] }), path);
  const script = '/usr/bin/savelog';
  assert.ok(kept(script, 'direct', '/usr/bin/basename'));
  assert.ok(kept(script, 'direct', '/usr/bin/mv'));
  assert.ok(!kept(script, 'off', '/usr/bin/basename'));
  assert.ok(kept(script, 'off', '/usr/bin/dash'), 'the interpreter is no matter of programs');
  const housekeeping = '/etc/init.d/redis-server';
  assert.ok(kept(housekeeping, 'all', '/usr/sbin/start-stop-daemon'));
  assert.ok(kept(housekeeping, 'all', '/lib/lsb/init-functions'));
  assert.ok(!kept(housekeeping, 'direct', '/usr/sbin/start-stop-daemon'));
});
