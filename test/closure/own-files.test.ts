import assert from 'node:assert/strict';
import { test } from 'node:test';
import { computeClosure } from '../../src/closure/closure.ts';
import type { RunConfig } from '../../src/model/image-config.ts';
import { type ImagePath, imagePath } from '../../src/model/image-path.ts';
import { readPackages } from '../../src/package-records/read-packages.ts';
import { directory, file, program, symlink, type TarMember } from '../builders/tar.ts';
import { viewOf } from './view.ts';

/** Packages with something in places that are a user's as well. */
const SYSTEM: readonly TarMember[] = [
  program('usr/bin/node', 'x'),
  program('usr/bin/dotnet', 'x'),
  file('usr/share/nodejs/a.js'),
  file('opt/vendor/suite/data'),
  file('opt/vendor/suite/other'),
  file(
    'var/lib/dpkg/info/nodejs.list',
    '/opt\n/srv\n/usr/bin/node\n/usr/share/nodejs\n/usr/share/nodejs/a.js\n/usr/share\n/usr/lib\n',
  ),
  file(
    'var/lib/dpkg/info/suite.list',
    '/opt/vendor\n/opt/vendor/suite\n/opt/vendor/suite/data\n/opt/vendor/suite/other\n',
  ),
];

/** The files that are kept because they are the user's own, or because the configuration names them. */
function own(members: readonly TarMember[], run: RunConfig, changed: readonly string[] = []): string[] {
  const view = viewOf(run, ...SYSTEM, ...members);
  const seeds = changed.flatMap((path) => {
    const entry = view.tree.get(imagePath(path));
    return entry === undefined ? [] : [{ entry, reason: { kind: 'changed' } as const }];
  });
  const policy = { rules: ['-all', '+own-files'], dlopen: 'off', programs: 'direct' } as const;
  const { kept } = computeClosure(view, seeds, policy, [], readPackages(view));
  const isFile = (path: ImagePath): boolean => view.tree.get(path)?.type === 'file';
  const isOwn = (path: ImagePath): boolean => ['unowned', 'config'].includes(kept.get(path)?.[0]?.kind ?? '');
  return [...kept.keys()].filter((path) => isFile(path) && isOwn(path)).sort();
}

test('an argument of the command stands for its whole application', () => {
  const members = [file('srv/shop/bin/server.js'), file('srv/shop/views/a.html'), file('srv/other/b')];
  assert.deepEqual(own(members, { Cmd: ['node', '/srv/shop/bin/server.js'] }), [
    'srv/shop/bin/server.js',
    'srv/shop/views/a.html',
    'usr/bin/node',
  ]);
});

test('WorkingDir is the application where no package has it, also below /opt, /home, /usr/local and in the middle of it', () => {
  for (const [workdir, expected] of [
    ['/opt', 'opt/a/data'],
    ['/home/app', 'home/app/a/data'],
    ['/usr/local/tomcat', 'usr/local/tomcat/webapps/data'],
    ['/srv/a/server', 'srv/a/shared/data'],
    ['/var/www/html', 'var/www/html/data'],
    ['/app', 'app/data'],
    ['/usr/share/app', 'usr/share/app/data'],
  ] as const) {
    const members = [file(expected), directory(workdir.slice(1))];
    assert.ok(own(members, { WorkingDir: workdir }).includes(expected), workdir);
  }
});

test('what a package owns, caches, and runtimes beside the application stay out', () => {
  const members = [
    file('opt/app/main.py'),
    file('opt/jdk/bin/java'),
    file('opt/jdk/lib/modules'),
    file('root/app.js'),
    file('root/.cache/pip/wheel'),
  ];
  assert.deepEqual(own(members, { WorkingDir: '/opt' }), ['opt/app/main.py']);
  assert.deepEqual(own(members, { WorkingDir: '/root' }), ['root/app.js']);
  assert.deepEqual(own(members, { Cmd: ['node', '/opt/vendor/suite/data'] }), [
    'opt/vendor/suite/data',
    'usr/bin/node',
  ]);
});

test('a runtime in a prefix of its own is left to its rule, a virtual environment is part of its application', () => {
  const python = [program('opt/conda/bin/python3', 'x'), file('opt/conda/pkgs/large')];
  assert.deepEqual(own(python, { Cmd: ['/opt/conda/bin/python3'] }), ['opt/conda/bin/python3']);
  const environment = [program('opt/app/bin/python3', 'x'), file('opt/app/pyvenv.cfg'), file('opt/app/src/main.py')];
  assert.ok(own(environment, { Cmd: ['/opt/app/bin/python3'] }).includes('opt/app/src/main.py'));
  const local = [program('usr/local/bin/node', 'x'), file('usr/local/lib/node_modules/npm/index.js')];
  assert.deepEqual(own(local, { Cmd: ['/usr/local/bin/node'], WorkingDir: '/usr/local/bin' }), ['usr/local/bin/node']);
});

test('one changed file stands for the application in the parent; a file of settings in a home does not', () => {
  const members = [file('srv/app/main.js'), file('srv/app/touched'), file('root/.bash_history'), file('root/data')];
  assert.deepEqual(own(members, {}, ['srv/app/touched', 'root/.bash_history']), ['srv/app/main.js']);
});

test('links of the user lead on to directories, and to what is in them', () => {
  const members = [
    symlink('srv/app/current', 'releases/7'),
    file('srv/app/releases/7/main.js'),
    symlink('srv/app/releases/7/uploads', '../../../../data/shared/uploads'),
    file('data/shared/uploads/a.png'),
    file('data/shared/logs/old'),
  ];
  const found = own(members, { Cmd: ['node', '/srv/app/current/main.js'] });
  assert.ok(found.includes('data/shared/uploads/a.png'));
  assert.ok(!found.includes('data/shared/logs/old'));
  const changed = own([symlink('srv/now', '/releases/7'), file('releases/7/main.js'), file('releases/6/main.js')], {}, [
    'srv/now',
  ]);
  assert.deepEqual(changed, ['releases/7/main.js']);
});

test('without a package database the directories of packages are not taken for the user’s', () => {
  const view = viewOf({ Cmd: ['/usr/share/app/run'] }, program('usr/share/app/run', 'x'), file('usr/share/app/data'));
  const policy = { rules: ['-all', '+own-files'], dlopen: 'off', programs: 'direct' } as const;
  const { kept } = computeClosure(view, [], policy, [], { kind: 'rpm', packages: [], isWhole: true });
  assert.ok(!kept.has(imagePath('usr/share/app/data')));
});
