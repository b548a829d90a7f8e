import assert from 'node:assert/strict';
import { test } from 'node:test';
import { computeClosure } from '../../src/closure/closure.ts';
import type { Closure } from '../../src/closure/closure-result.ts';
import { selectSeeds } from '../../src/closure/roots/selection.ts';
import type { RunConfig } from '../../src/model/image-config.ts';
import type { ImagePath } from '../../src/model/image-path.ts';
import { directory, file, program, symlink, type TarMember } from '../builders/tar.ts';
import { buildClass, buildZip } from '../builders/zip.ts';
import { exe, glibc, lib } from '../loader/image.ts';
import { viewOf } from './view.ts';

interface Question {
  /** the change layer */
  readonly own: readonly TarMember[];
  /** what is in the parent */
  readonly parent?: readonly TarMember[];
  readonly run?: RunConfig;
  readonly ranAs?: RunConfig;
  readonly rules?: readonly string[];
}

const TOOLS = ['sh', 'tar', 'gzip', 'sort', 'head', 'echo', 'convert', 'date', 'python3', 'node', 'awk', 'hostname'];

function closureOf({ own, parent = [], run = {}, ranAs, rules = [] }: Question): Closure {
  const tools = TOOLS.map((name) => program(`usr/bin/${name}`, `I am ${name}`));
  const view = viewOf(run, symlink('bin', 'usr/bin'), ...tools, ...parent, ...own);
  const selection = { include: [], exclude: [], trim: [], bruteLib: false, bruteUsrLib: false };
  const changed = new Set(own.map(({ name }) => name as ImagePath));
  const { tree, seeds } = selectSeeds(view.tree, changed, selection);
  return computeClosure({ ...view, tree, ranAs }, seeds, {
    rules: ['-all', '+mentions', '+starts', ...rules],
    dlopen: 'off',
    programs: 'direct',
  });
}

