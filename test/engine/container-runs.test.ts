import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { describe, test } from 'node:test';
import { StartRefusal } from '../../src/engine/api/start-refusal.ts';
import type { ContainerSpec } from '../../src/engine/container-spec.ts';
import { isRunMark } from '../../src/engine/run-mark.ts';
import type { OutputPiece } from '../../src/engine/transport/multiplexed.ts';
import { SkinnywhaleError } from '../../src/model/errors.ts';
import { FakeEngineState } from '../fake-engine/engine-state.ts';
import { type Routes, startFakeEngine } from '../fake-engine/fake-engine.ts';
import { cutAfter, hang, refuse } from '../fake-engine/faults.ts';
import { openClient } from './open-client.ts';

const REASON = new SkinnywhaleError('INTERRUPTED', 'interrupted by a test');
const DIGEST = `sha256:${'a'.repeat(64)}`;

/** A frame of a multiplexed answer. */
function frame(stream: number, data: string): Buffer {
  const header = Buffer.alloc(8);
  header[0] = stream;
  header.writeUInt32BE(data.length, 4);
  return Buffer.concat([header, Buffer.from(data)]);
}

async function collect(pieces: AsyncIterable<OutputPiece>): Promise<{ stdout: string; stderr: string }> {
  const found = { stdout: '', stderr: '' };
  for await (const { stream, data } of pieces) found[stream] += data.toString('latin1');
  return found;
}

describe('creation', () => {
  test('all that can be said of a container, and nothing that gives it rights', async () => {
    const state = new FakeEngineState();
    const image = state.addImage();
    await using engine = await startFakeEngine(state.routes());
    const client = await openClient(engine);
    const spec: ContainerSpec = {
      image: image.id,
      labels: { a: 'b' },
      entrypoint: ['/bin/a', 'x y'],
      command: [],
      user: '1:2',
      env: { A: 'b=c', E: '' },
      workingDir: '/w',
      hostname: 'h',
      network: 'none',
      stdin: true,
    };
    await client.createContainer(spec);
    const { 'io.skinnywhale.run': mark = '', ...labels } = state.containers[0]?.labels ?? {};
    assert.ok(isRunMark(mark));
    assert.deepEqual(labels, { a: 'b' });
    assert.deepEqual(state.containers[0]?.config, {
      Labels: state.containers[0]?.labels,
      Entrypoint: ['/bin/a', 'x y'],
      Cmd: [],
      User: '1:2',
      Env: ['A=b=c', 'E='],
      WorkingDir: '/w',
      Hostname: 'h',
      Healthcheck: { Test: ['NONE'] },
      AttachStdin: true,
      AttachStdout: true,
      AttachStderr: true,
      OpenStdin: true,
      StdinOnce: true,
      Tty: false,
      HostConfig: { NetworkMode: 'none', AutoRemove: false, RestartPolicy: { Name: 'no' } },
    });
    await client.createContainer({ image: image.id, labels: {}, network: 'container:abc', healthcheck: 'image' });
    assert.deepEqual(Object.keys(state.containers[1]?.config ?? {}).sort(), [
      ...['AttachStderr', 'AttachStdin', 'AttachStdout', 'HostConfig', 'Labels', 'OpenStdin', 'StdinOnce', 'Tty'],
    ]);
  });

  test('an interruption while the engine is at it leaves no container', async () => {
    const state = new FakeEngineState();
    const image = state.addImage();
    const controller = new AbortController();
    const interrupting: Routes = {
      'POST /containers/create': async (exchange) => {
        controller.abort(REASON);
        await state.routes()['POST /containers/create']?.(exchange);
      },
    };
    await using engine = await startFakeEngine(interrupting, state.routes());
    const client = await openClient(engine, { signal: controller.signal });
    const spec: ContainerSpec = { image: image.id, labels: {}, network: 'none' };
    await assert.rejects(client.createContainer(spec), REASON);
    assert.equal(engine.requests.length, 2);
    assert.deepEqual(state.containers, []);
    await assert.rejects(client.createContainer(spec), REASON);
    assert.equal(engine.requests.length, 2);
  });

  test('an interruption during a commit leaves no image', async () => {
    const controller = new AbortController();
    await using engine = await startFakeEngine({
      'POST /commit': ({ json }) => {
        controller.abort(REASON);
        json(201, { Id: DIGEST });
      },
      'DELETE /images/*': ({ json }) => json(200, []),
    });
    const client = await openClient(engine, { signal: controller.signal });
    await assert.rejects(client.commitContainer('c'), REASON);
    assert.match(engine.requests[0] ?? '', /commit\?container=c&pause=1$/);
    assert.match(engine.requests[1] ?? '', new RegExp(`^DELETE .*/images/${DIGEST}$`));
  });
});

