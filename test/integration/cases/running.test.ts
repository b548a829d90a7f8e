import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { nothingIsLeft, openLab } from './lab.ts';
import { contentsBelow } from './tree.ts';

const lab = await openLab('running');
const parent = await lab.shellImage();

/** What the engine did to a container meanwhile: `pause`, `export`, `unpause`, ... */
async function watched(container: string, run: () => Promise<void>): Promise<string[]> {
  const since = `${Date.now() / 1000 - 0.001}`;
  await run();
  const id = await lab.containerId(container);
  // the engine's clock counts whole events, so the end has to lie behind the last one
  await sleep(50);
  const until = `${Date.now() / 1000}`;
  const args = ['events', '--since', since, '--until', until, '--filter', `container=${id}`, '--format', '{{.Action}}'];
  const actions = (await lab.docker.docker(args)).split('\n');
  return actions.filter((action) => ['pause', 'export', 'unpause', 'kill', 'die'].includes(action));
}

async function stateOf(container: string): Promise<string> {
  return (await lab.docker.docker(['inspect', '--format={{.State.Status}}', container])).trim();
}

for (const [source, reading] of [
  ['engine', ['export']],
  ['local', []],
] as const) {
  test(`${source}: a running container is paused while it is read, and goes on afterwards`, async () => {
    const container = await lab.runningAfter(parent, 'echo x > /opt/x || { mkdir /opt; echo x > /opt/x; }');
    const actions = await watched(container, async () => {
      assert.deepEqual(contentsBelow(await lab.skinny(container, '--source', source), 'opt'), { x: 'x\n' });
    });
    assert.deepEqual(actions, ['pause', ...reading, 'unpause']);
    assert.equal(await stateOf(container), 'running');
  });

  test(`${source}: a paused container is read as it is, and stays paused`, async () => {
    const container = await lab.runningAfter(parent, 'mkdir -p /opt; echo x > /opt/x');
    await lab.docker.docker(['pause', container]);
    const actions = await watched(container, async () => {
      assert.deepEqual(contentsBelow(await lab.skinny(container, '--source', source), 'opt'), { x: 'x\n' });
    });
    assert.deepEqual(actions, [...reading]);
    assert.equal(await stateOf(container), 'paused');
    await lab.docker.docker(['unpause', container]);
  });
}

test('--no-pause lets it run, with a warning', async () => {
  const container = await lab.runningAfter(parent, 'mkdir -p /opt; echo x > /opt/x');
  const actions = await watched(container, async () => {
    const { stdout } = await lab.skinnyImage(container, '--no-pause');
    assert.match(stdout.replace(/\s+/g, ' '), /running while it was read/);
  });
  assert.deepEqual(actions, ['export']);
});

test('a run that fails leaves the container running', async () => {
  const container = await lab.runningAfter(parent, 'mkdir -p /opt; echo x > /opt/x');
  assert.equal((await lab.slim(['--include', '/absent', container])).exitCode, 2);
  assert.equal(await stateOf(container), 'running');
});

test('a container that writes all the time is read whole', async () => {
  const container = await lab.runningAfter(parent, 'mkdir -p /opt');
  const writer = spawn(
    'docker',
    [
      '--host',
      lab.docker.host,
      'exec',
      container,
      'sh',
      '-c',
      'while :; do head -c 300000 /dev/zero > /opt/a; head -c 10 /dev/zero > /opt/a; done',
    ],
    { stdio: 'ignore' },
  );
  const ended = once(writer, 'close');
  await sleep(300);
  const tree = await lab.skinny(container);
  assert.ok((tree.get('opt/a')?.content.length ?? -1) >= 0);
  await lab.docker.remove({ containers: [container] });
  await ended;
});

nothingIsLeft(lab);
