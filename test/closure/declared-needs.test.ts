import assert from 'node:assert/strict';
import { test } from 'node:test';
import { computeClosure } from '../../src/closure/closure.ts';
import type { Closure } from '../../src/closure/closure-result.ts';
import type { RunConfig } from '../../src/model/image-config.ts';
import { imagePath } from '../../src/model/image-path.ts';
import { readPackages } from '../../src/package-records/read-packages.ts';
import { directory, file, program, symlink, type TarMember } from '../builders/tar.ts';
import { exe, glibc, lib } from '../loader/image.ts';
import { viewOf } from './view.ts';

/** A package of dpkg's: what it ships, and the further fields of its stanza. */
interface Package {
  readonly name: string;
  readonly fields?: string;
  readonly paths: readonly string[];
}

function dpkg(...packages: readonly Package[]): TarMember[] {
  const stanzas = packages.map(
    ({ name, fields = '' }) => `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\n${fields}\n`,
  );
  return [
    directory('.'),
    file('var/lib/dpkg/status', `${stanzas.join('\n')}\n`),
    ...packages.map(({ name, paths }) =>
      file(`var/lib/dpkg/info/${name}.list`, ['/.', ...paths].map((path) => `${path}\n`).join('')),
    ),
  ];
}

interface Question {
  readonly members: readonly TarMember[];
  readonly seeds: readonly string[];
  readonly rules?: readonly string[];
  readonly run?: RunConfig;
}

function closureOf({ members, seeds, rules = ['-all', '+declared', '+starts'], run = {} }: Question): Closure {
  const view = viewOf(run, glibc(), ...members);
  const database = readPackages(view);
  const entries = seeds.map((seed) => {
    const entry = view.tree.get(imagePath(seed));
    assert.ok(entry !== undefined, seed);
    return { entry, reason: { kind: 'changed' } as const };
  });
  return computeClosure(view, entries, { rules, dlopen: 'off', programs: 'direct' }, [], database);
}

/** What is kept, less the loader and what every image gets. */
function kept(question: Question): string[] {
  const { kept: all } = closureOf(question);
  const paths = [...all.keys()].filter((path) => !path.startsWith('lib64') && all.get(path)?.[0]?.kind !== 'base');
  return paths.sort();
}

const APP = exe('srv/app', { needed: ['libmap.so'] });
const MAP_FILES = [
  lib('usr/lib/libmap.so'),
  file('usr/share/map/map.db', 'data'),
  file('usr/share/doc/map-data/readme'),
];

test('the data of a package that a kept library declares comes along, its documentation and headers do not', () => {
  const members = [
    APP,
    ...MAP_FILES,
    file('usr/include/map.h'),
    ...dpkg(
      { name: 'libmap1', fields: 'Depends: libc6 (>= 2.36), map-data (>= 1)', paths: ['/usr/lib/libmap.so'] },
      {
        name: 'map-data',
        paths: ['/usr/share/map', '/usr/share/map/map.db', '/usr/share/doc/map-data/readme', '/usr/include/map.h'],
      },
    ),
  ];
  assert.deepEqual(kept({ members, seeds: ['srv/app'] }), ['srv/app', 'usr/lib/libmap.so', 'usr/share/map/map.db']);
  const reasons = closureOf({ members, seeds: ['srv/app'] }).kept.get(imagePath('usr/share/map/map.db'));
  assert.deepEqual(reasons, [
    { kind: 'declared', by: 'usr/lib/libmap.so', package: 'libmap1', field: 'Depends', of: 'map-data' },
  ]);
  assert.deepEqual(kept({ members, seeds: ['srv/app'], rules: ['-all'] }), ['srv/app', 'usr/lib/libmap.so']);
});

test('needs are followed from package to package; one without files stands for others', () => {
  const members = [
    exe('usr/bin/a'),
    exe('usr/bin/b', { needed: ['libb.so'] }),
    lib('usr/lib/libb.so'),
    file('usr/share/b/data'),
    ...dpkg(
      { name: 'a', fields: 'Recommends: meta | other', paths: ['/usr/bin/a'] },
      { name: 'meta', fields: 'Pre-Depends: b:any', paths: ['/.'] },
      { name: 'b', paths: ['/usr/bin/b', '/usr/share/b/data'] },
    ),
  ];
  assert.deepEqual(kept({ members, seeds: ['usr/bin/a'] }), [
    'usr/bin/a',
    'usr/bin/b',
    'usr/lib/libb.so',
    'usr/share/b/data',
  ]);
});

