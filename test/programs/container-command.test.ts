import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ownCommand } from '../../src/programs/container-command.ts';

const IMAGE = { Cmd: ['bash'] };

for (const Cmd of [
  ['python3', '/srv/app.py'],
  ['sh', '-c', 'tar czf /dev/null /srv && echo ok'],
  ['bash', '/srv/run.sh', '--verbose'],
  ['npm', 'start'],
  ['yarn', 'run', 'serve'],
  ['sleep', 'infinity'],
]) {
  test(`the application: ${Cmd.join(' ')}`, () => {
    assert.deepEqual(ownCommand({ Cmd, WorkingDir: '/srv' }, IMAGE), { Cmd, WorkingDir: '/srv' });
  });
}

for (const Cmd of [
  ['bash'],
  [],
  ['sh'],
  ['bash', '-l'],
  ['sh', '-c', 'apt-get update -qq; DEBIAN_FRONTEND=noninteractive apt-get install -y nginx'],
  ['sh', '-ec', 'cd /srv && npm ci --omit=dev'],
  ['bash', '-c', 'pip3 install --no-cache-dir flask'],
  ['apk', 'add', 'curl'],
  ['/usr/bin/apt-get', 'install', '-y', 'jq'],
  ['npm', 'install'],
]) {
  test(`no application: ${Cmd.join(' ')}`, () => {
    assert.equal(ownCommand({ Cmd }, IMAGE), undefined);
  });
}

test('an entrypoint of its own counts, and what the image says as well does not', () => {
  const run = { Entrypoint: ['/entry'], Cmd: ['a'] };
  assert.equal(ownCommand(run, run), undefined);
  assert.deepEqual(ownCommand({ Entrypoint: ['/other'] }, run), { Entrypoint: ['/other'] });
});

test("a container's own health check counts, whatever its command is", () => {
  const Healthcheck = { Test: ['CMD-SHELL', 'curl -f http://localhost/'] };
  assert.deepEqual(ownCommand({ ...IMAGE, Healthcheck }, IMAGE), { Healthcheck });
  assert.deepEqual(ownCommand({ Cmd: ['node', 'a.js'], Healthcheck }, IMAGE), { Cmd: ['node', 'a.js'], Healthcheck });
  assert.equal(ownCommand({ ...IMAGE, Healthcheck }, { ...IMAGE, Healthcheck }), undefined);
});
