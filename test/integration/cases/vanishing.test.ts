import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { directory, file, type TarMember } from '../../builders/tar.ts';
import type { Outcome } from '../../fixture/docker-cli.ts';
import { nothingIsLeft, openLab } from './lab.ts';
import { type Moment, tapEngine } from './tapped-engine.ts';

const ENTRY = fileURLToPath(new URL('../../fixture/cli-entry.ts', import.meta.url));
const lab = await openLab('vanishing');
const BIG: readonly TarMember[] = [file('opt/big', Buffer.alloc(12_345_678, 'x'))];

/** Runs the command while something happens at a moment; no image may come of it. */
async function slimWhile(
  moment: Moment,
  container: string,
  then: () => Promise<unknown>,
  source = 'engine',
): Promise<Outcome> {
  const image = lab.imageName();
  await using engine = await tapEngine(lab.docker.host, moment, then);
  const outcome = await lab.slim(['--source', source, '--tag', image, container], { host: engine.host });
  assert.equal(await lab.hasImage(image), outcome.exitCode === 0);
  return outcome;
}

async function newParent(): Promise<string> {
  return await lab.importImage([directory('opt'), file('opt/parent', `${Math.random()}`)]);
}

test('the image of the container is gone', async () => {
  const parent = await newParent();
  const container = await lab.containerWith(parent, [file('opt/x', 'x')]);
  await lab.docker.docker(['image', 'rm', '--force', (await lab.inspectImage(parent)).Id]);
  const { exitCode, stdout, stderr } = await lab.slim([container]);
  assert.equal(exitCode, 1);
  assert.equal(stdout, '');
  assert.match(stderr, /^error: the image of vanishing-.* \(sha256:[0-9a-f]{64}\) is gone\nhint: /m);
});

test('the tag of its image has gone to another one: the container counts with its own', async () => {
  const parent = await newParent();
  const container = await lab.containerWith(parent, [file('opt/x', 'x')]);
  const { Id } = await lab.inspectImage(parent);
  lab.owns({ image: Id });
  await lab.docker.docker(['tag', await newParent(), parent]);
  const { image } = await lab.skinnyImage(container);
  assert.equal((await lab.inspectImage(image)).Config.Labels?.['io.skinnywhale.parent'], Id);
});

test('the container is removed before it is read', async () => {
  const container = await lab.containerWith(await newParent(), BIG);
  const moment: Moment = { request: /^GET .*\/export/, at: 'start' };
  const { exitCode, stderr } = await slimWhile(moment, container, () => lab.docker.docker(['rm', container]));
  assert.equal(exitCode, 3, stderr);
  assert.match(stderr, /^error: there is no container /m);
});

for (const [source, moment] of [
  ['local', { request: /^POST \/images\/create/, at: { sent: 4_000_000 } }],
  ['engine', { request: /^GET .*\/export/, at: { received: 4_000_000 } }],
] as const) {
  test(`${source}: the container is started while it is read`, async () => {
    const container = await lab.containerAfter(
      await lab.shellImage(),
      'mkdir -p /opt; [ -e /opt/big ] || head -c 12345678 /dev/urandom > /opt/big',
    );
    const start = (): Promise<unknown> => lab.docker.docker(['start', container]);
    const { exitCode, stderr } = await slimWhile(moment, container, start, source);
    assert.equal(exitCode, 1, stderr);
    assert.match(stderr, /^error: the container was started, stopped, paused or unpaused while it was read\nhint: /m);
  });
}

test('the container is removed before it is paused', async () => {
  const container = await lab.runningAfter(await lab.shellImage(), 'mkdir -p /opt; echo x > /opt/x');
  const moment: Moment = { request: /^POST .*\/pause/, at: 'start' };
  const { exitCode, stderr } = await slimWhile(moment, container, () =>
    lab.docker.docker(['rm', '--force', container]),
  );
  assert.equal(exitCode, 3, stderr);
  assert.match(stderr, /^error: there is no container /m);
});

test('the container ends before it is paused', async () => {
  const container = await lab.runningAfter(await lab.shellImage(), 'mkdir -p /opt; echo x > /opt/x');
  const moment: Moment = { request: /^POST .*\/pause/, at: 'start' };
  const { exitCode, stderr } = await slimWhile(moment, container, () => lab.docker.docker(['kill', container]));
  assert.equal(exitCode, 0, stderr);
});

