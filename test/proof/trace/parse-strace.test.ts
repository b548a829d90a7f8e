import assert from 'node:assert/strict';
import { test } from 'node:test';
import { directory, file, symlink } from '../../builders/tar.ts';
import { learn, lines, recorded, recordedTree, withoutDescriptorPaths } from './recording.ts';

/** The lines of one process that was started in /srv/t. */
function trace(...calls: readonly string[]): string {
  return ['execve("/usr/bin/sh", ["s"...], 0x7ffc /* 3 vars */) = 0', ...calls]
    .map((call) => `7     ${call}\n`)
    .join('');
}

/** What is learned of files in /srv/t. */
function used(...calls: readonly string[]): string[] {
  return lines(learn(trace(...calls)), '/srv').map((line) => line.replace(' /usr/bin/sh', ''));
}

const SHELL = [
  '/srv/t resolved /usr/bin/ln',
  '/srv/t/a listed /usr/bin/ls',
  '/srv/t/a/b resolved /srv/t/a/run',
  '/srv/t/a/run executed /usr/bin/sh',
  '/srv/t/a/x opened /srv/t/a/run',
  '/srv/t/abs/s opened /usr/bin/sh',
  '/srv/t/lnk resolved /usr/bin/sh',
  '/srv/t/mtab resolved /usr/bin/sh',
];

test('a script: subshells, relative paths through links and .., a script of its own, files that it makes and removes', () => {
  const read = learn(recorded('shell'));
  assert.deepEqual(lines(read, '/srv'), [...SHELL, '/srv/t/share/sub/s opened /usr/bin/sh']);
  assert.deepEqual(
    lines(read, '/usr'),
    ['ln', 'ls', 'mkdir', 'rm', 'sh'].map((name) => `/usr/bin/${name} executed /usr/bin/sh`),
  );
  assert.deepEqual([read.started, read.unreadable], [true, []]);
});

test('without what strace says of descriptors, only what is reached by a link of its own making is missed', () => {
  assert.deepEqual(lines(learn(withoutDescriptorPaths(recorded('shell'))), '/srv'), SHELL);
});

test('what goes on after the first process has ended is learned, and named', () => {
  const { learned, outliving, exitCode } = learn(recorded('background'), { tree: recordedTree(file('etc/passwd')) });
  assert.deepEqual(outliving, ['/usr/bin/cat', '/usr/bin/sh', '/usr/bin/sleep']);
  assert.equal(exitCode, 0);
  assert.ok(learned.some(({ path, by }) => path === '/etc/passwd' && by === '/usr/bin/cat'));
  assert.deepEqual(learn(recorded('shell')).outliving, []);
});

const THREADS = [
  '/srv/t listed /srv/t/threads',
  '/srv/t/a resolved /srv/t/threads',
  '/srv/t/a/run resolved /srv/t/threads',
  '/srv/t/a/x opened /srv/t/threads',
  '/srv/t/abs resolved /srv/t/threads',
  '/srv/t/lnk resolved /srv/t/threads',
  '/srv/t/prog executed /srv/t/threads',
  '/srv/t/share/s opened /srv/t/threads',
  '/srv/t/threads executed /srv/t/threads',
];

