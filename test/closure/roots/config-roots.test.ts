import assert from 'node:assert/strict';
import { test } from 'node:test';
import { baseRoots } from '../../../src/closure/roots/base.ts';
import { configRoots } from '../../../src/closure/roots/config-roots.ts';
import type { RunConfig } from '../../../src/model/image-config.ts';
import type { Reason } from '../../../src/model/reason.ts';
import { findCommand } from '../../../src/programs/commands.ts';
import { directory, file, program, symlink } from '../../builders/tar.ts';
import { viewOf } from '../view.ts';

const PASSWD = ['root:x:0:0:root:/root:/bin/sh', 'app:x:1000:1000::/srv/app:/bin/sh', 'bad:x:1001:1001::rel:'].join(
  '\n',
);

/** `Cmd` for what is started by it, `argument of Cmd` for anything else. */
function asked(reason: Reason): string {
  assert.ok(reason.kind === 'config');
  return ['program', 'value'].includes(reason.as) ? reason.field : `${reason.as} of ${reason.field}`;
}

function roots(run: RunConfig): { needs: string[]; unresolved: string[] } {
  const view = viewOf(
    run,
    program('bin/sh', ''),
    program('usr/bin/nginx', ''),
    program('usr/bin/curl', ''),
    program('app/start', ''),
    file('usr/bin/not-executable'),
    directory('usr/bin/directory'),
    file('etc/passwd', PASSWD),
  );
  const { needs, findings } = configRoots(view);
  return {
    needs: needs.filter(({ path }) => path !== '/root').map(({ path, reason }) => `${asked(reason)} ${path}`),
    unresolved: findings.flatMap((one) => (one.kind === 'unresolved-command' ? [`${one.field} ${one.name}`] : [])),
  };
}

test('the programs of Entrypoint and Cmd are found through PATH', () => {
  assert.deepEqual(roots({ Entrypoint: ['/app/start', 'x'], Cmd: ['nginx', '-g'] }), {
    needs: ['Entrypoint /app/start', 'Cmd /usr/bin/nginx'],
    unresolved: [],
  });
  assert.deepEqual(roots({ Cmd: ['nginx'] }).needs, ['Cmd /usr/bin/nginx']);
  assert.deepEqual(roots({ Cmd: ['nginx'], Env: ['PATH=/app'] }).unresolved, ['Cmd nginx']);
  assert.deepEqual(roots({}), { needs: [], unresolved: [] });
});

test('what is no program is told, unless it may as well be an argument', () => {
  assert.deepEqual(roots({ Entrypoint: ['gone'] }).unresolved, ['Entrypoint gone']);
  assert.deepEqual(roots({ Cmd: ['not-executable'] }).unresolved, ['Cmd not-executable']);
  assert.deepEqual(roots({ Cmd: ['directory'] }).unresolved, ['Cmd directory']);
  assert.deepEqual(roots({ Entrypoint: ['/app/start'], Cmd: ['--verbose'] }).unresolved, []);
  assert.deepEqual(roots({ Cmd: ['café'] }).unresolved, ['Cmd caf\xc3\xa9']);
});

test('the commands of a shell’s text count, if they are plain', () => {
  const shell = (text: string) => roots({ Cmd: ['/bin/sh', '-c', text] }).needs.slice(1);
  assert.deepEqual(shell('nginx -g "daemon off;"'), ['Cmd /usr/bin/nginx']);
  assert.deepEqual(shell('  exec A=1 /app/start'), ['Cmd /app/start']);
  assert.deepEqual(shell('cd /tmp && nginx; curl x'), [
    'Cmd /usr/bin/nginx',
    'Cmd /usr/bin/curl',
    'argument of Cmd /tmp',
  ]);
  assert.deepEqual(shell('"$PROGRAM" x'), []);
  assert.deepEqual(roots({ Cmd: ['/bin/sh', '-c', 'gone x'] }).unresolved, []);
  assert.deepEqual(roots({ Cmd: ['/bin/sh', '-ec', 'nginx'] }).needs.length, 2);
  assert.deepEqual(roots({ Cmd: ['/bin/sh', 'nginx', 'nginx'] }).needs, ['Cmd /bin/sh']);
});

test('health checks of both forms', () => {
  const health = (Test: string[], run: RunConfig = {}) => roots({ ...run, Healthcheck: { Test } });
  assert.deepEqual(health(['CMD', 'curl', '-f', 'x']).needs, ['Healthcheck /usr/bin/curl']);
  assert.deepEqual(health(['CMD-SHELL', 'curl -f x || exit 1']).needs, [
    'Healthcheck /bin/sh',
    'Healthcheck /usr/bin/curl',
  ]);
  assert.deepEqual(health(['CMD', 'gone']).unresolved, ['Healthcheck gone']);
  for (const test of [['NONE'], []]) assert.deepEqual(health(test), { needs: [], unresolved: [] });
});

