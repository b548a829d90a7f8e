import assert from 'node:assert/strict';
import { test } from 'node:test';
import { trimGroupOf } from '../../../src/closure/roots/trim.ts';
import { DEFAULT_TRIM, TRIM_GROUPS, type TrimGroup } from '../../../src/options.ts';
import { directory, file, fixture, symlink } from '../../builders/tar.ts';

const { tree } = fixture(
  file('var/cache/apt/pkgcache.bin'),
  directory('var/cache/nginx'),
  symlink('var/cache/link', 'x'),
  file('var/lib/apt/lists/deb.debian.org_x'),
  directory('var/lib/apt/lists/partial'),
  file('var/lib/apt/extended_states'),
  directory('tmp/build'),
  file('tmp/build/x'),
  file('var/tmp/x'),
  file('tmpx'),
  file('etc/ssh/ssh_host_rsa_key'),
  file('etc/ssh/ssh_host_rsa_key.pub'),
  file('etc/ssh/sshd_config'),
  file('etc/ssh/sub/ssh_host_rsa_key'),
  file('usr/share/doc/x/README'),
  file('usr/share/doc/x/copyright'),
  file('usr/share/man/man1/x.1'),
  file('usr/share/documents/x'),
  file('var/log/dpkg.log'),
  file('var/log/nginx/access.log'),
);

/** What these groups pick of everything. */
function picked(...groups: TrimGroup[]): string[] {
  return [...tree.entries()].filter((entry) => trimGroupOf(entry, groups) !== undefined).map(({ path }) => path);
}

test('caches go, their directories stay', () => {
  assert.deepEqual(picked('caches'), [
    'var/cache/apt/pkgcache.bin',
    'var/cache/link',
    'var/lib/apt/lists/deb.debian.org_x',
  ]);
});

test('all that is in the temporary directories goes, and they stay', () => {
  assert.deepEqual(picked('tmp'), ['tmp/build', 'tmp/build/x', 'var/tmp/x']);
});

test('host keys go: every container needs its own', () => {
  assert.deepEqual(picked('ssh-host-keys'), ['etc/ssh/ssh_host_rsa_key', 'etc/ssh/ssh_host_rsa_key.pub']);
});

test('documentation goes, licences and directories stay', () => {
  assert.deepEqual(picked('docs'), ['usr/share/doc/x/README', 'usr/share/man/man1/x.1']);
});

test('logs go, their directories stay', () => {
  assert.deepEqual(picked('logs'), ['var/log/dpkg.log', 'var/log/nginx/access.log']);
});

test('no group picks nothing; every group has a name that is known', () => {
  assert.deepEqual(picked(), []);
  for (const group of TRIM_GROUPS) assert.ok(picked(group).length > 0, group);
  assert.deepEqual(DEFAULT_TRIM, ['caches', 'tmp', 'ssh-host-keys']);
});
