import assert from 'node:assert/strict';
import { homedir } from 'node:os';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { StartRefusal } from '../../src/engine/api/start-refusal.ts';
import type { DockerClient } from '../../src/engine/client.ts';
import { connect } from '../../src/engine/connect/connect.ts';
import type { ContainerSpec } from '../../src/engine/container-spec.ts';
import type { Digest } from '../../src/model/digest.ts';
import { tar } from '../builders/tar.ts';
import { provideEngine } from '../fixture/engine.ts';
import { readArchive } from './cases/tree.ts';

const engine = await provideEngine();
after(() => engine[Symbol.asyncDispose]());
const base = await engine.baseImage();

let client: DockerClient;
let image: Digest;
const LABELS = { 'skinnywhale.test': engine.run };

before(async () => {
  client = await connect({ host: engine.host, env: process.env, home: homedir() });
  image = (await client.inspectImage(base))?.id as Digest;
});

interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a container to its end and removes it. */
async function run(spec: Partial<ContainerSpec>, input?: Buffer): Promise<Ran> {
  const id = await client.createContainer({
    ...{ image, labels: LABELS, network: 'none', stdin: input !== undefined },
    ...spec,
  });
  try {
    using output = await client.attachOutput(id);
    using _input = input === undefined ? undefined : await client.sendInput(id, input);
    await client.startContainer(id);
    const texts = { stdout: '', stderr: '' };
    for await (const { stream, data } of output) texts[stream] += data.toString('latin1');
    return { exitCode: await client.waitContainer(id), ...texts };
  } finally {
    await client.removeContainer(id, { force: true });
  }
}

const shell = (script: string): Partial<ContainerSpec> => ({ entrypoint: ['sh', '-c', script], command: [] });

test('both outputs, exit code, user, environment, working directory', async () => {
  const script = 'id -u; id -g; pwd; echo "$A"; hostname; echo oops >&2; exit 7';
  const settings = { user: '33:34', env: { A: 'b=c d' }, workingDir: '/usr/lib', hostname: 'fixed' };
  assert.deepEqual(await run({ ...shell(script), ...settings }), {
    exitCode: 7,
    stdout: '33\n34\n/usr/lib\nb=c d\nfixed\n',
    stderr: 'oops\n',
  });
});

test('input reaches the program whole, and ends', async () => {
  const input = Buffer.alloc(5 << 20, 'some input\n');
  const { stdout, exitCode } = await run(shell('wc -c; exit 3'), input);
  assert.deepEqual([stdout.trim(), exitCode], [`${input.length}`, 3]);
  assert.equal((await run(shell('cat'), Buffer.alloc(0))).stdout, '');
});

test('a program that does not read its input loses nothing of its output', async () => {
  const input = Buffer.alloc(5 << 20, 'unread\n');
  for (let round = 0; round < 3; round++) {
    const { stdout, exitCode } = await run(shell('head -c 7; head -c 300000 /dev/zero'), input);
    assert.deepEqual([stdout.length, exitCode], [300_007, 0]);
  }
});

test('a program that is not there or may not be run', async () => {
  const refused = (exitCode: number) => (error: unknown) =>
    error instanceof StartRefusal && error.exitCode === exitCode;
  await assert.rejects(run({ entrypoint: ['no-such-program'], command: [] }), refused(127));
  await assert.rejects(run({ entrypoint: ['/no/such/program'], command: [] }), refused(127));
  await assert.rejects(run({ entrypoint: ['/etc/passwd'], command: [] }), refused(126));
});

test('killed, and its state before and after', async () => {
  const id = await client.createContainer({ image, labels: LABELS, network: 'none', ...shell('sleep 100') });
  try {
    await client.startContainer(id);
    const running = await client.containerState(id);
    assert.equal(running.running, true);
    assert.ok(running.pid > 0);
    const { exitCode, stdout, stderr } = await client.execInContainer(id, ['sh', '-c', 'id -u; echo x >&2; exit 2'], {
      user: '33',
    });
    assert.deepEqual([exitCode, stdout.toString(), stderr.toString()], [2, '33\n', 'x\n']);
    const waiting = client.waitContainer(id);
    await client.killContainer(id);
    assert.equal(await waiting, 137);
    await client.killContainer(id);
    const { running: runs, exitCode: code, health } = await client.containerState(id);
    assert.deepEqual([runs, code, health], [false, 137, undefined]);
  } finally {
    await client.removeContainer(id);
  }
  await client.killContainer(id);
});

test('files put in before the start, and fetched after the end; a commit has them', async () => {
  const id = await client.createContainer({ image, labels: LABELS, network: 'none', ...shell('/in/run > /in/out') });
  let committed: Digest | undefined;
  try {
    const members = [
      { name: 'in/', uid: 5 },
      { name: 'in/run', mode: 0o755, content: '#!/bin/sh\nstat -c %u /in\n' },
    ];
    await client.putArchive(id, '/', Readable.from([tar(members)]));
    await client.startContainer(id);
    assert.equal(await client.waitContainer(id), 0);
    const archive = await client.getArchive(id, '/in/out');
    assert.ok(archive);
    assert.equal(readArchive(await buffer(archive)).tree.get('out')?.content, '5\n');
    assert.equal(await client.getArchive(id, '/in/none'), undefined);
    await assert.rejects(client.getArchive('no-such-container', '/'), { code: 'NO_SUCH_CONTAINER' });
    committed = await client.commitContainer(id);
    const { stdout } = await run({ image: committed, entrypoint: ['cat', '/in/out'], command: [] });
    assert.equal(stdout, '5\n');
    assert.deepEqual((await client.inspectImage(committed))?.config.Entrypoint, [...['sh', '-c', '/in/run > /in/out']]);
  } finally {
    await client.removeContainer(id, { force: true });
    if (committed !== undefined) assert.equal(await client.removeImage(committed), true);
  }
});

test("one container's loopback is reached from another", async () => {
  const perl = (script: string): Partial<ContainerSpec> => ({ entrypoint: ['perl', '-MIO::Socket', '-e', script] });
  const server =
    'my $s = IO::Socket::INET->new(LocalAddr => "127.0.0.1:7000", Listen => 1) or die $!; $| = 1; print "up\n";' +
    'my $c = $s->accept; print $c "hello"; close $c';
  const id = await client.createContainer({ image, labels: LABELS, network: 'none', ...perl(server) });
  try {
    using output = await client.attachOutput(id);
    await client.startContainer(id);
    for await (const _piece of output) break;
    const asking = perl('print IO::Socket::INET->new(PeerAddr => "127.0.0.1:7000")->getline');
    assert.equal((await run({ ...asking, network: `container:${id}` })).stdout, 'hello');
  } finally {
    await client.removeContainer(id, { force: true });
  }
});
