import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { nothingIsLeft, openLab } from './lab.ts';
import { type Moment, tapEngine } from './tapped-engine.ts';

const ENTRY = fileURLToPath(new URL('../../fixture/cli-entry.ts', import.meta.url));

/** An interrupted run has to end in this time, on a machine that starts the command in its usual time. */
const LIMIT_MS = 2000;
const USUAL_START_MS = 800;

const lab = await openLab('interrupt');
/** Not round, so that an image with this content is known by its size. */
const SIZE = 24_680_135;
const container = await lab.runningAfter(
  await lab.shellImage(),
  `mkdir -p /opt; head -c ${SIZE} /dev/urandom > /opt/big`,
);

/** Images without a name that hold the content. */
async function namelessImages(): Promise<string[]> {
  const ids = (await lab.docker.docker(['images', '--quiet', '--filter', 'dangling=true'])).split('\n').filter(Boolean);
  const sizes = await Promise.all(ids.map((id) => lab.docker.imageSize(id)));
  return ids.filter((_, index) => (sizes[index] ?? 0) >= SIZE && (sizes[index] ?? 0) < SIZE + 1_000_000);
}

async function stateOf(): Promise<string> {
  return (await lab.docker.docker(['inspect', '--format={{.State.Status}}', container])).trim();
}

type Interrupt = readonly [what: string, moment: Moment, signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP'];

const THROUGH_THE_ENGINE: readonly Interrupt[] = [
  ['before the container is known', { request: /^GET \/containers\/[^/]+\/json/, at: 'start' }, 'SIGINT'],
  ['when it is about to be paused', { request: /^POST .*\/pause/, at: 'start' }, 'SIGTERM'],
  ['when it has just been paused', { request: /^GET .*\/changes/, at: 'start' }, 'SIGINT'],
  ['in the middle of the export', { request: /^GET .*\/export/, at: { received: 8_000_000 } }, 'SIGINT'],
  ['in the middle of the export, by another signal', { request: /^GET .*\/export/, at: { received: 1 } }, 'SIGTERM'],
  ['when it is about to go on', { request: /^POST .*\/unpause/, at: 'start' }, 'SIGINT'],
  ['when the layer is about to be sent', { request: /^POST \/images\/create/, at: 'start' }, 'SIGTERM'],
  ['in the middle of the layer', { request: /^POST \/images\/create/, at: { sent: 8_000_000 } }, 'SIGINT'],
  ['at the end of the layer', { request: /^POST \/images\/create/, at: { sent: SIZE } }, 'SIGHUP'],
  ['when the engine has the layer', { request: /^POST \/images\/create/, at: { received: 1 } }, 'SIGINT'],
  ['when the configuration is about to be sent', { request: /^POST \/images\/load/, at: 'start' }, 'SIGINT'],
  ['when the engine has the image', { request: /^POST \/images\/load/, at: { received: 1 } }, 'SIGTERM'],
];

/** The container is paused until all of it has been sent. */
const LOCALLY: readonly Interrupt[] = [
  ['when it is about to be paused', { request: /^POST .*\/pause/, at: 'start' }, 'SIGTERM'],
  ['in the middle of the layer', { request: /^POST \/images\/create/, at: { sent: 8_000_000 } }, 'SIGINT'],
  ['when the engine has the image', { request: /^POST \/images\/load/, at: { received: 1 } }, 'SIGTERM'],
];

const MOMENTS = [
  ...THROUGH_THE_ENGINE.map((interrupt) => ['engine', ...interrupt] as const),
  ...LOCALLY.map((interrupt) => ['local', ...interrupt] as const),
];

for (const [source, what, moment, signal] of MOMENTS) {
  test(`${source}: ${signal} ${what}`, { timeout: 60_000 }, async () => {
    const image = lab.imageName();
    let child: ChildProcess | undefined;
    let signalledAt = 0;
    await using engine = await tapEngine(lab.docker.host, moment, async () => {
      signalledAt = performance.now();
      child?.kill(signal);
      // until the signal has been heard, nothing goes on
      await sleep(100);
    });
    child = spawn(
      process.execPath,
      ['--import', 'tsx', ENTRY, '--source', source, '--tag', image, '--host', engine.host, container],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, TMPDIR: lab.folder },
      },
    );
    const startedAt = performance.now();
    let slowness = 1;
    child.stderr?.once('data', () => {
      slowness = Math.max(1, (performance.now() - startedAt) / USUAL_START_MS);
    });
    let [stdout, stderr] = ['', ''];
    child.stdout?.on('data', (chunk) => (stdout += chunk));
    child.stderr?.on('data', (chunk) => (stderr += chunk));
    const [code] = (await once(child, 'close')) as [number | null];
    const took = performance.now() - signalledAt;
    assert.notEqual(signalledAt, 0, `the moment did not come: ${engine.requests.join('\n')}`);
    assert.equal(code, 130, stderr);
    assert.ok(took < LIMIT_MS * slowness, `it took ${Math.round(took)} ms to end`);
    assert.equal(stdout, '');
    assert.match(stderr, /^error: interrupted; nothing was changed$/m);
    assert.equal(await stateOf(), 'running');
    assert.equal(await lab.hasImage(image), false);
    assert.deepEqual(
      readdirSync(lab.folder).filter((name) => name.startsWith('skinnywhale-')),
      [],
    );
    // An engine that is still at it when the connection is cut has to throw away what it had.
    for (let waited = 0; waited < 20 && (await namelessImages()).length > 0; waited++) await sleep(100);
    assert.deepEqual(await namelessImages(), []);
  });
}

