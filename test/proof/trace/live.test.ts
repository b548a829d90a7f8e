import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { livePaths } from '../../../src/proof/trace/live.ts';
import { directory, file, fixture, program, symlink } from '../../builders/tar.ts';

const ID = 'c0ffee'.padEnd(64, '0');
const folder = mkdtempSync(join(tmpdir(), 'sw-live-'));
after(() => rmSync(folder, { recursive: true }));

const { tree } = fixture(
  program('usr/bin/app', ''),
  symlink('usr/bin/app-server', 'app'),
  symlink('bin', 'usr/bin'),
  file('usr/lib/libc.so.6'),
  file('usr/lib/two\nlines.so'),
  symlink('lib', 'usr/lib'),
  file('srv/data'),
  file('vol/hidden'),
  directory('srv/jail'),
  file('dev/null'),
);

interface Process {
  readonly exe?: string;
  readonly cmdline?: string;
  readonly comm?: string;
  readonly cwd?: string;
  readonly root?: string;
  readonly files?: readonly string[];
  readonly mapped?: readonly string[];
  readonly maps?: string;
  readonly namespace?: string;
  readonly cgroup?: string;
  readonly mountinfo?: string;
}

const MOUNTS = `21 1 0:1 / / rw - overlay overlay rw
22 21 0:2 /data/containers/${ID}/hostname /etc/hostname rw - ext4 /dev/vda rw
23 21 0:2 /volumes/x /vol rw - ext4 /dev/vda rw
24 21 0:2 /volumes/y /with\\040blank rw - ext4 /dev/vda rw
`;

/** A /proc with these processes, and this one's own namespace `pid:[1]`. */
function procWith(processes: Readonly<Record<number, Process>>): string {
  const proc = mkdtempSync(join(folder, 'proc-'));
  const links = (directory: string, targets: readonly string[] = []): void => {
    mkdirSync(directory, { recursive: true });
    for (const [index, target] of targets.entries()) symlinkSync(target, join(directory, `${index}`));
  };
  mkdirSync(join(proc, 'self/ns'), { recursive: true });
  symlinkSync('pid:[1]', join(proc, 'self/ns/pid'));
  for (const [pid, each] of Object.entries(processes)) {
    const at = join(proc, pid);
    mkdirSync(join(at, 'ns'), { recursive: true });
    symlinkSync(each.namespace ?? 'pid:[2]', join(at, 'ns/pid'));
    for (const name of ['exe', 'cwd', 'root'] as const) {
      const target = each[name];
      if (target !== undefined) symlinkSync(target, join(at, name));
    }
    links(join(at, 'fd'), each.files);
    if (each.mapped !== undefined) links(join(at, 'map_files'), each.mapped);
    if (each.maps !== undefined) writeFileSync(join(at, 'maps'), each.maps);
    for (const name of ['cmdline', 'comm'] as const) writeFileSync(join(at, name), each[name] ?? '');
    writeFileSync(join(at, 'cgroup'), each.cgroup ?? '0::/\n');
    writeFileSync(join(at, 'mountinfo'), each.mountinfo ?? MOUNTS);
  }
  return proc;
}

function live(processes: Readonly<Record<number, Process>>, pid = 10): string[] {
  const learned = livePaths({ containerId: ID, pid, tree, proc: procWith(processes) });
  return learned.map(({ path, how, by }) => `${path} ${how} ${by}`);
}

const APP: Process = { exe: '/usr/bin/app', cwd: '/', root: '/' };

test('programs, mapped and open files and working directories of all processes in the namespace', () => {
  const other: Process = { ...APP, cwd: '/srv/jail', files: ['/srv/data', 'socket:[1]', 'pipe:[2]', '/dev/null'] };
  const mapped = ['/usr/bin/app', '/usr/lib/libc.so.6', '/usr/lib/two\nlines.so', '/usr/lib/libc.so.5 (deleted)'];
  const stranger: Process = { ...APP, namespace: 'pid:[3]', files: ['/vol/hidden'] };
  assert.deepEqual(live({ 10: { ...APP, mapped }, 11: other, 12: stranger }), [
    '/srv/data opened /usr/bin/app',
    '/srv/jail resolved /usr/bin/app',
    '/usr/bin/app executed /usr/bin/app',
    '/usr/lib/libc.so.6 mapped /usr/bin/app',
    '/usr/lib/two\nlines.so mapped /usr/bin/app',
  ]);
});