describe('start', () => {
  test('a program that is not there, may not be run, or else', async () => {
    const missing = 'OCI runtime create failed: exec: "a": executable file not found in $PATH: unknown';
    for (const [reason, exitCode] of [
      [missing, 127],
      ['exec: "/a": stat /a: no such file or directory: unknown', 127],
      ['exec: "/a": permission denied: unknown', 126],
      ['exec /a: exec format error', 126],
      ['no cgroup for you', 125],
    ] as const) {
      await using engine = await startFakeEngine({ 'POST /containers/c/start': refuse(400, reason) });
      const client = await openClient(engine);
      const refused = (error: unknown) =>
        error instanceof StartRefusal && error.exitCode === exitCode && error.reason === reason;
      await assert.rejects(client.startContainer('c'), refused);
    }
  });

  test('one that is under way already is no error', async () => {
    await using engine = await startFakeEngine({
      'POST /containers/c/start': ({ response }) => void response.writeHead(304).end(),
    });
    await (await openClient(engine)).startContainer('c');
  });
});

describe('output', () => {
  test('apart by stream, however it is cut into packets', async () => {
    const whole = Buffer.concat([frame(1, 'one'), frame(2, 'two'), frame(1, ''), frame(1, 'three')]);
    for (const step of [1, 3, 9, whole.length]) {
      await using engine = await startFakeEngine({
        'POST /containers/c/attach': ({ response }) => {
          response.writeHead(200);
          const chunks = Array.from({ length: Math.ceil(whole.length / step) }, (_, index) =>
            whole.subarray(index * step, (index + 1) * step),
          );
          Readable.from(chunks).pipe(response);
        },
      });
      const client = await openClient(engine);
      assert.deepEqual(await collect(await client.attachOutput('c')), { stdout: 'onethree', stderr: 'two' });
      assert.match(engine.requests[0] ?? '', /\/attach\?stream=1&stdout=1&stderr=1$/);
    }
  });

  test('cut, no frames, or words of the engine: each is an error', async () => {
    const answers: readonly (readonly [Buffer, RegExp])[] = [
      [frame(1, 'four').subarray(0, 10), /cut off/],
      [frame(1, 'four').subarray(0, 5), /cut off/],
      [Buffer.from('plain text'), /not the output/],
      [frame(9, 'x'), /not the output/],
      [frame(3, 'disk full\n'), /the engine says: disk full$/],
    ];
    for (const [answer, message] of answers) {
      await using engine = await startFakeEngine({
        'POST /containers/c/attach': ({ response }) => void response.writeHead(200).end(answer),
      });
      const client = await openClient(engine);
      await assert.rejects(collect(await client.attachOutput('c')), { code: 'ENGINE', message });
    }
    await using engine = await startFakeEngine({ 'POST /containers/c/attach': cutAfter(frame(1, 'a')) });
    const client = await openClient(engine);
    await assert.rejects(collect(await client.attachOutput('c')), { code: 'ENGINE', message: /closed the connection/ });
    await assert.rejects(client.attachOutput('d'), { code: 'NO_SUCH_CONTAINER' });
  });

  test('a reader that goes away closes the connection', async () => {
    await using engine = await startFakeEngine({
      'POST /containers/c/attach': ({ response }) => void response.writeHead(200).write(frame(1, 'a')),
    });
    const client = await openClient(engine);
    for await (const { data } of await client.attachOutput('c')) {
      assert.equal(data.toString(), 'a');
      break;
    }
    await engine.idle();
    const unread = await client.attachOutput('c');
    unread[Symbol.dispose]();
    await engine.idle();
  });
});

