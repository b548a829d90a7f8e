import assert from 'node:assert/strict';
import { test } from 'node:test';
import { directory, file, symlink, type TarMember } from '../builders/tar.ts';
import { below, cut } from './cut.ts';

const DPKG = 'var/lib/dpkg';
const SUM = '0123456789abcdef0123456789abcdef';

const stanza = (name: string, more = '', status = 'install ok installed'): string =>
  `Package: ${name}\nStatus: ${status}\nInstalled-Size: 7\nArchitecture: amd64\n${more}Version: 1.0\nDescription: text of\n two lines\n .\n and a third\n`;

const LIBC = stanza('libc6', 'Multi-Arch: same\n');
const TOOL = stanza('tool', `Conffiles:\n /etc/tool.conf ${SUM}\n /etc/tool.d/old ${SUM} obsolete\n`);
const OTHER = stanza('other');

const LIB = 'usr/lib/x86_64-linux-gnu';
const list = (...paths: string[]): string => ['/.', ...paths, ''].join('\n');

/** A merged system with three packages; libc6 is from before the merge. */
const SYSTEM: readonly TarMember[] = [
  directory(LIB),
  symlink('lib', 'usr/lib'),
  symlink('bin', 'usr/bin'),
  file(`${LIB}/libc.so.6`, 'libc'),
  file(`${LIB}/libm.so.6`, 'libm'),
  symlink(`${LIB}/libm.so`, 'libm.so.6'),
  directory(`${LIB}/empty`),
  file('usr/share/doc/libc6/copyright', 'free'),
  file('usr/share/doc/libc6/changelog.gz', 'z'),
  file('usr/bin/tool', 'tool'),
  file('etc/tool.conf', 'x'),
  file('usr/share/doc/real/copyright', 'licence'),
  symlink('usr/share/doc/tool', 'real'),
  file('usr/bin/other', 'other'),
  file(`${DPKG}/status`, `${LIBC}\n${OTHER}\n${TOOL}\n`),
  file(`${DPKG}/status-old`, 'older'),
  file(`${DPKG}/arch`, 'amd64\n'),
  file(`${DPKG}/info/format`, '1\n'),
  file(
    `${DPKG}/info/libc6:amd64.list`,
    list(
      '/lib',
      '/lib/x86_64-linux-gnu',
      '/lib/x86_64-linux-gnu/libc.so.6',
      '/lib/x86_64-linux-gnu/libm.so.6',
      '/lib/x86_64-linux-gnu/libm.so',
      '/lib/x86_64-linux-gnu/empty',
      '/usr',
      '/usr/share',
      '/usr/share/doc',
      '/usr/share/doc/libc6',
      '/usr/share/doc/libc6/copyright',
      '/usr/share/doc/libc6/changelog.gz',
    ),
  ),
  file(
    `${DPKG}/info/libc6:amd64.md5sums`,
    `${SUM}  lib/x86_64-linux-gnu/libc.so.6\n${SUM}  lib/x86_64-linux-gnu/libm.so.6\n${SUM}  usr/share/doc/libc6/copyright\n${SUM}  usr/share/doc/libc6/changelog.gz\n`,
  ),
  file(`${DPKG}/info/libc6:amd64.postinst`, '#!/bin/sh\n'),
  file(
    `${DPKG}/info/tool.list`,
    list('/usr', '/usr/bin', '/usr/bin/tool', '/etc', '/etc/tool.conf', '/usr/share/doc/tool'),
  ),
  file(`${DPKG}/info/tool.md5sums`, `${SUM}  usr/bin/tool\n`),
  file(`${DPKG}/info/tool.conffiles`, '/etc/tool.conf\n/etc/tool.d/old\n'),
  file(`${DPKG}/info/other.list`, list('/lib', '/usr', '/usr/bin', '/usr/bin/other')),
  file(`${DPKG}/info/other.postinst`, '#!/bin/sh\n'),
];

const statusOf = (files: Readonly<Record<string, string>>): string[] =>
  (files[`${DPKG}/status`] ?? '').split('\n\n').filter((text) => text !== '');