test('the link that a program was started by, and the files that its arguments name', () => {
  const started = (cmdline: string, comm = 'app'): string[] => {
    const lines = live({ 10: { ...APP, cwd: '/srv', cmdline, comm } });
    return lines.flatMap((line) => /^(.*) resolved /.exec(line)?.[1] ?? []).filter((path) => path !== '/srv');
  };
  assert.deepEqual(started('/bin/app-server\0/srv/data\0/nowhere\0-x\0/srv\0'), ['/bin/app-server', '/srv/data']);
  assert.deepEqual(started('app-server: waiting\0', 'app-server'), ['/usr/bin/app-server']);
  assert.deepEqual(started('app-server *:6379\0'), ['/usr/bin/app-server']);
  assert.deepEqual(started('other\0data\0data\0'), ['/srv/data']);
});

test('where map_files may not be read, maps tells the same', () => {
  const maps = [
    '55d0-55d1 r-xp 00000000 00:1f 42                         /usr/bin/app',
    '7f00-7f01 rw-p 00000000 00:00 0 ',
    '7f01-7f02 r--p 00000000 00:1f 43                         /usr/lib/libc.so.6',
    '7f02-7f03 r--p 00000000 00:1f 44                         /usr/lib/two\\012lines.so',
    '7f03-7f04 r--p 00000000 00:1f 45                         /srv/data (deleted)',
    '7ffc-7ffd rw-p 00000000 00:00 0                          [stack]',
    '',
  ].join('\n');
  assert.deepEqual(live({ 10: { ...APP, maps } }), [
    '/usr/bin/app executed /usr/bin/app',
    '/usr/lib/libc.so.6 mapped /usr/bin/app',
    '/usr/lib/two\nlines.so mapped /usr/bin/app',
  ]);
});

test('what lies in a mount is not the image', () => {
  assert.deepEqual(live({ 10: { ...APP, files: ['/vol/hidden', '/srv/data'] } }), [
    '/srv/data opened /usr/bin/app',
    '/usr/bin/app executed /usr/bin/app',
  ]);
});

test("a container in this machine's own PID namespace is told from it by its control group", () => {
  const inside = { ...APP, namespace: 'pid:[1]', cgroup: `0::/docker/${ID}\n` };
  const outside = { ...APP, namespace: 'pid:[1]', cgroup: '0::/init\n', files: ['/vol/hidden'] };
  const processes = { 1: outside, 10: inside, 11: { ...inside, files: ['/srv/data'] } };
  assert.deepEqual(live(processes), ['/srv/data opened /usr/bin/app', '/usr/bin/app executed /usr/bin/app']);
  // without one there is nothing to tell them by
  const bare = { ...inside, cgroup: '0::/\n' };
  assert.deepEqual(live({ 1: { ...outside, cgroup: '0::/\n' }, 10: bare, 11: { ...bare, files: ['/srv/data'] } }), [
    '/usr/bin/app executed /usr/bin/app',
  ]);
});

test('a process that ends meanwhile is passed over, but not the first one', () => {
  assert.deepEqual(live({ 10: APP, 11: {} }), ['/usr/bin/app executed /usr/bin/app']);
  assert.throws(() => live({ 10: {} }), /can't be looked at/);
});

test('a process of that number that is not the container’s is refused: the engine is on another machine', () => {
  assert.throws(() => live({ 10: { ...APP, mountinfo: MOUNTS.replaceAll(ID, 'other') } }), /is not the container's/);
  assert.throws(() => live({ 10: APP }, 99), /is not the container's/);
  assert.throws(() => live({ 10: APP }, 0), /is not the container's/);
});