for (const [source, moment] of [
  ['engine', { request: /^GET .*\/export/, at: { received: 1 } }],
  ['local', { request: /^POST \/images\/create/, at: { sent: 8_000_000 } }],
] as const) {
  test(`${source}: a container that is paused goes on where the run is killed`, { timeout: 60_000 }, async () => {
    let child: ChildProcess | undefined;
    const states: string[] = [];
    await using engine = await tapEngine(lab.docker.host, moment, async () => {
      states.push(await stateOf());
      child?.kill('SIGKILL');
    });
    child = spawn(
      process.execPath,
      ['--import', 'tsx', ENTRY, '--source', source, '--tag', lab.imageName(), '--host', engine.host, container],
      { stdio: 'ignore', env: { ...process.env, TMPDIR: lab.folder } },
    );
    await once(child, 'close');
    for (let waited = 0; waited < 50 && (await stateOf()) !== 'running'; waited++) await sleep(100);
    assert.deepEqual([...states, await stateOf()], ['paused', 'running']);
    for (const name of readdirSync(lab.folder)) rmSync(join(lab.folder, name), { recursive: true });
  });
}

test('what a run left that was killed in its check, the next one removes and tells', { timeout: 120_000 }, async () => {
  let child: ChildProcess | undefined;
  await using engine = await tapEngine(lab.docker.host, { request: /^POST .*\/start/, at: 'start' }, async () => {
    child?.kill('SIGKILL');
  });
  const args = ['--check', 'sleep 30', '--tag', lab.imageName(), '--host', engine.host, container];
  child = spawn(process.execPath, ['--import', 'tsx', ENTRY, ...args], {
    stdio: 'ignore',
    env: { ...process.env, TMPDIR: lab.folder },
  });
  await once(child, 'close');
  for (const name of readdirSync(lab.folder)) rmSync(join(lab.folder, name), { recursive: true });
  const mark = new RegExp(`-${child.pid}-\\d+-[0-9a-f]{12}$`, 'm');
  const left = async (): Promise<boolean[]> => {
    const names = await lab.docker.docker(['images', '--format={{.Repository}}:{{.Tag}}', 'skinnywhale-held']);
    const marks = await lab.docker.docker(['ps', '-a', '--format={{.Label "io.skinnywhale.run"}}']);
    return [mark.test(names), mark.test(marks)];
  };
  assert.deepEqual(await left(), [true, true]);
  const { stderr } = await lab.slim(['--tag', lab.imageName(), container]);
  assert.match(stderr, /^removed what killed runs had left: \d+ containers?, \d+ images?$/m);
  assert.deepEqual(await left(), [false, false]);
});

test('the same container can be slimmed after all that', async () => {
  const tree = await lab.skinny(container);
  assert.equal(tree.get('opt/big')?.content.length, SIZE);
});

nothingIsLeft(lab);