test('a kept status has the packages of which something is kept, and says what of them is missing', () => {
  const kept = ['lib', `${LIB}/libc.so.6`, 'usr/bin/tool', 'etc/tool.conf', `${DPKG}/status`, `${DPKG}/status-old`];
  const { files, data } = cut(SYSTEM, kept);
  assert.deepEqual(statusOf(files), [
    `${LIBC}X-Skinnywhale: partial, 1 of 3 files without documentation`,
    TOOL.replace(`\n /etc/tool.d/old ${SUM} obsolete`, '').trimEnd(),
  ]);
  assert.match(files[`${DPKG}/status`] ?? '', /\n\n$/);
  assert.equal(files[`${DPKG}/status-old`], undefined);
  assert.deepEqual(
    data.packages.present.map(({ record, kept, files, state }) => [record.id, state, kept, files]),
    [
      ['libc6:amd64', 'partial', 1, 3],
      ['tool', 'whole', 2, 2],
    ],
  );
  assert.deepEqual(
    data.packages.absent.map(({ name, bytes }) => [name, bytes]),
    [['other', 7 * 1024]],
  );
  assert.deepEqual(data.warnings, []);
});

test('lists and sums come along cut, through the links of the merged /usr; those of other packages go', () => {
  const kept = ['lib', `${LIB}/libc.so.6`, `${DPKG}/status`, `${DPKG}/info/other.list`, `${DPKG}/info/other.postinst`];
  const { files } = cut(SYSTEM, kept);
  assert.deepEqual(below(files, `${DPKG}/info`), {
    format: '1\n',
    'libc6:amd64.list': list(
      '/lib',
      '/lib/x86_64-linux-gnu',
      '/lib/x86_64-linux-gnu/libc.so.6',
      '/usr',
      '/usr/share',
      '/usr/share/doc',
      '/usr/share/doc/libc6',
      '/usr/share/doc/libc6/copyright',
    ),
    'libc6:amd64.md5sums': `${SUM}  lib/x86_64-linux-gnu/libc.so.6\n${SUM}  usr/share/doc/libc6/copyright\n`,
  });
});

test('maintainer scripts come along with dpkg itself, and a status that would not be there', () => {
  const members = [...SYSTEM, file('usr/bin/dpkg', 'dpkg')];
  const { files } = cut(members, [`${LIB}/libc.so.6`, 'usr/bin/dpkg']);
  assert.equal(files[`${DPKG}/info/libc6:amd64.postinst`], '#!/bin/sh\n');
  assert.equal(files[`${DPKG}/info/other.postinst`], undefined);
  assert.equal(statusOf(files).length, 1);
  assert.deepEqual(below(files, `${DPKG}/status.d`), {});
});

test('a database of the parent image only becomes a stanza and sums for each package', () => {
  const { files, data } = cut(SYSTEM, [`${LIB}/libc.so.6`, `${LIB}/libm.so`, `${LIB}/libm.so.6`]);
  assert.deepEqual(below(files, DPKG), {
    'status.d/libc6': `${LIBC}X-Skinnywhale: whole without documentation\n`,
    'status.d/libc6.md5sums': `${SUM}  lib/x86_64-linux-gnu/libc.so.6\n${SUM}  lib/x86_64-linux-gnu/libm.so.6\n${SUM}  usr/share/doc/libc6/copyright\n`,
  });
  assert.equal(data.replaced.size, 0);
});

test('licences of packages that are there are kept, with the links that lead to them', () => {
  const { data, files } = cut(SYSTEM, [`${LIB}/libc.so.6`, 'usr/bin/tool']);
  assert.deepEqual(
    [...data.alsoKeep].map(([path, reason]) => [path, reason]),
    [
      ['usr/share/doc/libc6/copyright', { kind: 'licence', package: 'libc6' }],
      ['usr/share/doc/tool', { kind: 'licence', package: 'tool' }],
      ['usr/share/doc/real/copyright', { kind: 'licence', package: 'tool' }],
    ],
  );
  assert.equal(files['usr/share/doc/tool'], '-> real');
});

