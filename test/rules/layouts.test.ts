import assert from 'node:assert/strict';
import { test } from 'node:test';
import { computeClosure } from '../../src/closure/closure.ts';
import type { Closure } from '../../src/closure/closure-result.ts';
import type { RunConfig } from '../../src/model/image-config.ts';
import { file, symlink, type TarMember } from '../builders/tar.ts';
import { viewOf } from '../closure/view.ts';
import { exe, glibc, lib } from '../loader/image.ts';

const SCRIPT = { mode: 0o755 };

/** What runtimes need in layouts that no Debian package has, as {@link viewOf} files; contents don't matter. */
function closureOf(run: RunConfig, members: readonly TarMember[], changed: readonly string[] = []): Closure {
  const view = viewOf(run, glibc(), ...members);
  const seeds = changed.map((path) => {
    const { entry } = view.tree.resolve(path);
    assert.ok(entry, path);
    return { entry, reason: { kind: 'changed' as const } };
  });
  return computeClosure(view, seeds, { rules: [], dlopen: 'likely', programs: 'direct' });
}

function files(...names: readonly string[]): TarMember[] {
  return names.map((name) => file(name));
}

function check(closure: Closure, wanted: readonly string[], unwanted: readonly string[] = []): void {
  const kept = [...closure.kept.keys()].map(String);
  assert.deepEqual(
    wanted.filter((path) => !kept.includes(path)),
    [],
    'missing',
  );
  assert.deepEqual(
    unwanted.filter((path) => kept.includes(path)),
    [],
    'kept for nothing',
  );
}

test('python: an interpreter in /usr/local, as in Docker images', () => {
  const at = 'usr/local/lib/python3.12';
  const wanted = [`${at}/os.py`, `${at}/site-packages/flask/__init__.py`, 'usr/local/lib/python312.zip'];
  const unwanted = [
    `${at}/site-packages/pip/__init__.py`,
    `${at}/test/test_os.py`,
    `${at}/config-3.12-x86_64-linux-gnu/Makefile`,
    'usr/local/lib/python3.11/os.py',
  ];
  const members = [
    exe('usr/local/bin/python3.12'),
    symlink('usr/local/bin/python3', 'python3.12'),
    ...files(...wanted, ...unwanted),
  ];
  check(closureOf({ Cmd: ['python3'] }, members), wanted, unwanted);
});

test('python: a virtual environment, *.pth files and PYTHONPATH', () => {
  const wanted = [
    'opt/venv/pyvenv.cfg',
    'opt/venv/lib/python3.11/site-packages/a.py',
    'usr/lib/python3.11/os.py',
    'srv/extra/b.py',
    'srv/more/c.py',
  ];
  const members = [
    exe('usr/bin/python3.11'),
    symlink('opt/venv/bin/python', '/usr/bin/python3.11'),
    file('opt/venv/lib/python3.11/site-packages/extra.pth', '/srv/extra\n/usr\nimport os\n'),
    ...files(...wanted),
    file('usr/share/unrelated'),
  ];
  const run = { Env: ['PATH=/opt/venv/bin:/usr/bin', 'PYTHONPATH=/srv/more:/usr/share'], Cmd: ['python'] };
  check(closureOf(run, members), wanted, ['usr/share/unrelated']);
  // Without its configuration it is a link like any other.
  const plain = members.filter(({ name }) => name !== 'opt/venv/pyvenv.cfg');
  check(closureOf(run, plain), ['usr/lib/python3.11/os.py'], ['opt/venv/lib/python3.11/site-packages/a.py']);
});

test("python: a module's own shebang is no finding", () => {
  const module = file('usr/lib/python3.11/cgi.py', '#! /none/python\n', SCRIPT);
  const own = file('app/run', '#! /none/python\n', SCRIPT);
  const members = [exe('usr/bin/python3.11'), module, own];
  const { findings } = closureOf({ Cmd: ['python3.11'] }, members, ['/app/run']);
  assert.deepEqual(
    findings.filter(({ kind }) => kind === 'unresolved-interpreter'),
    [{ kind: 'unresolved-interpreter', name: '/none/python', requesters: ['app/run'] }],
  );
});

