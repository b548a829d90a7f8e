import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { candidateEndpoints } from '../../src/engine/connect/endpoint.ts';
import { SkinnywhaleError } from '../../src/model/errors.ts';

const USAGE = (error: unknown): boolean => error instanceof SkinnywhaleError && error.code === 'USAGE';

let home: string;

before(async () => {
  home = await mkdtemp(join(tmpdir(), 'endpoint-'));
});

after(() => rm(home, { recursive: true, force: true }));

/** The only candidate's address, for a `--host`. */
async function addressOf(host: string, env: NodeJS.ProcessEnv = {}): Promise<unknown> {
  const candidates = await candidateEndpoints({ host, env, home });
  assert.equal(candidates.length, 1);
  return candidates[0]?.address;
}

describe('what an address means', () => {
  const cases: [string, object][] = [
    ['unix:///run/my docker.sock', { kind: 'unix', socketPath: '/run/my docker.sock' }],
    ['tcp://build.example', { kind: 'tcp', host: 'build.example', port: 2375 }],
    ['tcp://build.example:80', { kind: 'tcp', host: 'build.example', port: 80 }],
    ['http://build.example:80/', { kind: 'tcp', host: 'build.example', port: 80 }],
    ['build.example:4243', { kind: 'tcp', host: 'build.example', port: 4243 }],
    ['tcp://[::1]:2375', { kind: 'tcp', host: '::1', port: 2375 }],
    ['https://build.example', { kind: 'tcp', host: 'build.example', port: 2376, tls: { verify: true } }],
    ['https://build.example:443', { kind: 'tcp', host: 'build.example', port: 443, tls: { verify: true } }],
    ['ssh://build.example', { kind: 'ssh', host: 'build.example' }],
    [
      'ssh://me@build.example:22/run/user/1000/docker.sock',
      { kind: 'ssh', host: 'build.example', user: 'me', port: 22, socketPath: '/run/user/1000/docker.sock' },
    ],
  ];
  for (const [host, address] of cases) {
    test(host, async () => assert.deepEqual(await addressOf(host), address));
  }
});

describe('what is refused as an address', () => {
  const hosts = [
    '',
    'unix://run/docker.sock',
    'unix://',
    '/var/run/docker.sock',
    'npipe:////./pipe/docker_engine',
    'fd://3',
    'tcp://',
    'tcp://host:99999',
    'tcp://host:0',
    'tcp://host:port',
    'tcp://host/prefix',
    'tcp://me@host',
    'tcp://host?x=1',
    'tcp://ho st',
    'ssh://-oProxyCommand=touch%20x',
    'ssh://-host',
    'ssh://$(x)@host',
    'ssh://-l@host',
    'ssh://me:secret@host',
    'ssh://host/run/docker.sock;reboot',
    'ssh://host/$(reboot)',
  ];
  for (const host of hosts) {
    test(JSON.stringify(host), () => assert.rejects(addressOf(host), USAGE));
  }
});