test('of alternatives the installed one counts, and who provides a virtual package', () => {
  const members = [
    exe('usr/bin/a'),
    exe('usr/sbin/mta'),
    file('usr/share/second/data'),
    file('usr/share/third/data'),
    ...dpkg(
      {
        name: 'a',
        fields: 'Depends: default-mta | mail-transport-agent, first | second | third',
        paths: ['/usr/bin/a'],
      },
      { name: 'some-mta', fields: 'Provides: mail-transport-agent', paths: ['/usr/sbin/mta'] },
      { name: 'second', paths: ['/usr/share/second/data'] },
      { name: 'third', paths: ['/usr/share/third/data'] },
    ),
  ];
  assert.deepEqual(kept({ members, seeds: ['usr/bin/a'] }), ['usr/bin/a', 'usr/sbin/mta', 'usr/share/second/data']);
});

test('what is there for maintainer scripts, and what every package may use, does not come along', () => {
  const members = [
    exe('usr/bin/a'),
    program('usr/sbin/adduser', '#!/bin/none\n'),
    exe('usr/bin/ls'),
    ...dpkg(
      { name: 'a', fields: 'Depends: adduser, coreutils2, gone', paths: ['/usr/bin/a'] },
      { name: 'adduser', paths: ['/usr/sbin/adduser'] },
      { name: 'coreutils2', fields: 'Essential: yes', paths: ['/usr/bin/ls'] },
    ),
  ];
  assert.deepEqual(kept({ members, seeds: ['usr/bin/a'] }), ['usr/bin/a']);
});

test('a command that is called brings the rest of its package, with the empty directories that it ships', () => {
  const members = [
    program('srv/run', '#!/bin/sh\nservant --all\n'),
    exe('usr/bin/sh'),
    symlink('bin', 'usr/bin'),
    exe('usr/bin/servant'),
    exe('usr/bin/servant-admin'),
    exe('usr/libexec/servant/helper'),
    file('etc/servant.conf'),
    directory('var/log/servant', { mode: 0o2750 }),
    directory('var/lib/servant'),
    file('var/lib/servant/made-later'),
    file('var/log/servant/old.log'),
    ...dpkg({
      name: 'servant',
      paths: [
        '/bin/servant',
        '/bin/servant-admin',
        '/usr/libexec/servant/helper',
        '/etc/servant.conf',
        '/var/log/servant',
        '/var/lib/servant',
      ],
    }),
  ];
  assert.deepEqual(kept({ members, seeds: ['srv/run'] }), [
    'bin',
    'etc/servant.conf',
    'srv/run',
    'usr/bin/servant',
    'usr/bin/sh',
    'usr/libexec/servant/helper',
    'var/lib/servant',
    'var/lib/servant/made-later',
    'var/log/servant',
  ]);
});

test('of the other commands of a package those come along that a called one starts by name', () => {
  const strings = ['runner', 'printer'];
  const packages = dpkg({ name: 'run', paths: ['/usr/bin/rundir', '/usr/bin/runner', '/usr/bin/rule'] });
  const others = [exe('usr/bin/runner', { strings: ['rule'] }), exe('usr/bin/rule'), exe('usr/bin/printer')];
  const members = (imports: string[]): TarMember[] => [
    exe('usr/bin/rundir', { imports, strings }),
    ...others,
    ...packages,
  ];
  assert.deepEqual(kept({ members: members(['execve']), seeds: ['usr/bin/rundir'] }), [
    'usr/bin/rundir',
    'usr/bin/runner',
  ]);
  assert.deepEqual(kept({ members: members(['open']), seeds: ['usr/bin/rundir'] }), ['usr/bin/rundir']);
});