test('ruby: an interpreter in /usr/local and gems where GEM_HOME says', () => {
  const wanted = ['usr/local/lib/ruby/3.3.0/set.rb', 'usr/local/bundle/gems/rack-3.0/lib/rack.rb'];
  const unwanted = ['usr/local/bundle/cache/rack-3.0.gem', 'usr/local/lib/ruby/gems/3.3.0/doc/x.ri'];
  const members = [exe('usr/local/bin/ruby'), ...files(...wanted, ...unwanted)];
  check(closureOf({ Env: ['GEM_HOME=/usr/local/bundle'], Cmd: ['ruby'] }, members), wanted, unwanted);
});

test('perl: the directories that are compiled into the interpreter, and PERL5LIB', () => {
  const at = 'usr/local/lib/perl5';
  const wanted = [`${at}/5.38.0/strict.pm`, `${at}/site_perl/5.38.0/JSON/XS.pm`, 'srv/lib/Own.pm'];
  const unwanted = [`${at}/5.38.0/pod/perl.pod`, `${at}/5.38.0/CORE/perl.h`, 'opt/other/perl/X.pm'];
  const strings = [`/${at}/site_perl/5.38.0`, `/${at}/5.38.0`];
  const members = [exe('usr/local/bin/perl', { strings }), ...files(...wanted, ...unwanted)];
  check(closureOf({ Env: ['PERL5LIB=/srv/lib'], Cmd: ['perl'] }, members), wanted, unwanted);
});

test('php: extensions that conf.d names, in the directory that is compiled in', () => {
  const at = 'usr/local/lib/php/extensions/no-debug-non-zts-20230831';
  const members = [
    exe('usr/local/bin/php', { strings: ['/usr/local/etc/php', '/usr/local/etc/php/conf.d', `/${at}`] }),
    file('usr/local/etc/php/conf.d/ext-gd.ini', 'extension=gd\n'),
    file('usr/local/etc/php/conf.d/ext-opcache.ini', `zend_extension=/${at}/opcache.so\n;extension=unused\n`),
    ...['gd', 'opcache', 'unused'].map((name) => lib(`${at}/${name}.so`)),
  ];
  const closure = closureOf({ Cmd: ['php'] }, members);
  check(closure, [`${at}/gd.so`, `${at}/opcache.so`, 'usr/local/etc/php/conf.d/ext-gd.ini'], [`${at}/unused.so`]);
});

test('composer, node-modules: dependencies in the parent image of a program in the change layer', () => {
  const wanted = ['app/vendor/autoload.php', 'app/vendor/a/b.php', 'app/node_modules/krill/k.js'];
  const unwanted = ['app/node_modules/@types/x.d.ts', 'other/node_modules/x.js', 'other/vendor/autoload.php'];
  const members = files('app/src/index.php', 'app/src/main.js', ...wanted, ...unwanted);
  check(closureOf({}, members, ['/app/src/index.php', '/app/src/main.js']), wanted, unwanted);
  check(closureOf({}, members, ['/app/src/index.php']), [], ['app/node_modules/krill/k.js']);
});

test('node-modules: a global program with the packages that were installed for it', () => {
  const at = 'usr/local/lib/node_modules/@scope/tool';
  const members = [
    file(`${at}/bin/tool`, '#!/usr/bin/env node\n', SCRIPT),
    symlink('usr/local/bin/tool', `../lib/node_modules/@scope/tool/bin/tool`),
    ...files(`${at}/package.json`, `${at}/node_modules/dep/index.js`, 'usr/local/lib/node_modules/npm/index.js'),
  ];
  const wanted = [`${at}/package.json`, `${at}/node_modules/dep/index.js`];
  check(closureOf({ Cmd: ['tool'] }, members), wanted, ['usr/local/lib/node_modules/npm/index.js']);
});