test('a package of documentation alone is there with a licence that others have in it', () => {
  const members = [
    file('usr/lib/libgcc.so', 'x'),
    symlink('usr/share/doc/libgcc', 'base'),
    file('usr/share/doc/base/copyright', 'c'),
    file(`${DPKG}/status`, [stanza('base'), stanza('libgcc')].join('\n')),
    file(`${DPKG}/info/base.list`, list('/usr/share/doc/base', '/usr/share/doc/base/copyright')),
    file(`${DPKG}/info/libgcc.list`, list('/usr/lib/libgcc.so', '/usr/share/doc/libgcc')),
  ];
  const { data, files } = cut(members, ['usr/lib/libgcc.so']);
  assert.deepEqual(Object.keys(below(files, `${DPKG}/status.d`)), ['base', 'libgcc']);
  assert.deepEqual(data.packages.absent, []);
});

test('documentation, directories and the links of the merged /usr make no package present', () => {
  const { data } = cut(SYSTEM, ['lib', 'bin', 'usr/share/doc/libc6/copyright', `${LIB}/empty`, 'usr/share/doc/tool']);
  assert.deepEqual(data.packages.present, []);
  assert.equal(data.packages.absent.length, 3);
  assert.equal(data.added.size, 0);
});

test('a package of documentation alone is there with it', () => {
  const members = [
    file('usr/share/doc/meta/copyright', 'c'),
    file('usr/share/doc/meta/README', 'r'),
    file(`${DPKG}/status`, stanza('meta')),
    file(
      `${DPKG}/info/meta.list`,
      list('/usr/share/doc/meta', '/usr/share/doc/meta/copyright', '/usr/share/doc/meta/README'),
    ),
  ];
  const { data } = cut(members, ['usr/share/doc/meta/copyright', `${DPKG}/status`]);
  assert.deepEqual(
    data.packages.present.map(({ state, kept, files }) => ({ state, kept, files })),
    [{ state: 'partial', kept: 1, files: 2 }],
  );
  assert.equal(
    cut(members, ['usr/share/doc/meta/copyright', 'usr/share/doc/meta/README']).data.packages.present[0]?.state,
    'whole',
  );
});

test('what is cut once stays cut: the counts are those of the whole package', () => {
  const kept = [`${LIB}/libc.so.6`, 'usr/bin/tool', 'etc/tool.conf', `${DPKG}/status`];
  const first = cut(SYSTEM, kept).files;
  const members = Object.entries(first).map(([path, text]) =>
    text.startsWith('-> ') ? symlink(path, text.slice(3)) : file(path, text),
  );
  const links = SYSTEM.filter(({ name }) => ['lib', 'bin'].includes(name));
  const second = cut([directory(LIB), directory('usr/bin'), ...links, ...members], Object.keys(first)).files;
  assert.deepEqual(second, first);
});

test('where nothing is missing nothing is written', () => {
  const everything = SYSTEM.map(({ name }) => name.replace(/\/$/, '')).filter((name) => name !== `${DPKG}/status-old`);
  const { data } = cut(SYSTEM, everything);
  // An obsolete conffile that the container no longer has is no longer claimed.
  assert.deepEqual([...data.replaced.keys()], [`${DPKG}/status`, `${DPKG}/info/tool.conffiles`]);
  assert.deepEqual([data.removed.size, data.added.size, data.alsoKeep.size], [0, 0, 0]);
});

test('packages that are not installed are in no record; without a list of files nobody knows', () => {
  const members = [
    file('usr/bin/x'),
    file(`${DPKG}/status`, [stanza('gone', '', 'deinstall ok config-files'), stanza('lost'), stanza('x')].join('\n')),
    file(`${DPKG}/info/x.list`, '/usr/bin/x\n'),
  ];
  const { files, data } = cut(members, ['usr/bin/x', `${DPKG}/status`]);
  assert.deepEqual(
    statusOf(files).map((text) => [/^Package: (.*)/.exec(text)?.[1], /^X-Skinnywhale: (.*)/m.exec(text)?.[1]]),
    [
      ['lost', 'unknown, there is no list of its files'],
      ['x', undefined],
    ],
  );
  assert.match(data.warnings.join(), /no list of files for 1 package/);
});