test('the container is removed when it has been read', async () => {
  const container = await lab.containerWith(await newParent(), BIG);
  const moment: Moment = { request: /^POST \/images\/create/, at: 'start' };
  const { exitCode, stderr } = await slimWhile(moment, container, () => lab.docker.docker(['rm', container]));
  assert.equal(exitCode, 0, stderr);
});

test('the container is removed while its folders are read', async () => {
  const container = await lab.containerWith(await newParent(), BIG);
  const moment: Moment = { request: /^POST \/images\/create/, at: 'start' };
  const remove = () => lab.docker.docker(['rm', container]);
  const { exitCode, stderr } = await slimWhile(moment, container, remove, 'auto');
  // What had been read already may have been enough; else the engine is asked, and knows of no such container.
  assert.ok(exitCode === 0 || exitCode === 3, stderr);
  if (exitCode === 3) assert.match(stderr, /^error: there is no container /m);
});

test('another image takes the name in the last moment: it keeps it', async () => {
  const container = await lab.containerWith(await newParent(), BIG);
  const image = lab.imageName();
  const other = await newParent();
  const moment: Moment = { request: /^POST \/images\/load/, at: { received: 1 } };
  await using engine = await tapEngine(lab.docker.host, moment, () => lab.docker.docker(['tag', other, image]));
  const { exitCode, stderr } = await lab.slim(['--tag', image, container], { host: engine.host });
  assert.equal(exitCode, 1);
  assert.match(stderr, /^error: there is an image .* already/m);
  assert.equal((await lab.inspectImage(image)).Id, (await lab.inspectImage(other)).Id);
});

test('no space in the temporary folder', async () => {
  const container = await lab.containerWith(await newParent(), BIG);
  const folder = join(lab.folder, 'small');
  mkdirSync(folder);
  // A mount of this process alone: it goes with it. There are bytes enough, so that the run begins, and no more inodes.
  const script =
    'mount -t tmpfs -o size=64m,nr_inodes=2 none "$1" && TMPDIR=$1 && export TMPDIR && shift && "$@"; echo "left: $(ls $TMPDIR)"';
  const namespaces = process.getuid?.() === 0 ? ['--mount'] : ['--user', '--map-root-user', '--mount'];
  // Only an archive of the whole image needs all of the export on disk.
  const options = ['--source', 'engine', '--sink', 'load', '--host', lab.docker.host, container];
  const command = [process.execPath, '--import', 'tsx', ENTRY, ...options];
  const { stdout, stderr } = await execa('unshare', [...namespaces, 'sh', '-c', script, 'sh', folder, ...command], {
    reject: false,
    env: { TSX_DISABLE_CACHE: '1' },
  });
  assert.match(stderr, /^error: no space left on the device that holds the temporary folder\nhint: .*--temp-dir/m);
  assert.equal(stdout, 'left: ');
});

test('less space in the temporary folder than the parent image may need is told before anything is read', async () => {
  const parent = await lab.importImage([file('opt/parent', Buffer.alloc(3_000_000, 'p'))]);
  const container = await lab.containerWith(parent, [file('opt/x', 'x')]);
  const folder = join(lab.folder, 'smaller');
  mkdirSync(folder);
  const script = 'mount -t tmpfs -o size=2m none "$1" && cd "$1" && shift && exec "$@"';
  const namespaces = process.getuid?.() === 0 ? ['--mount'] : ['--user', '--map-root-user', '--mount'];
  const options = ['--source', 'engine', '--temp-dir', folder, '--host', lab.docker.host, container];
  const command = [process.execPath, '--import', import.meta.resolve('tsx'), ENTRY, ...options];
  const { exitCode, stderr } = await execa('unshare', [...namespaces, 'sh', '-c', script, 'sh', folder, ...command], {
    reject: false,
    env: { TSX_DISABLE_CACHE: '1' },
  });
  assert.equal(exitCode, 1);
  assert.match(
    stderr,
    /^error: up to 3 MB of temporary files may be needed, and there is room for [0-2] MB\nhint: .*--temp-dir/m,
  );
});

nothingIsLeft(lab);