test('a program that a link in PATH leads to brings the rest of its package, too', () => {
  const members = [
    symlink('usr/bin/lisp', '../lib/lisp/3.0/linux/lisp'),
    exe('usr/lib/lisp/3.0/linux/lisp'),
    file('usr/lib/lisp/3.0/boot.go'),
    file('usr/lib/lisp/3.0/boot.cmt'),
    ...dpkg({
      name: 'lisp-libs',
      paths: ['/usr/lib/lisp/3.0/linux/lisp', '/usr/lib/lisp/3.0/boot.go', '/usr/lib/lisp/3.0/boot.cmt'],
    }),
  ];
  assert.deepEqual(kept({ members, seeds: ['usr/bin/lisp'] }), [
    'usr/bin/lisp',
    'usr/lib/lisp/3.0/boot.go',
    'usr/lib/lisp/3.0/linux/lisp',
  ]);
});

test('a script that nobody starts brings its interpreter only where its package needs that', () => {
  const members = (fields: string): TarMember[] => [
    exe('usr/bin/sync'),
    program('usr/share/sync/munge', '#!/usr/bin/python3\n'),
    exe('usr/bin/python3'),
    ...dpkg(
      { name: 'sync', fields, paths: ['/usr/bin/sync', '/usr/share/sync/munge'] },
      { name: 'python3-minimal', paths: ['/usr/bin/python3'] },
      { name: 'helpers', fields: 'Depends: python3-minimal', paths: ['/usr/share/helpers/x'] },
    ),
  ];
  const seeds = ['usr/bin/sync'];
  assert.deepEqual(kept({ members: members('Suggests: python3-minimal'), seeds }), [
    'usr/bin/sync',
    'usr/share/sync/munge',
  ]);
  assert.ok(kept({ members: members('Depends: helpers'), seeds }).includes('usr/bin/python3'));
  const called = [...members('Suggests: python3-minimal'), program('srv/run', '#!/bin/none\n')];
  assert.ok(kept({ members: called, seeds: ['usr/share/sync/munge'] }).includes('usr/bin/python3'));
});

test('code that an interpreter loads needs what its package declares, a data file needs nothing', () => {
  const members = [
    file('usr/lib/python3/dist-packages/magic.py'),
    lib('usr/lib/libmagic.so.1'),
    file('usr/share/icons.db'),
    file('usr/share/icons-extra.db'),
    ...dpkg(
      { name: 'python3-magic', fields: 'Depends: libmagic1', paths: ['/usr/lib/python3/dist-packages/magic.py'] },
      { name: 'libmagic1', paths: ['/usr/lib/libmagic.so.1'] },
      { name: 'icons', fields: 'Depends: icons-extra', paths: ['/usr/share/icons.db'] },
      { name: 'icons-extra', paths: ['/usr/share/icons-extra.db'] },
    ),
  ];
  assert.deepEqual(kept({ members, seeds: ['usr/lib/python3/dist-packages/magic.py', 'usr/share/icons.db'] }), [
    'usr/lib/libmagic.so.1',
    'usr/lib/python3/dist-packages/magic.py',
    'usr/share/icons.db',
  ]);
});

test('a library that is kept does not bring the programs of its own package', () => {
  const members = [
    APP,
    lib('usr/lib/libmap.so'),
    exe('usr/bin/maptool'),
    ...dpkg({ name: 'map', paths: ['/usr/lib/libmap.so', '/usr/bin/maptool'] }),
  ];
  assert.deepEqual(kept({ members, seeds: ['srv/app'] }), ['srv/app', 'usr/lib/libmap.so']);
});

test('above its limit a package is reported with its size, and comes along when told', () => {
  const large = file('usr/share/map/map.db', Buffer.alloc(9_000_000));
  const packages = (field: string): TarMember[] =>
    dpkg(
      { name: 'libmap1', fields: `${field}: map-data`, paths: ['/usr/lib/libmap.so'] },
      { name: 'map-data', paths: ['/usr/share/map/map.db'] },
    );
  const members = [APP, lib('usr/lib/libmap.so'), large, ...packages('Recommends')];
  const question = { members, seeds: ['srv/app'], rules: [] };
  assert.deepEqual(kept(question), ['srv/app', 'usr/lib/libmap.so']);
  const { findings, declined } = closureOf(question);
  assert.deepEqual(findings, [
    {
      kind: 'optional-data',
      rule: 'declared',
      summary: 'has map-data at hand, as libmap1 declares (Recommends)',
      bytes: 9_000_000,
      files: 1,
      requesters: ['usr/lib/libmap.so'],
    },
  ]);
  assert.deepEqual(declined.get(imagePath('usr/share/map/map.db')), [
    { kind: 'rule', by: 'usr/lib/libmap.so', rule: 'declared' },
  ]);
  assert.ok(kept({ ...question, rules: ['+declared'] }).includes('usr/share/map/map.db'));
  const needed = [APP, lib('usr/lib/libmap.so'), large, ...packages('Depends')];
  assert.ok(kept({ members: needed, seeds: ['srv/app'], rules: [] }).includes('usr/share/map/map.db'));
});