test('a shell of the image’s own stands for the default one', () => {
  const Healthcheck = { Test: ['CMD-SHELL', 'curl'] };
  assert.deepEqual(roots({ Healthcheck, Shell: ['/bin/bash', '-c'] }).unresolved, [
    'Healthcheck /bin/bash',
    'Shell /bin/bash',
  ]);
  assert.deepEqual(roots({ Healthcheck, Shell: [] }).needs, ['Healthcheck /bin/sh', 'Healthcheck /usr/bin/curl']);
  assert.deepEqual(roots({ Shell: ['/bin/sh', '-c'] }).needs, ['Shell /bin/sh']);
});

test('the working directory is needed, and where relative commands start', () => {
  assert.deepEqual(roots({ WorkingDir: '/app', Cmd: ['./start'] }).needs, [
    'Cmd /app/./start',
    'WorkingDir /app',
    'WorkingDir /app/start',
  ]);
  assert.deepEqual(roots({ Cmd: ['app/start'] }).needs, ['Cmd //app/start']);
  assert.deepEqual(roots({ WorkingDir: '', Cmd: ['app/start'] }).needs[0], 'Cmd /app/start');
});

test('the user’s home is needed, by name or number, with or without a group', () => {
  const homes = (User?: string) => {
    const view = viewOf(User === undefined ? {} : { User }, file('etc/passwd', PASSWD));
    return configRoots(view).needs.map(({ path }) => path);
  };
  for (const user of ['app', '1000', 'app:staff', '1000:1000']) assert.deepEqual(homes(user), ['/srv/app'], user);
  for (const user of [undefined, '', 'root', '0', ':0']) assert.deepEqual(homes(user), ['/root'], user);
  for (const user of ['bad', 'nobody', '4']) assert.deepEqual(homes(user), [], user);
  assert.deepEqual(configRoots(viewOf({ User: 'app' })).needs, []);
});

test('a command is found as execvp does', () => {
  const view = (Env: string[], WorkingDir?: string) => ({
    ...viewOf(
      {},
      program('a/x', ''),
      file('b/x'),
      program('c/x', ''),
      symlink('l/x', '/c/x'),
      program('caf\xc3\xa9/y', ''),
    ),
    run: { Env, ...(WorkingDir === undefined ? {} : { WorkingDir }) },
  });
  assert.equal(findCommand('x', view(['PATH=/b:/c:/a']))?.path, '/c/x');
  assert.equal(findCommand('x', view(['PATH=/a', 'PATH=/c']))?.path, '/c/x');
  assert.equal(findCommand('x', view(['PATH=/none:'], '/a'))?.path, '/a//x');
  assert.equal(findCommand('x', view(['PATH=a'], '/'))?.entry.path, 'a/x');
  assert.equal(findCommand('y', view(['PATH=/café']))?.entry.path, 'caf\xc3\xa9/y');
  assert.equal(findCommand('y', view(['PATH=.'], '/café'))?.entry.path, 'caf\xc3\xa9/y');
  const linked = findCommand('/l/x', view([]));
  assert.deepEqual([linked?.path, linked?.entry.path], ['/l/x', 'c/x']);
  for (const word of ['', 'none', '/b/x', '/a']) assert.equal(findCommand(word, view(['PATH=/a'])), undefined, word);
});

test('the base list is asked for whatever the container is, merged directories only where they are links', () => {
  const paths = (...members: Parameters<typeof viewOf>[1][]) =>
    baseRoots(viewOf({}, ...members)).map(({ path }) => path);
  const plain = paths(directory('lib'), directory('bin'));
  for (const path of ['/etc/passwd', '/tmp', '/etc/nsswitch.conf', '/etc/os-release'])
    assert.ok(plain.includes(path), path);
  assert.equal(plain.includes('/lib'), false);
  const merged = paths(symlink('lib', 'usr/lib'), symlink('bin', '/usr/bin'), directory('sbin'));
  assert.deepEqual(
    merged.filter((path) => !plain.includes(path)),
    ['/bin', '/lib'],
  );
  for (const { reason } of baseRoots(viewOf({}))) assert.equal(reason.kind, 'base');
});

test("the container's own command counts beside the image's, from its own working directory", () => {
  const view = viewOf({ Cmd: ['sh'] }, program('bin/sh', ''), program('usr/bin/python3', ''), file('srv/app/main.py'));
  const ranAs = { Cmd: ['python3', 'main.py'], WorkingDir: '/srv/app' };
  const { needs, findings } = configRoots({ ...view, ranAs });
  assert.deepEqual(
    needs.filter(({ reason }) => asked(reason).endsWith('Command')).map(({ path }) => path),
    ['/usr/bin/python3', '/srv/app/main.py'],
  );
  assert.deepEqual(findings, []);
});