describe('input', () => {
  test('arrives with its end, and nothing else does', async () => {
    await using engine = await startFakeEngine({});
    const client = await openClient(engine);
    const input = Buffer.alloc(1 << 20, 'input');
    using _sent = await client.sendInput('c', input);
    using _empty = await client.sendInput('c', Buffer.alloc(0));
    while (engine.inputs.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    const sizes = engine.inputs.map(({ length }) => length).sort((a, b) => a - b);
    assert.deepEqual(sizes, [0, input.length]);
    assert.ok(engine.inputs.some((each) => each.equals(input)));
    assert.match(engine.requests[0] ?? '', /^upgrade \/v1.41\/containers\/c\/attach\?stream=1&stdin=1$/);
  });
});

describe('the end', () => {
  test('the exit code, and an engine that has none', async () => {
    const answers: Routes = {
      'POST /containers/a/wait': ({ json }) => json(200, { StatusCode: 3, Error: null }),
      'POST /containers/b/wait': ({ json }) => json(200, { StatusCode: 0, Error: { Message: 'shim died' } }),
      'POST /containers/c/wait': ({ json }) => json(200, {}),
      'POST /containers/d/wait': hang,
    };
    await using engine = await startFakeEngine(answers);
    const controller = new AbortController();
    const client = await openClient(engine, { signal: controller.signal, timeouts: { plain: 20 } });
    assert.equal(await client.waitContainer('a'), 3);
    await assert.rejects(client.waitContainer('b'), { code: 'ENGINE', message: /shim died/ });
    await assert.rejects(client.waitContainer('c'), { code: 'ENGINE', message: /no exit code/ });
    await assert.rejects(client.waitContainer('e'), { code: 'NO_SUCH_CONTAINER' });
    setTimeout(() => controller.abort(REASON), 60);
    await assert.rejects(client.waitContainer('d'), REASON);
  });

  test('killing and removing go well where there is nothing left to do', async () => {
    await using engine = await startFakeEngine({
      'POST /containers/a/kill': refuse(409, 'Container a is not running'),
      'POST /containers/c/kill': refuse(400, 'Invalid signal: SIGWHAT'),
      'DELETE /containers/a': refuse(409, 'removal of container a is already in progress'),
      'DELETE /containers/c': refuse(409, 'You cannot remove a running container'),
    });
    const client = await openClient(engine, { signal: AbortSignal.abort(REASON) });
    await client.killContainer('a');
    await client.killContainer('gone');
    await client.removeContainer('a', { force: true });
    assert.deepEqual(
      engine.requests.map((line) => line.replace('/v1.41/containers/', '')),
      ['POST a/kill?signal=SIGKILL', 'POST gone/kill?signal=SIGKILL', 'DELETE a?v=true&force=true'],
    );
    await assert.rejects(client.killContainer('c', 'SIGWHAT'), { code: 'ENGINE', message: /SIGWHAT/ });
    await assert.rejects(client.removeContainer('c'), { code: 'ENGINE', message: /running container/ });
  });

  test('the state on the way', async () => {
    const Log = [{ ExitCode: 1, Output: 'refused' }];
    const StartedAt = '2026-01-02T03:04:05Z';
    const Health = { Status: 'unhealthy', Log };
    const State = { Running: true, StartedAt, ExitCode: 0, OOMKilled: true, Pid: 7, Health };
    await using engine = await startFakeEngine({
      'GET /containers/a/json': ({ json }) => json(200, { State }),
      'GET /containers/b/json': ({ json }) => json(200, { State: { ExitCode: 137, Health: { Status: 'none' } } }),
    });
    const client = await openClient(engine);
    assert.deepEqual(await client.containerState('a'), {
      running: true,
      paused: false,
      startedAt: '2026-01-02T03:04:05Z',
      exitCode: 0,
      oomKilled: true,
      pid: 7,
      health: 'unhealthy',
      lastHealthCheck: { exitCode: 1, output: 'refused' },
    });
    assert.deepEqual(await client.containerState('b'), {
      running: false,
      paused: false,
      startedAt: '',
      exitCode: 137,
      oomKilled: false,
      pid: 0,
      health: undefined,
      lastHealthCheck: undefined,
    });
  });
});

describe('files', () => {
  test('put and fetched; a path that is not there is not a container that is not there', async () => {
    const bodies: Buffer[] = [];
    await using engine = await startFakeEngine({
      'PUT /containers/c/archive': async ({ body, response }) => {
        bodies.push(await body());
        response.writeHead(200).end();
      },
      'PUT /containers/d/archive': refuse(400, 'not a directory'),
      'GET /containers/c/archive': ({ response, query, json }) => {
        if (query.get('path') !== '/a b') json(404, { message: 'Could not find the file /x in container c' });
        else response.writeHead(200).end('archive');
      },
      'GET /containers/d/archive': refuse(404, 'No such container: d'),
    });
    const client = await openClient(engine);
    await client.putArchive('c', '/a&b', Readable.from([Buffer.from('ab'), Buffer.from('c')]));
    assert.deepEqual(bodies.map(String), ['abc']);
    assert.match(engine.requests[0] ?? '', /\?path=%2Fa%26b$/);
    await assert.rejects(client.putArchive('d', '/', Readable.from([Buffer.from('x')])), {
      message: /not a directory/,
    });
    const archive = await client.getArchive('c', '/a b');
    assert.ok(archive);
    assert.equal(await text(archive), 'archive');
    assert.equal(await client.getArchive('c', '/x'), undefined);
    await assert.rejects(client.getArchive('d', '/x'), { code: 'NO_SUCH_CONTAINER' });
  });

  test('a commit', async () => {
    await using engine = await startFakeEngine({
      // as Podman before 5 does
      'POST /commit': async ({ json, body }) =>
        String(await body()) === '{}' ? json(201, { Id: DIGEST }) : json(500, { message: 'Decode(): EOF' }),
    });
    const client = await openClient(engine);
    assert.equal(await client.commitContainer('c'), DIGEST);
  });

  test('an archive of nothing, which Podman gives of a container that has just ended, is asked for again', async () => {
    let asked = 0;
    await using engine = await startFakeEngine({
      'GET /containers/c/archive': ({ response }) => {
        asked++;
        response.writeHead(200).end(asked === 3 ? 'archive' : '');
      },
    });
    const client = await openClient(engine);
    const archive = await client.getArchive('c', '/x');
    assert.equal(archive && (await text(archive)), 'archive');
    assert.equal(asked, 3);
  });

  test('an archive that is cut before its first byte is an error', async () => {
    await using engine = await startFakeEngine({
      'GET /containers/c/archive': ({ response }) => {
        response.writeHead(200, { 'Content-Length': 7 }).flushHeaders();
        setTimeout(() => response.destroy(), 20);
      },
    });
    const client = await openClient(engine);
    const archive = await client.getArchive('c', '/x');
    assert.ok(archive);
    await assert.rejects(text(archive), { code: 'ENGINE' });
  });
});

test('a command in a running container', async () => {
  const bodies: unknown[] = [];
  await using engine = await startFakeEngine({
    'POST /containers/c/exec': async ({ body, json }) => {
      bodies.push(JSON.parse(String(await body())));
      json(201, { Id: 'e1' });
    },
    'POST /exec/e1/start': async ({ request, response }) => {
      bodies.push(JSON.parse(String(await buffer(request))));
      response.writeHead(200).end(Buffer.concat([frame(1, 'out'), frame(2, 'x'.repeat(2 << 20))]));
    },
    'GET /exec/e1/json': ({ json }) => json(200, { ExitCode: 4 }),
  });
  const client = await openClient(engine);
  const { exitCode, stdout, stderr } = await client.execInContainer('c', ['a', 'b'], { user: 'u' });
  assert.deepEqual([exitCode, stdout.toString(), stderr.length], [4, 'out', 1 << 20]);
  assert.deepEqual(bodies, [
    { AttachStdout: true, AttachStderr: true, Cmd: ['a', 'b'], User: 'u' },
    { Detach: false, Tty: false },
  ]);
});