test('diversions, overrides, triggers and marks of apt are cut to what is there', () => {
  const shared = {
    [`${DPKG}/diversions`]: '/bin/sh\n/bin/sh.distrib\ndash\n/usr/bin/tool\n/usr/bin/tool.real\n:\n',
    [`${DPKG}/diversions-old`]: '',
    [`${DPKG}/statoverride`]: 'root ssl 0710 /etc/tool.conf\nroot mail 2755 /usr/bin/other\n',
    [`${DPKG}/triggers/File`]: '/usr/share/x tool\n/etc/y other/noawait\n',
    [`${DPKG}/triggers/ldconfig`]: 'libc6:amd64\nother\n',
    'var/lib/apt/extended_states': 'Package: tool\nAuto-Installed: 1\n\nPackage: other\nAuto-Installed: 1\n',
  };
  const members = [
    ...SYSTEM,
    file('usr/bin/tool.real'),
    ...Object.entries(shared).map(([path, text]) => file(path, text)),
  ];
  const kept = ['usr/bin/tool.real', 'etc/tool.conf', `${LIB}/libc.so.6`, `${DPKG}/status`, ...Object.keys(shared)];
  const { files } = cut(members, kept);
  assert.deepEqual(
    Object.keys(shared).map((path) => files[path]),
    [
      '/usr/bin/tool\n/usr/bin/tool.real\n:\n',
      undefined,
      'root ssl 0710 /etc/tool.conf\n',
      '/usr/share/x tool\n',
      'libc6:amd64\n',
      'Package: tool\nAuto-Installed: 1\n\n',
    ],
  );
});

test('distroless: records of absent packages go, sums of partial ones are cut', () => {
  const members = [
    file('usr/lib/a.so', 'a'),
    file('usr/lib/b.so', 'b'),
    file('usr/lib/python3.11', 'c'),
    file(`${DPKG}/status.d/two`, stanza('two')),
    file(`${DPKG}/status.d/two.md5sums`, `${SUM}  usr/lib/a.so\n${SUM}  usr/lib/b.so\n`),
    file(`${DPKG}/status.d/python3.11`, stanza('python3.11')),
    file(`${DPKG}/status.d/python3.11.md5sums`, `${SUM}  usr/lib/python3.11\n`),
  ];
  const status = members.map(({ name }) => name).filter((name) => name.startsWith(DPKG));
  const expected = {
    two: `${stanza('two')}X-Skinnywhale: partial, 1 of 2 files\n`,
    'two.md5sums': `${SUM}  usr/lib/a.so\n`,
  };
  // Whether the records were in the change layer or in the parent image.
  for (const records of [status, []]) {
    const { files } = cut(members, ['usr/lib/a.so', ...records]);
    assert.deepEqual(below(files, `${DPKG}/status.d`), expected);
  }
});

test('names that are no file names make no file', () => {
  for (const name of ['../../../etc/x', 'a/b', '.wh.x', '']) {
    const members = [
      file('usr/bin/x'),
      file(`${DPKG}/status`, stanza(name)),
      file(`${DPKG}/info/${name.replaceAll(/[./]/g, '')}y.list`, '/usr/bin/x\n'),
    ];
    assert.deepEqual([...cut(members, ['usr/bin/x']).data.added.keys()], []);
  }
});

test('keep touches nothing, drop leaves no database but alternatives; a database that is left out stays out', () => {
  const members = [...SYSTEM, file(`${DPKG}/alternatives/awk`, 'auto')];
  const kept = [DPKG, `${DPKG}/status`, `${DPKG}/info/tool.list`, `${DPKG}/alternatives/awk`, 'usr/bin/tool'];
  const untouched = cut(members, kept, 'keep').data;
  assert.deepEqual(
    [untouched.replaced.size, untouched.removed.size, untouched.added.size, untouched.alsoKeep.size],
    [0, 0, 0, 0],
  );
  assert.equal(untouched.packages.present.length, 1);
  const dropped = cut(members, kept, 'drop');
  assert.deepEqual(below(dropped.files, 'var'), { 'lib/dpkg/alternatives/awk': 'auto' });
  assert.deepEqual([...dropped.data.alsoKeep.keys()].sort(), ['usr/share/doc/real/copyright', 'usr/share/doc/tool']);
});