/** What of the parent comes along: tools by their name, other files by their path. */
function added(question: Question): string {
  const own = new Set(question.own.map(({ name }) => name));
  const files = [...closureOf(question).kept.keys()].filter((path) => !own.has(path) && /^usr\/bin\/|\./.test(path));
  const names = files.map((path) => path.replace(/^usr\/bin\//, ''));
  return names.sort().join(' ');
}

test('programs that code starts come along, others do not', () => {
  const own = [file('srv/app.py', 'import os\nos.system("sort x | head")\n')];
  assert.equal(added({ own }), 'head sort');
  assert.equal(added({ own, rules: ['-starts'] }), '');
});

test('text that starts programs is read by its place and its form', () => {
  const cases: readonly (readonly [path: string, text: string, tools: string])[] = [
    ['etc/supervisor/conf.d/x.conf', '[program:x]\ncommand=/usr/bin/sort -u\n', 'sort'],
    [
      'etc/supervisord.conf',
      '[program:x]\ncommand=sh -c "date | head" ; why\n[unix_http_server]\nfile=/x\n',
      'date head sh',
    ],
    ['etc/cron.d/x', 'MAILTO=x\n*/5 * * * * root sort x | head > y\n# * * * * * root date\n', 'head sort'],
    ['var/spool/cron/crontabs/root', '@daily date\n0 3 * * 1-5 tar c %\n', 'date tar'],
    ['srv/crontab', '* * * * * date\n', 'date'],
    ['etc/logrotate.d/x', '/var/log/x {\n  compress\n  postrotate\n    date > /x\n  endscript\n}\n', 'date gzip'],
    ['etc/systemd/system/x.service', '[Service]\nExecStart=-/usr/bin/sort -u\nExecStartPre=@date x\n', 'date sort'],
    ['srv/Procfile', 'web: sort x | head\n', 'head sort'],
    ['etc/inittab', '::respawn:/usr/bin/sort -u\ntty1::askfirst:-/bin/sh\n', 'sh sort'],
    ['etc/mail.rc', 'set sendmail="/usr/bin/sort -t"\n', 'sort'],
    ['root/.gitconfig', '[core]\n\tpager = head -n 5\n[alias]\n\tx = !sort -u\n', 'head sort'],
    ['srv/web.conf', 'include_shell "head -n 1 x | sort"\nname = "date of birth"\n', 'head sort'],
    ['etc/php/php.ini', 'sendmail_path = "/usr/bin/sort -t -i"\n', 'sort'],
  ];
  for (const [path, text, tools] of cases) assert.equal(added({ own: [file(path, text)] }), tools, path);
});

test('a script that a shell or an interpreter is given is read, executable or not', () => {
  const own = [file('srv/start', 'sort x\n'), file('srv/main', 'import os\nos.system("head x")\n')];
  const cases: readonly (readonly [RunConfig, string])[] = [
    [{ Cmd: ['sh', '-e', 'start'], WorkingDir: '/srv' }, 'sh sort'],
    [{ Cmd: ['sh', '/srv/start'] }, 'sh sort'],
    [{ Cmd: ['sh', '-c', 'exec sh /srv/start'] }, 'sh sort'],
    [{ Entrypoint: ['sh'], Cmd: ['/srv/start'] }, 'sh sort'],
    [{ Cmd: ['python3', '-u', '/srv/main'] }, 'head python3'],
    [{ Cmd: ['python3', '-c', 'import os; os.system("date")'] }, 'date python3'],
    [{ Cmd: ['awk', 'BEGIN { system("date") }'] }, 'awk date'],
    [{ Healthcheck: { Test: ['CMD', 'sh', '/srv/start'] } }, 'sh sort'],
    [{ Healthcheck: { Test: ['CMD-SHELL', 'sort x || exit 1'] } }, 'sh sort'],
    [{ Cmd: ['sh'] }, 'sh'],
  ];
  for (const [run, tools] of cases) assert.equal(added({ own, run }), tools, JSON.stringify(run));
});

test("a container's own command is looked up from its own working directory", () => {
  const own = [file('srv/package.json', '{"scripts":{"start":"sort x"}}'), file('srv/Makefile', 'all:\n\thead x\n')];
  const parent = ['npm', 'make'].map((name) => program(`usr/bin/${name}`, `I am ${name}`));
  assert.equal(added({ own, parent, ranAs: { Cmd: ['npm', 'start'], WorkingDir: '/srv' } }), 'npm sort');
  assert.equal(added({ own, parent, ranAs: { Cmd: ['make'], WorkingDir: '/srv' } }), 'head make');
  assert.equal(added({ own, parent, ranAs: { Cmd: ['make'] } }), 'make');
  assert.equal(
    added({ own, parent, ranAs: { Healthcheck: { Test: ['CMD-SHELL', 'sort x | head'] } } }),
    'head sh sort',
  );
});

test('scripts that change PATH look there, and so does what they start', () => {
  const parent = [program('usr/lib/postgresql/15/bin/initdb', 'x'), program('opt/tool/bin/tool', 'x')];
  const own = [
    program('srv/run', '#!/bin/sh\nexport PATH=/usr/lib/postgresql/$V/bin:/opt/tool/bin:$PATH\ninitdb; sh /srv/x\n'),
  ];
  const called = file('srv/x', 'tool\n');
  const programs = [
    ...closureOf({ own: [...own, called], parent, run: { Env: ['V=15', 'PATH=/usr/bin'] } }).kept.keys(),
  ];
  for (const path of ['usr/lib/postgresql/15/bin/initdb', 'opt/tool/bin/tool'])
    assert.ok(programs.includes(path as ImagePath), path);
});

test('scripts of SQL clients start programs and load libraries', () => {
  const own = [
    file('srv/q.sql', 'select 1;\n.shell sort x | head\n.load mod_spatialite\n\\! date\n-- \\! tar\n'),
    exe('srv/app'),
  ];
  const parent = [glibc(), program('usr/bin/sqlite3', 'x'), lib('usr/lib/mod_spatialite.so')];
  const run = { Cmd: ['sqlite3', ':memory:', '-init', '/srv/q.sql'] };
  assert.match(added({ own, parent, run }), /^date head \S*ld-linux\S* sort sqlite3 usr\/lib\/mod_spatialite\.so$/);
});

test('a script that runs its arguments is given them by whoever calls it', () => {
  const script = (text: string): TarMember[] => [program('srv/entry.sh', `#!/bin/sh\n${text}\n`)];
  const parent = ['tini', 'env'].map((name) => program(`usr/bin/${name}`, `I am ${name}`));
  const passing = script('set -e\nexec env A=b "$@"');
  const Entrypoint = ['tini', '--', '/srv/entry.sh', 'sort', '-u'];
  assert.equal(added({ own: passing, parent, run: { Entrypoint } }), 'env sh sort tini');
  assert.equal(
    added({ own: passing, parent, ranAs: { Entrypoint: ['tini'], Cmd: Entrypoint.slice(1) } }),
    'env sh sort tini',
  );
  assert.equal(added({ own: script('exec env "$1.x"'), parent, run: { Entrypoint } }), 'env sh tini');
  const caller = [...passing, program('srv/run', '#!/bin/sh\n/srv/entry.sh gzip -c x\n')];
  assert.equal(added({ own: caller, parent }), 'env gzip sh');
});

test('files that scripts read in', () => {
  const own = (text: string): TarMember[] => [
    program('srv/run', `#!/bin/sh\n${text}\n`),
    file('srv/lib/a', 'sort x\n'),
    file('srv/lib/b.sh', 'head x\n'),
    file('etc/app.d/c.sh', 'date\n'),
  ];
  assert.equal(added({ own: own('. "$(dirname "$0")/lib/a"') }), 'date head sh sort');
  assert.equal(added({ own: own('D=$(cd "$(dirname "$0")" && pwd); . "$D/lib/a"') }), 'date head sh sort');
});

test('what a package manager of scripts runs, and a Makefile, only where they are used', () => {
  const own = [
    file('srv/package.json', '{"scripts":{"start":"sort x | head"}}'),
    file('srv/Makefile', 'T = gzip\ninclude more.mk\nall:\n\t@$(T) x; echo $(shell date)\n'),
    file('srv/more.mk', 'more:\n\thead x\n'),
  ];
  const parent = ['npm', 'make'].map((name) => program(`usr/bin/${name}`, `I am ${name}`));
  assert.equal(added({ own, parent, run: { Cmd: ['npm', 'start'], WorkingDir: '/srv' } }), 'head npm sort');
  assert.equal(added({ own, parent, run: { Cmd: ['make', '-C', '/srv', 'all'] } }), 'date gzip head make');
  assert.equal(added({ own, parent }), '');
});

test('paths that are named: files, directories of data, values of options and variables', () => {
  const parent = [
    file('usr/share/app/data.db', 'data'),
    file('usr/share/app/more/x.db', 'x'),
    file('etc/app.conf', 'x'),
    file('usr/share/doc/app/README', 'x'),
    file('usr/share/java/jna.jar', 'x'),
    directory('var/log/app'),
  ];
  const own = (text: string): TarMember[] => [file('srv/app.conf', text)];
  assert.equal(added({ own: own('db = "/etc/app.conf"'), parent }), 'etc/app.conf');
  assert.equal(added({ own: own('# db = /etc/app.conf'), parent }), '');
  assert.equal(added({ own: own('dir=/usr/share/app'), parent }), 'usr/share/app/data.db usr/share/app/more/x.db');
  assert.equal(added({ own: own('doc=/usr/share/doc/app/README\nall=/usr/share'), parent }), '');
  assert.equal(
    added({ own: own('opts=-cp /usr/share/java/jna.jar:/srv/j -Dx=/etc/app.conf'), parent }),
    'etc/app.conf usr/share/java/jna.jar',
  );
  assert.equal(added({ own: [], parent, run: { Env: ['X=--require /etc/app.conf'] } }), 'etc/app.conf');
  assert.equal(added({ own: [], parent, run: { Cmd: ['x', '-Dj=/etc/app.conf'] } }), 'etc/app.conf');
  assert.equal(added({ own: [file('srv/a.py', '# "/etc/app.conf"\nx = "/etc/app.conf"')], parent }), 'etc/app.conf');
  assert.equal(added({ own: [file('srv/a.py', '# "/etc/app.conf"\n')], parent }), '');
  assert.equal(added({ own: own('db = "/etc/app.conf"'), parent, rules: ['-mentions'] }), '');
});

test('directories for what programs make: sockets, logs, databases', () => {
  const parent = [directory('run/php'), directory('var/log/app'), file('var/log/app/old.log', 'x'), directory('srv/x')];
  const places = (member: TarMember): string =>
    [...closureOf({ own: [member], parent }).kept.keys()].filter((path) => /^(run|var\/log)\//.test(path)).join(' ');
  assert.equal(places(file('srv/app.conf', 'listen = /run/php/fpm.sock\nuser=x\n')), 'run/php');
  assert.equal(
    places(file('srv/app.conf', 'log = /var/log/app/old.log\nother = /var/log/gone/x.log\n')),
    'var/log/app',
  );
  assert.equal(places(exe('srv/app', { strings: ['/run/php'] })), 'run/php');
  assert.equal(places(file('srv/app.conf', 'pid = /run/app.pid\nall = /run\n')), '');
});

test('where something starts that can not be told, the common tools come along', () => {
  const own = [file('srv/app.py', 'import subprocess\nsubprocess.run(cmd)\n')];
  assert.equal(added({ own, rules: ['+common-tools'] }), 'awk date echo gzip head hostname sh sort tar');
  assert.equal(added({ own }), '');
  const told = [file('srv/app.py', 'import subprocess\nsubprocess.run(["sort"])\n')];
  assert.equal(added({ own: told, rules: ['+common-tools'] }), 'sort');
});

test('code of any other language that starts programs: its literals may be their names', () => {
  const lisp = `(run-program "/usr/bin/env" '("convert" "-s"))`;
  assert.equal(added({ own: [file('srv/a.lisp', lisp)] }), 'convert');
  assert.equal(added({ own: [file('srv/a.pro', ":- process_create(path('convert'), [])")] }), 'convert');
});

test('programs that are named and not there are found out', () => {
  const findings = closureOf({ own: [file('srv/app.py', 'import os\nos.system("gone x | sort")\n')] }).findings;
  assert.deepEqual(findings, [{ kind: 'missing-program', name: 'gone', requesters: ['srv/app.py'] }]);
});

test('documentation, examples and comments count for nothing', () => {
  for (const path of ['srv/README.md', 'srv/docs/x.py', 'srv/examples/x.py', 'srv/x.txt']) {
    assert.equal(added({ own: [file(path, 'import os\nos.system("sort /etc/app.conf")')] }), '', path);
  }
});

test('what a program names: paths, command lines, and for a package only small files', () => {
  const data = [file('usr/share/app/x.dat', 'x'.repeat(100)), file('etc/app.conf', 'x'), program('usr/bin/wc', 'wc')];
  const strings = ['/usr/share/app/x.dat', '/etc/app.conf', 'sort | wc -l', 'gzip', '%s/usr/bin/date'];
  const app = (imports: string[]): TarMember => exe('srv/app', { imports, strings, needed: ['libc.so.6'] });
  assert.equal(added({ own: [app([])], parent: data }), 'etc/app.conf usr/share/app/x.dat');
  assert.equal(added({ own: [app(['popen'])], parent: data }), 'etc/app.conf gzip sort usr/share/app/x.dat wc');
  assert.equal(added({ own: [app(['popen'])], parent: data, rules: ['-starts', '-mentions'] }), '');
});

test('names of libraries in code are looked up as the loader does it', () => {
  const parent = [lib('usr/lib/libmagic.so.1'), lib('usr/lib/mod_spatialite.so'), lib('usr/lib/libother.so.2')];
  const own = (text: string): TarMember[] => [exe('srv/python'), file('srv/app.py', text)];
  const libraries = (text: string): string =>
    added({ own: own(text), parent: [glibc(), ...parent] }).replace(/\S*ld-linux\S* ?/, '');
  assert.equal(libraries('import ctypes\nctypes.CDLL("libmagic.so.1")'), 'usr/lib/libmagic.so.1');
  assert.equal(libraries('import ctypes.util\nctypes.util.find_library("magic")'), 'usr/lib/libmagic.so.1');
  assert.equal(libraries('db.load_extension("mod_spatialite")\n# ctypes'), 'usr/lib/mod_spatialite.so');
  assert.equal(libraries('x = "magic"'), '');
});

test('names of character sets in code that glibc converts', () => {
  const gconv = 'usr/lib/x86_64-linux-gnu/gconv';
  const parent = [
    glibc(),
    file(
      `${gconv}/gconv-modules`,
      'alias SJIS// SHIFT_JIS//\nmodule SHIFT_JIS// INTERNAL SJIS 1\nmodule INTERNAL SHIFT_JIS// SJIS 1\n',
    ),
    lib(`${gconv}/SJIS.so`),
    lib(`${gconv}/BIG5.so`),
  ];
  const app = exe('srv/app', { imports: ['iconv_open'], strings: ['SJIS'], needed: ['libc.so.6'] });
  const other = exe('srv/app', { imports: [], strings: ['SJIS'], needed: ['libc.so.6'] });
  const code = file('srv/app.php', "<?php iconv('UTF-8', 'SJIS//TRANSLIT', $x);");
  assert.match(added({ own: [app], parent }), /SJIS\.so/);
  assert.match(added({ own: [exe('srv/php'), code], parent }), /SJIS\.so/);
  assert.doesNotMatch(added({ own: [app], parent }), /BIG5/);
  assert.doesNotMatch(added({ own: [other], parent }), /SJIS\.so/);
});

test('literals of .NET assemblies, which are UTF-16', () => {
  const wide = (text: string): Buffer => Buffer.from(`${text}\0`, 'utf16le');
  const assembly = (...names: string[]): TarMember => {
    const heap = Buffer.from(`MZ\0${names.map((name) => `${name}\0`).join('')}`);
    return file(
      'opt/app/app.dll',
      Buffer.concat([heap, Buffer.from([0x09]), wide('convert'), wide('-c "sort x | head"')]),
    );
  };
  assert.equal(added({ own: [assembly()] }), 'convert head sort');
  const tools = added({ own: [assembly('System.Diagnostics', 'ProcessStartInfo')], rules: ['+common-tools'] });
  assert.match(tools, /^awk convert date echo gzip /);
  const own = [exe('opt/app/mono'), assembly('libmagic.so.1')];
  assert.match(added({ own, parent: [glibc(), lib('usr/lib/libmagic.so.1')] }), /libmagic\.so\.1/);
});

test('locales that code and shell lines set', () => {
  const parent = [
    glibc(),
    file('usr/lib/locale/de_DE.utf8/LC_TIME.d', 'x'),
    file('usr/lib/locale/fr_FR.utf8/LC_TIME.d', 'x'),
    file('usr/lib/locale/locale-archive.d', 'x'),
  ];
  const locales = (member: TarMember): string =>
    added({ own: [exe('srv/python'), member], parent })
      .replace(/\S*ld-linux\S* ?/, '')
      .replace(/^sh ?/, '');
  const german = 'usr/lib/locale/de_DE.utf8/LC_TIME.d';
  assert.equal(locales(file('srv/a.py', 'locale.setlocale(locale.LC_ALL, "de_DE.UTF-8")\n')), german);
  assert.equal(locales(program('srv/a.sh', '#!/bin/sh\nLC_ALL=de_DE.UTF-8 /srv/python\n')), german);
  assert.equal(locales(program('srv/a.sh', '#!/bin/sh\nOTHER=de_DE.UTF-8\n')), '');
});

test('the class path of a jar, and what its classes start', () => {
  const manifest = 'Manifest-Version: 1.0\r\nClass-Path: lib/a.jar /usr/share/java/long-na\r\n me.jar\r\n';
  const jar = (name: string, members: Readonly<Record<string, Buffer>>): TarMember => file(name, buildZip(members));
  const parent = [
    jar('srv/lib/a.jar', {}),
    jar('usr/share/java/long-name.jar', {}),
    jar('usr/share/java/other.jar', {}),
  ];
  const starter = buildClass({ classes: ['java/lang/ProcessBuilder'], strings: ['convert', 'sort -u | head', 'gone'] });
  const own = [jar('srv/app.jar', { 'META-INF/MANIFEST.MF': Buffer.from(manifest), 'A.class': starter })];
  assert.equal(added({ own, parent }), 'convert head sort srv/lib/a.jar usr/share/java/long-name.jar');
});
