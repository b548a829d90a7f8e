import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ContentStore } from '../../src/filesystem/content-store.ts';
import { canonicalPath } from '../../src/model/image-path.ts';
import { ownersOf } from '../../src/package-records/owners.ts';
import { readPackages } from '../../src/package-records/read-packages.ts';
import { directory, file, fixture, symlink, type TarMember } from '../builders/tar.ts';

function packagesOf(...members: TarMember[]): { database: string | null; owners: Record<string, string> } {
  const { tree, content } = fixture(...members);
  const database = readPackages({ tree, content });
  return { database: database.kind, owners: Object.fromEntries(ownersOf(database, tree)) };
}

const MERGED = [directory('usr/lib'), directory('usr/bin'), symlink('lib', 'usr/lib'), symlink('bin', 'usr/bin')];

test('dpkg: each file has its package, also through the links of the merged /usr; shared directories have none', () => {
  const found = packagesOf(
    ...MERGED,
    file('usr/lib/libc.so.6'),
    file('usr/bin/ls'),
    file('etc/\xff'),
    file('made-by-hand'),
    directory('usr/lib/only-libc'),
    file('var/lib/dpkg/info/libc6:amd64.list', '/.\n/lib\n/usr\n/lib/libc.so.6\n/usr/lib/only-libc\n/gone\n/usr/lib\n'),
    file('var/lib/dpkg/info/coreutils.list', '/usr\n/bin/ls\n/etc/\xff\n/usr/lib'),
    file('var/lib/dpkg/info/coreutils.md5sums', '00000000000000000000000000000000  made-by-hand\n'),
  );
  assert.deepEqual(found, {
    database: 'dpkg',
    owners: {
      lib: 'libc6',
      'usr/lib/libc.so.6': 'libc6',
      'usr/lib/only-libc': 'libc6',
      'usr/bin/ls': 'coreutils',
      'etc/\xff': 'coreutils',
    },
  });
});

test('dpkg: a diverted path belongs to the package that it was diverted for, the other file to the others', () => {
  const { owners } = packagesOf(
    ...MERGED,
    file('usr/bin/sh'),
    file('usr/bin/sh.distrib'),
    file('var/lib/dpkg/diversions', '/bin/sh\n/bin/sh.distrib\ndash\n'),
    file('var/lib/dpkg/info/bash.list', '/bin/sh\n'),
    file('var/lib/dpkg/info/dash.list', '/bin/sh\n'),
  );
  assert.deepEqual(owners, { 'usr/bin/sh': 'dash', 'usr/bin/sh.distrib': 'bash' });
});

test('dpkg of images without dpkg: a list of sums for each package', () => {
  const found = packagesOf(
    file('etc/passwd'),
    file('var/lib/dpkg/status.d/base', 'Package: base\n'),
    file('var/lib/dpkg/status.d/base.md5sums', '00000000000000000000000000000000  etc/passwd\nnonsense\n'),
  );
  assert.deepEqual(found, { database: 'dpkg', owners: { 'etc/passwd': 'base' } });
});

test('apk: files stand under the directory before them, in either place of the database', () => {
  const text = 'C:Q1\nP:musl\nF:lib\nR:ld.so\na:0:0:755\nF:\nR:at-root\n\nP:busybox\nF:bin\nR:sh\nF:lib\n';
  const expected = { 'lib/ld.so': 'musl', 'at-root': 'musl', bin: 'busybox', 'bin/sh': 'busybox' };
  const files = [file('lib/ld.so'), directory('bin'), file('bin/sh'), directory('lib'), file('at-root')];
  for (const place of ['lib', 'usr/lib']) {
    const found = packagesOf(...files.filter(({ name }) => name !== 'lib/'), file(`${place}/apk/db/installed`, text));
    assert.equal(found.database, 'apk');
    const { lib: _, ...owners } = found.owners;
    assert.deepEqual(owners, expected);
  }
});

test('rpm is named and not read; without any database nothing has an owner', () => {
  assert.deepEqual(packagesOf(file('usr/lib/sysimage/rpm/rpmdb.sqlite', 'SQLite format 3')), {
    database: 'rpm',
    owners: {},
  });
  assert.deepEqual(packagesOf(file('x')), { database: null, owners: {} });
});

test('databases are read up to a bound, however large they say they are', () => {
  const { tree, content } = fixture(file('var/lib/dpkg/info/a.list', '/b\n'), file('b'));
  const asked: number[] = [];
  const endless: ContentStore = {
    header: (entry) => content.header(entry),
    outgoing: (entries) => content.outgoing(entries),
    content: () => ({
      size: 2 ** 40,
      read: (_offset: number, length: number) => {
        asked.push(length);
        return Buffer.alloc(length, 'b\n');
      },
    }),
  };
  const database = readPackages({ tree, content: endless });
  assert.equal(database.isWhole, false);
  assert.deepEqual([...ownersOf(database, tree)], [[canonicalPath('b'), 'a']]);
  assert.ok(asked.every((length) => length <= 64 << 20));
});
