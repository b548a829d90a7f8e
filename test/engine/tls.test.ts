import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type ServerOptions } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { connect } from '../../src/engine/connect/connect.ts';
import { SkinnywhaleError } from '../../src/model/errors.ts';

/** A certificate for localhost of its own making, valid for a hundred years, and its key. */
const FOLDER = fileURLToPath(new URL('tls/', import.meta.url));
const CERT = readFileSync(join(FOLDER, 'cert.pem'));
const KEY = readFileSync(join(FOLDER, 'key.pem'));

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sw-tls-'));
});
after(() => rm(folder, { recursive: true }));

/** A folder for DOCKER_CERT_PATH, with these files in it. */
async function certPath(...names: readonly ('ca' | 'cert' | 'key')[]): Promise<string> {
  const path = await mkdtemp(join(folder, 'certs-'));
  for (const name of names)
    await copyFile(join(FOLDER, name === 'key' ? 'key.pem' : 'cert.pem'), join(path, `${name}.pem`));
  return path;
}

async function listening(server: Server, use: (host: string) => Promise<void>): Promise<void> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await use(`tcp://localhost:${(server.address() as AddressInfo).port}`);
  } finally {
    server.close();
  }
}

function tlsServer(options: ServerOptions = {}): Server {
  return createServer({ cert: CERT, key: KEY, ...options }, (_request, response) => {
    response.end(JSON.stringify({ ApiVersion: '1.41' }));
  });
}

async function reason(host: string, env: NodeJS.ProcessEnv): Promise<string> {
  const error: unknown = await connect({ host, env, home: '/none' }).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof SkinnywhaleError, 'it should not have answered');
  return error.message;
}

test('with the right authority and client certificate it answers', () =>
  listening(tlsServer({ ca: CERT, requestCert: true, rejectUnauthorized: true }), async (host) => {
    const env = { DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: await certPath('ca', 'cert', 'key') };
    assert.equal((await connect({ host, env, home: '/none' })).endpoint, host);
  }));

test('an authority that is not known', () =>
  listening(tlsServer(), async (host) =>
    assert.match(await reason(host, { DOCKER_TLS_VERIFY: '1' }), /its authority has to be ca\.pem/),
  ));

test('a client certificate that is missing, in both versions of TLS', async () => {
  for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
    await listening(tlsServer({ ca: CERT, requestCert: true, rejectUnauthorized: true, maxVersion }), async (host) => {
      const env = { DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: await certPath('ca') };
      assert.match(await reason(host, env), /client certificate/);
    });
  }
});

test('TLS where none is spoken', () =>
  listening(
    createHttpServer((_request, response) => void response.end()),
    async (host) => assert.match(await reason(host, { DOCKER_TLS_VERIFY: '1' }), /does not speak TLS/),
  ));

test('no TLS where it is spoken, as a server in Go answers', () =>
  listening(
    createHttpServer((_request, response) => {
      response.writeHead(400).end('Client sent an HTTP request to an HTTPS server.\n');
    }),
    async (host) => assert.match(await reason(host, {}), /it wants TLS: set DOCKER_TLS_VERIFY=1/),
  ));
