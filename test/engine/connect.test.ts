import assert from 'node:assert/strict';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { chooseApiVersion, connect } from '../../src/engine/connect/connect.ts';
import { permissionHint } from '../../src/engine/connect/socket-permission.ts';
import { sshArguments } from '../../src/engine/transport/ssh-connection.ts';
import { SkinnywhaleError } from '../../src/model/errors.ts';
import { FakeEngineState } from '../fake-engine/engine-state.ts';
import { startFakeEngine } from '../fake-engine/fake-engine.ts';
import { hang } from '../fake-engine/faults.ts';

let home: string;

before(async () => {
  home = await mkdtemp(join(tmpdir(), 'connect-'));
});

after(() => rm(home, { recursive: true, force: true }));

/** What `promise` is rejected with, which has to be one of our errors. */
async function refusal(promise: Promise<unknown>): Promise<SkinnywhaleError> {
  try {
    await promise;
  } catch (error) {
    assert.ok(error instanceof SkinnywhaleError, `${error}`);
    return error;
  }
  return assert.fail('it was not rejected');
}

describe('connect', () => {
  test('speaks the version of the API that the engine knows', async () => {
    await using engine = await startFakeEngine(new FakeEngineState().routes());
    const client = await connect({ host: engine.host, env: {}, home });
    const info = await client.engineInfo();
    assert.deepEqual(info, {
      version: '20.10.24',
      apiVersion: '1.41',
      storage: 'overlay2',
      containerdStore: false,
      podman: false,
      operatingSystem: 'Fake',
    });
    assert.equal(client.endpoint, engine.host);
    assert.deepEqual(engine.requests, ['GET /version', 'GET /v1.41/version', 'GET /v1.41/info']);
  });

  test('takes the first that answers, and is not led astray by DOCKER_HOST in the process', async (t) => {
    await using engine = await startFakeEngine(new FakeEngineState().routes());
    const saved = process.env['DOCKER_HOST'];
    process.env['DOCKER_HOST'] = 'tcp://127.0.0.1:1';
    process.env['DOCKER_CERT_PATH'] = '/nowhere';
    t.after(() => {
      delete process.env['DOCKER_CERT_PATH'];
      delete process.env['DOCKER_HOST'];
      if (saved !== undefined) process.env['DOCKER_HOST'] = saved;
    });
    const client = await connect({ env: { XDG_RUNTIME_DIR: join(engine.socketPath, '..') }, home });
    assert.equal((await client.engineInfo()).version, '20.10.24');
    assert.equal(process.env['DOCKER_HOST'], 'tcp://127.0.0.1:1');
  });

  test('tells every endpoint that it tried, and why it was none', async () => {
    const ask = ({ url }: { url: string }): Promise<never> => Promise.reject(new Error(`no luck with ${url}`));
    const error = await refusal(connect({ env: { XDG_RUNTIME_DIR: '/run/user/7' }, home }, ask));
    assert.equal(error.code, 'NO_ENGINE');
    assert.equal(error.message.split('\n').length, 6);
    assert.match(error.message, /unix:\/\/\/run\/user\/7\/docker\.sock \(rootless Docker\): no luck with unix/);
    assert.match(error.hint ?? '', /--host/);
  });

  test('a socket that is not there, a file that is none, nothing behind it', async () => {
    await writeFile(join(home, 'file'), '');
    const why = async (host: string): Promise<string> => (await refusal(connect({ host, env: {}, home }))).message;
    assert.match(await why(`unix://${home}/missing`), /there is no such socket/);
    assert.match(await why(`unix://${home}/file`), /nothing listens there|not a socket/);
    assert.match(await why('tcp://127.0.0.1:1'), /nothing listens there/);
  });

  test('a socket that one may not use: the hint names the group that may', async () => {
    await using engine = await startFakeEngine(new FakeEngineState().routes());
    await chmod(engine.socketPath, 0o660);
    const ask = (): Promise<never> => Promise.reject(Object.assign(new Error('connect EACCES'), { code: 'EACCES' }));
    const error = await refusal(connect({ host: engine.host, env: {}, home }, ask));
    assert.equal(error.code, 'NO_ENGINE');
    assert.match(error.message, /permission denied/);
    assert.ok(error.hint?.includes(engine.socketPath));
    const groups = join(home, 'group');
    await writeFile(groups, `root:x:99990:\nwhales:x:${(await stat(engine.socketPath)).gid}:me\n`);
    assert.match(await permissionHint(engine.socketPath, groups), /sudo usermod -aG whales \$USER/);
    assert.match(await permissionHint('/nowhere/docker.sock', groups), /sudo/);
  });

  test('a web server is no engine, and its redirection is not followed', async (t) => {
    const paths: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      paths.push(request.url);
      response.writeHead(302, { Location: 'http://127.0.0.1:1/' }).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    t.after(() => server.close());
    const { port } = server.address() as AddressInfo;
    const error = await refusal(connect({ host: `tcp://127.0.0.1:${port}`, env: {}, home }));
    assert.match(error.message, /status 302/);
    assert.deepEqual(paths, ['/version']);
  });

  test('an answer that is none of an engine', async () => {
    await using engine = await startFakeEngine(
      { 'GET /version': ({ response }) => void response.end('<html>') },
      new FakeEngineState().routes(),
    );
    assert.match((await refusal(connect({ host: engine.host, env: {}, home }))).message, /not a container engine/);
  });

  test('an abort ends the wait for an engine that does not answer', async () => {
    await using engine = await startFakeEngine({ 'GET /version': hang });
    const controller = new AbortController();
    const waiting = refusal(connect({ host: engine.host, env: {}, home, signal: controller.signal }));
    controller.abort();
    assert.equal((await waiting).code, 'INTERRUPTED');
  });
});