describe('who is asked for the address', () => {
  const context = async (name: string, meta: object): Promise<string> => {
    const hash = createHash('sha256').update(name).digest('hex');
    await mkdir(join(home, '.docker/contexts/meta', hash), { recursive: true });
    await writeFile(join(home, '.docker/contexts/meta', hash, 'meta.json'), JSON.stringify(meta));
    return hash;
  };
  const config = (text: string): Promise<void> => writeFile(join(home, '.docker/config.json'), text);

  before(async () => {
    const hash = await context('far', { Name: 'far', Endpoints: { docker: { Host: 'tcp://far:2376' } } });
    await mkdir(join(home, '.docker/contexts/tls', hash, 'docker'), { recursive: true });
    await writeFile(join(home, '.docker/contexts/tls', hash, 'docker/ca.pem'), 'CA');
    await context('blind', { Endpoints: { docker: { Host: 'tcp://blind', SkipTLSVerify: true } } });
    await context('none', { Endpoints: { kubernetes: {} } });
    await config('{"currentContext":"far"}');
  });

  test('--host wins over everything', async () => {
    const env = { DOCKER_HOST: 'tcp://b', DOCKER_CONTEXT: 'far' };
    const [only, ...more] = await candidateEndpoints({ host: 'tcp://a', env, home });
    assert.deepEqual([only?.url, only?.origin, more.length], ['tcp://a', '--host', 0]);
  });

  test('DOCKER_HOST wins over a context', async () => {
    const [only, ...more] = await candidateEndpoints({ env: { DOCKER_HOST: 'tcp://b', DOCKER_CONTEXT: 'far' }, home });
    assert.deepEqual([only?.url, only?.origin, more.length], ['tcp://b', 'DOCKER_HOST', 0]);
  });

  test('the current context, with its TLS files', async () => {
    const found = await candidateEndpoints({ env: {}, home });
    const tls = { ca: Buffer.from('CA'), verify: true };
    const address = { kind: 'tcp', host: 'far', port: 2376, tls };
    assert.deepEqual(found, [{ url: 'tcp://far:2376', origin: 'context "far"', address }]);
  });

  test('DOCKER_CONTEXT wins over the current context', async () => {
    const [only] = await candidateEndpoints({ env: { DOCKER_CONTEXT: 'blind' }, home });
    assert.deepEqual(only?.address, { kind: 'tcp', host: 'blind', port: 2376, tls: { verify: false } });
  });

  test('DOCKER_CONFIG says where contexts are', async () => {
    const found = await candidateEndpoints({ env: { DOCKER_CONFIG: join(home, '.docker') }, home: '/nowhere' });
    assert.equal(found[0]?.origin, 'context "far"');
  });

  test('a context that does not exist, or names no engine, is an error', async () => {
    await assert.rejects(candidateEndpoints({ env: { DOCKER_CONTEXT: 'gone' }, home }), USAGE);
    await assert.rejects(candidateEndpoints({ env: { DOCKER_CONTEXT: 'none' }, home }), USAGE);
  });

  test('without any of them: the usual sockets, rootless first, Podman last', async () => {
    const usual = [
      'unix:///run/user/7/docker.sock',
      `unix://${home}/.docker/run/docker.sock`,
      'unix:///var/run/docker.sock',
      'unix:///run/user/7/podman/podman.sock',
      'unix:///run/podman/podman.sock',
    ];
    const env = { XDG_RUNTIME_DIR: '/run/user/7', DOCKER_CONTEXT: 'default' };
    assert.deepEqual(
      (await candidateEndpoints({ env, home })).map(({ url }) => url),
      usual,
    );
    await config('this is not JSON');
    delete (env as NodeJS.ProcessEnv)['DOCKER_CONTEXT'];
    assert.deepEqual(
      (await candidateEndpoints({ env, home })).map(({ url }) => url),
      usual,
    );
  });
});

describe('TLS from the environment', () => {
  before(async () => {
    await mkdir(join(home, 'certs'), { recursive: true });
    for (const name of ['ca', 'cert', 'key']) await writeFile(join(home, 'certs', `${name}.pem`), name);
  });

  const files = { ca: Buffer.from('ca'), cert: Buffer.from('cert'), key: Buffer.from('key') };

  test('DOCKER_TLS_VERIFY and DOCKER_CERT_PATH', async () => {
    const env = { DOCKER_HOST: 'tcp://h', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: join(home, 'certs') };
    const [only] = await candidateEndpoints({ env, home });
    assert.deepEqual(only?.address, { kind: 'tcp', host: 'h', port: 2376, tls: { ...files, verify: true } });
  });

  test('DOCKER_CERT_PATH alone: TLS, the server unchecked', async () => {
    const address = await addressOf('tcp://h:1', { DOCKER_CERT_PATH: join(home, 'certs') });
    assert.deepEqual(address, { kind: 'tcp', host: 'h', port: 1, tls: { ...files, verify: false } });
  });

  test('a folder without the files is an error for tcp, and no matter for a socket', async () => {
    const env = { DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: join(home, 'empty') };
    await assert.rejects(addressOf('tcp://h', env), USAGE);
    assert.deepEqual(await addressOf('unix:///s', env), { kind: 'unix', socketPath: '/s' });
  });
});