test('of a package that is too large for its own commands what others read of it comes along', () => {
  const members = [
    exe('usr/bin/interpreter'),
    program('usr/bin/compiler', Buffer.alloc(33_000_000)),
    file('usr/lib/lang/stdlib.cmi'),
    ...dpkg(
      { name: 'interp', fields: 'Depends: lang', paths: ['/usr/bin/interpreter'] },
      { name: 'lang', paths: ['/usr/bin/compiler', '/usr/lib/lang/stdlib.cmi'] },
    ),
  ];
  const question = { members, seeds: ['usr/bin/interpreter'], rules: [] };
  assert.deepEqual(kept(question), ['usr/bin/interpreter', 'usr/lib/lang/stdlib.cmi']);
  assert.deepEqual(
    closureOf(question).findings.map((finding) => 'bytes' in finding && finding.bytes),
    [33_000_000],
  );
});

test('a rule that knows a package better answers for it, unless it is switched off', () => {
  const members = [
    exe('usr/bin/a'),
    file('usr/share/magic/magic.mgc'),
    ...dpkg(
      { name: 'a', fields: 'Depends: libmagic-mgc', paths: ['/usr/bin/a'] },
      { name: 'libmagic-mgc', paths: ['/usr/share/magic/magic.mgc'] },
    ),
  ];
  assert.deepEqual(kept({ members, seeds: ['usr/bin/a'], rules: [] }), ['usr/bin/a']);
  assert.deepEqual(kept({ members, seeds: ['usr/bin/a'], rules: ['-magic'] }), [
    'usr/bin/a',
    'usr/share/magic/magic.mgc',
  ]);
});

test('apk: packages, commands and libraries by the names that packages provide', () => {
  const installed = [
    'P:a\nD:cmd:tool>=1 so:libx.so.1 !conflict map-data~2\nF:usr/bin\nR:a\n',
    'P:tools\np:cmd:tool=1.2 cmd:other\nF:usr/bin\nR:tool\nF:etc\nR:tool.conf\n',
    'P:libx\np:so:libx.so.1=1.0\nF:usr/lib\nR:libx.so.1\n',
    'P:map-data\nF:usr/share/map\nR:map.db\n',
    'P:conflict\nF:usr/bin\nR:conflict\n',
  ].join('\n');
  const members = [
    exe('usr/bin/a'),
    exe('usr/bin/tool'),
    exe('usr/bin/conflict'),
    file('etc/tool.conf'),
    lib('usr/lib/libx.so.1'),
    file('usr/share/map/map.db'),
    file('lib/apk/db/installed', installed),
  ];
  assert.deepEqual(kept({ members, seeds: ['usr/bin/a'] }), [
    'etc/tool.conf',
    'usr/bin/a',
    'usr/bin/tool',
    'usr/lib/libx.so.1',
    'usr/share/map/map.db',
  ]);
});

test("an interpreter that is not there is reported for the user's programs and packages' commands, not for packages' modules", () => {
  const script = (name: string): TarMember => program(name, '#!/usr/local/bin/gone\n');
  const members = [
    script('usr/lib/tool/module.py'),
    script('usr/bin/tool'),
    script('srv/own'),
    ...dpkg({ name: 'tool', paths: ['/usr/bin/tool', '/usr/lib/tool/module.py'] }),
  ];
  const seeds = ['usr/lib/tool/module.py', 'usr/bin/tool', 'srv/own'];
  assert.deepEqual(closureOf({ members, seeds }).findings, [
    { kind: 'unresolved-interpreter', name: '/usr/local/bin/gone', requesters: ['srv/own', 'usr/bin/tool'] },
  ]);
});