test('threads share a working directory and descriptors; their children are seen before vfork returns', () => {
  const text = recorded('threads');
  assert.match(text, /vfork\( <unfinished.*execve.*vfork resumed/s);
  // the walk through lnk/.. meets the directory that the link leads to
  const expected = [...THREADS.slice(0, 2), '/srv/t/a/b resolved /srv/t/threads', ...THREADS.slice(2)];
  assert.deepEqual(lines(learn(text), '/srv'), expected);
  assert.deepEqual(lines(learn(withoutDescriptorPaths(text)), '/srv'), expected);
  assert.deepEqual(lines(learn(text, { piece: 7 }), '/srv'), expected);
});

test('a thread that calls execve goes on as the first one', () => {
  const read = learn(recorded('exec'), { tree: recordedTree(file('etc/passwd')) });
  assert.deepEqual(lines(read), [
    '/etc/passwd resolved /srv/t/prog',
    '/srv/t/ex executed /srv/t/ex',
    '/srv/t/prog executed /srv/t/ex',
    '/srv/t/share resolved /srv/t/ex',
  ]);
});

test('every byte of a name is exact', () => {
  assert.deepEqual(lines(learn(recorded('odd')), '/srv'), ['/srv/t/a/o\xff >"\n,) = 3 opened /usr/bin/cat']);
});

test('a process that gives up its rights can no longer be read, which is said; with the calls made void it can', () => {
  const dropped = learn(recorded('dropped'));
  assert.deepEqual(dropped.unreadable, ['/srv/t/drop']);
  assert.deepEqual(lines(dropped), ['/srv/t/drop executed /srv/t/drop', '/srv/t/jail resolved /srv/t/drop']);
  const kept = learn(recorded('dropped-not'));
  assert.deepEqual(kept.unreadable, []);
  assert.deepEqual(lines(kept), [
    '/srv/t/drop executed /srv/t/drop',
    '/srv/t/jail resolved /srv/t/drop',
    '/srv/t/jail/a/x opened /srv/t/drop',
    // the socket's folder
    '/srv/t/jail/share resolved /srv/t/drop',
    '/srv/t/jail/share/s opened /srv/t/drop',
  ]);
});

test('a program that is started after that can be read again, but for its own name', () => {
  const read = learn(recorded('gosu'));
  assert.deepEqual(read.unreadable, ['/usr/bin/setpriv']);
  assert.deepEqual(lines(read, '/srv'), ['/srv/t/share/s opened /usr/bin/setpriv']);
});

test('what fails is learned only where the file is there all the same', () => {
  assert.deepEqual(used('access("a/x", X_OK) = -1 EACCES (Permission denied)'), ['/srv/t/a/x resolved']);
  assert.deepEqual(used('mkdir("a/b", 0777) = -1 EEXIST (File exists)'), ['/srv/t/a/b resolved']);
  assert.deepEqual(used('open("a/x", O_RDONLY) = -1 ENOENT (No such file or directory)'), []);
  assert.deepEqual(used('open("a/new", O_RDWR) = -1 EACCES (Permission denied)'), []);
  assert.deepEqual(used('open("lnk", O_RDONLY|O_NOFOLLOW) = -1 ELOOP (Too many levels of symbolic links)'), [
    '/srv/t/lnk resolved',
  ]);
});

test('of a file that the run makes, the folder is learned, and the link that leads there', () => {
  assert.deepEqual(used('open("a/new", O_WRONLY|O_CREAT|O_EXCL, 0666) = 3</srv/t/a/new>'), ['/srv/t/a resolved']);
  assert.deepEqual(used('mkdir("abs/new", 0777) = 0', 'open("abs/new/x", O_WRONLY|O_CREAT, 0666) = 3'), [
    '/srv/t/abs resolved',
    '/srv/t/share resolved',
  ]);
  assert.deepEqual(used('rename("a/x", "share/y") = 0'), ['/srv/t/a/x resolved', '/srv/t/share resolved']);
});

test('a path with .. stands for what it leads to and crosses; one without stays as it was', () => {
  assert.deepEqual(used('stat("lnk/../x", {st_mode=S_IFREG|0644, st_size=2, ...}) = 0'), [
    '/srv/t/a/b resolved',
    '/srv/t/a/x resolved',
    '/srv/t/lnk resolved',
  ]);
  assert.deepEqual(used('open(".//abs/./s", O_RDONLY) = 3'), ['/srv/t/abs/s opened']);
});

test("the kernel's directories and the tracer's own folder are left out, a link into them is not", () => {
  const tree = recordedTree(file('.skinnywhale-0/lib/libc.so.6'), symlink('srv/out', '/dev/stdout'), directory('sys'));
  const calls = ['/proc/self/maps', '/dev/null', '/sys/x', '/.skinnywhale-0/lib/libc.so.6', '/srv/out', '/'];
  const read = learn(trace(...calls.map((path) => `open("${path}", O_RDONLY) = 3`)), { tree });
  assert.deepEqual(lines(read), ['/srv/out resolved /usr/bin/sh', '/usr/bin/sh executed /usr/bin/sh']);
});

test('directories are listed or resolved, never opened', () => {
  const calls = ['open("a", O_RDONLY|O_DIRECTORY) = 3', 'open("share", O_RDONLY|O_DIRECTORY) = 4'];
  assert.deepEqual(used(...calls, 'getdents64(4, 0x55fd /* 4 entries */, 32768) = 96'), [
    '/srv/t/a resolved',
    '/srv/t/share listed',
  ]);
  assert.deepEqual(used('openat(AT_FDCWD, "a/x", O_RDONLY|O_PATH) = 3'), ['/srv/t/a/x resolved']);
});

test('a child has its own working directory, unless clone says otherwise; unshare ends that', () => {
  const child = (flags: string): string[] =>
    lines(
      learn(
        `${[
          '7 execve("/usr/bin/sh", ["s"...], 0x7ffc /* 3 vars */) = 0',
          `7 clone(child_stack=NULL, flags=${flags}SIGCHLD) = 8`,
          '8 chdir("a") = 0',
          '7 access("x", R_OK) = 0',
          '8 access("x", R_OK) = 0',
        ].join('\n')}\n`,
        { tree: recordedTree(file('srv/t/x')) },
      ),
      '/srv',
    ).filter((line) => line.includes('/x '));
  const [inner, outer] = ['/srv/t/a/x resolved /usr/bin/sh', '/srv/t/x resolved /usr/bin/sh'];
  assert.deepEqual(child(''), [inner, outer]);
  assert.deepEqual(child('CLONE_VM|CLONE_FS|'), [inner]);
  const unshared = trace('unshare(CLONE_FS) = 0', 'chdir("a") = 0', 'access("x", R_OK) = 0');
  assert.deepEqual(lines(learn(unshared), '/srv/t/a/x'), [inner]);
});

test('processes whose parent was killed in the middle of clone count, too', () => {
  const text = `${trace('vfork( <unfinished ...>')}8 execve("/usr/bin/ls", ["l"...], 0x1 /* 3 vars */) = 0\n`;
  assert.deepEqual(lines(learn(text), '/usr/bin/ls'), ['/usr/bin/ls executed /usr/bin/ls']);
  assert.deepEqual(lines(learn(`${text}7 +++ killed by SIGKILL +++\n8 +++ exited with 0 +++`), '/usr/bin/ls'), [
    '/usr/bin/ls executed /usr/bin/ls',
  ]);
});

test('a program that was never started is told', () => {
  assert.equal(learn('').started, false);
  assert.equal(learn('7 execve("/nonesuch", ["n"...], 0x1) = -1 ENOENT (No such file or directory)\n').started, false);
});

test('what is no line of strace is left out, however long', () => {
  const hostile = [
    '7',
    '7 x',
    '7 open("',
    '7 open("a/x',
    '8 <... open resumed>) = 3',
    '7 +++ x',
    `7 open("${'a'.repeat(1e6)}`,
  ];
  const text = [...hostile, ...hostile.map((line) => `${line}\xff\0`), '7 open("a/x", O_RDONLY) = 3', ''].join('\n');
  assert.deepEqual(lines(learn(text)), ['/srv/t/a/x opened /']);
  assert.deepEqual(lines(learn('x'.repeat(5e6), { piece: 1 << 16 })), []);
});