test('java: JAVA_HOME anywhere, without what only developers want', () => {
  const at = 'opt/java/openjdk';
  const wanted = [`${at}/lib/modules`, `${at}/conf/net.properties`, `${at}/release`];
  const unwanted = [`${at}/jmods/java.base.jmod`, `${at}/lib/src.zip`, `${at}/man/java.1`];
  const members = [exe(`${at}/bin/java`), ...files(...wanted, ...unwanted)];
  const { kept, findings } = closureOf({ Cmd: [`/${at}/bin/java`] }, [...members, file(`${at}/jmods/x`, 'large')]);
  check({ kept, findings, declined: new Map() }, wanted, unwanted);
  assert.ok(findings.some((finding) => finding.kind === 'optional-data' && finding.rule === 'java-development'));
});

test('lua, r and octave: modules, packages and functions', () => {
  const cases: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    ['usr/bin/lua5.3', ['usr/share/lua/5.3/a.lua', 'usr/local/lib/lua/5.3/b.so'], ['usr/share/lua/5.4/a.lua']],
    [
      'usr/lib/R/bin/exec/R',
      ['usr/lib/R/library/base/R/base.rdb', 'etc/R/Rprofile.site', 'usr/local/lib/R/site-library/x/DESCRIPTION'],
      ['usr/lib/R/library/base/help/base.rdx', 'usr/share/R/doc/COPYING'],
    ],
    [
      'usr/bin/octave-cli',
      ['usr/share/octave/7.3.0/m/a.m', 'usr/lib/octave/site/b.m'],
      ['usr/share/octave/7.3.0/doc/x'],
    ],
  ];
  for (const [program, wanted, unwanted] of cases) {
    const members = [exe(program), ...files(...wanted, ...unwanted)];
    check(closureOf({ Cmd: [`/${program}`] }, members), wanted, unwanted);
  }
});

test('certificates and time-zones: a static Go program, whose texts are one long run', () => {
  const wanted = ['etc/ssl/certs/ca-certificates.crt', 'usr/share/zoneinfo/Europe/Berlin'];
  const unwanted = ['etc/ssl/private/key.pem', 'usr/share/zoneinfo/right/Europe/Berlin'];
  const strings = ['timeout/etc/ssl/certs/ca-certificates.crterror/usr/share/zoneinfo/bad'];
  const more = files(...wanted, ...unwanted);
  const members = (texts: readonly string[]): TarMember[] => [
    exe('app/go', { strings: texts, interpreter: '' }),
    ...more,
  ];
  check(closureOf({}, members(strings), ['/app/go']), wanted, unwanted);
  check(closureOf({}, members(['plain']), ['/app/go']), [], wanted);
});

test('locale: the archive where a locale has no directory of its own', () => {
  const archive = 'usr/lib/locale/locale-archive';
  const members = [exe('bin/main', { imports: ['setlocale'] }), ...files(archive, 'usr/lib/locale/de_DE.utf8/LC_TIME')];
  const asked = (...Env: string[]): Closure => closureOf({ Env, Cmd: ['/bin/main'] }, members);
  check(asked('LANG=de_DE.UTF-8'), ['usr/lib/locale/de_DE.utf8/LC_TIME'], [archive]);
  check(asked('LC_ALL=sv_SE.UTF-8'), [archive], ['usr/lib/locale/de_DE.utf8/LC_TIME']);
  check(asked('LANG=C.UTF-8'), [], [archive, 'usr/lib/locale/de_DE.utf8/LC_TIME']);
});

test('tar has the compressors that are installed, stdbuf the library that it preloads', () => {
  const tools = ['tar', 'gzip', 'xz', 'stdbuf'].map((name) => exe(`usr/bin/${name}`));
  const libstdbuf = lib('usr/libexec/coreutils/libstdbuf.so');
  const members = [...tools, libstdbuf];
  check(closureOf({ Cmd: ['tar'] }, members), ['usr/bin/gzip', 'usr/bin/xz'], [libstdbuf.name]);
  check(closureOf({ Cmd: ['stdbuf', '-oL', 'tar'] }, members), [libstdbuf.name, 'usr/bin/gzip']);
  check(closureOf({ Cmd: ['stdbuf'] }, members), [libstdbuf.name], ['usr/bin/gzip']);
});