test('the version of the API that is spoken', () => {
  assert.equal(chooseApiVersion({ newest: '1.41', oldest: '1.12' }), '1.41');
  assert.equal(chooseApiVersion({ newest: '1.9', oldest: undefined }), '1.9');
  assert.equal(chooseApiVersion({ newest: '1.52', oldest: '1.44' }), '1.44');
  assert.equal(chooseApiVersion({ newest: '1.60', oldest: '1.50' }), '1.50');
});

describe('ssh', () => {
  /** A stand-in for ssh that connects its own standard streams to a socket, as `docker system dial-stdio` does. */
  async function fakeSsh(folder: string, script: string): Promise<NodeJS.ProcessEnv> {
    const file = join(folder, 'ssh');
    await writeFile(file, `#!${process.execPath}\n${script}`);
    await chmod(file, 0o755);
    return { PATH: folder };
  }

  test('talks to the engine through the standard streams of ssh', async () => {
    const state = new FakeEngineState();
    const image = state.addImage();
    const container = state.addContainer({ image: image.id, export: Buffer.alloc(3 << 20, 'x') });
    await using engine = await startFakeEngine(state.routes());
    const env = await fakeSsh(
      home,
      `const socket = require('net').connect(${JSON.stringify(engine.socketPath)});
       require('fs').writeFileSync(${JSON.stringify(join(home, 'arguments'))}, process.argv.slice(2).join(' '));
       process.stdin.pipe(socket); socket.pipe(process.stdout);`,
    );
    const client = await connect({ host: 'ssh://me@far:2222', env, home });
    let bytes = 0;
    for await (const chunk of await client.exportContainer(container.id)) bytes += (chunk as Buffer).length;
    assert.equal(bytes, 3 << 20);
    const given = await readFile(join(home, 'arguments'), 'utf8');
    assert.equal(given, '-l me -p 2222 -T -- far docker system dial-stdio');
  });

  test('what ssh says is the reason', async () => {
    const env = await fakeSsh(home, `console.error('Host key verification failed.'); process.exit(255);`);
    const error = await refusal(connect({ host: 'ssh://far', env, home }));
    assert.match(error.message, /ssh: Host key verification failed\./);
  });

  test('no ssh on this machine', async () => {
    const error = await refusal(connect({ host: 'ssh://far', env: { PATH: '/nowhere' }, home }));
    assert.equal(error.code, 'NO_ENGINE');
    assert.match(error.message, /ssh: .*ENOENT/);
  });

  test('the socket on the other side', () => {
    const address = { kind: 'ssh', host: 'far', socketPath: '/run/d.sock' } as const;
    const expected = ['-T', '--', 'far', 'docker', '--host=unix:///run/d.sock', 'system', 'dial-stdio'];
    assert.deepEqual(sshArguments(address), expected);
  });
});
