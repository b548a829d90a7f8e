import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createHttp, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createTcp, type Server, type Socket } from 'node:net';
import { test } from 'node:test';
import { execa } from 'execa';
import {
  PROBER_SCRIPT,
  type ProberAnswer,
  type ProberQuestion,
} from '../../../src/proof/container-run/prober-script.ts';
import { parseProbe } from '../../../src/proof/spec/probe-spec.ts';

async function ask(question: ProberQuestion): Promise<ProberAnswer> {
  const { stdout } = await execa(process.execPath, ['-e', PROBER_SCRIPT, JSON.stringify(question)]);
  return JSON.parse(stdout) as ProberAnswer;
}

async function listening(server: Server, host = '127.0.0.1'): Promise<{ port: number } & AsyncDisposable> {
  server.listen(0, host);
  await once(server, 'listening');
  const close = async (): Promise<void> => void server.close();
  return { port: (server.address() as AddressInfo).port, [Symbol.asyncDispose]: close };
}

const web = (answer: RequestListener, host?: string) => listening(createHttp(answer), host);

test('an answer with its status, type and content', async () => {
  await using server = await web((request, response) => {
    response.writeHead(404, { 'Content-Type': 'text/plain' }).end(`no ${request.url} at ${request.headers.host}`);
  });
  const url = `http://localhost:${server.port}/a%20b?c`;
  const answer = await ask({ url, timeout: 5 });
  const body = Buffer.from(`no /a%20b?c at localhost:${server.port}`).toString('base64');
  assert.deepEqual(answer, {
    ...{ kind: 'http', status: 404, contentType: 'text/plain', body },
    ...{ length: Buffer.from(body, 'base64').length, restDigest: null },
  });
});

test('a redirection is an answer, and not followed', async () => {
  await using server = await web((_request, response) => void response.writeHead(302, { Location: '/x' }).end());
  const answer = await ask({ url: `http://127.0.0.1:${server.port}/`, timeout: 5 });
  assert.deepEqual([answer.kind, 'status' in answer && answer.status], ['http', 302]);
});

test('a large answer: the beginning, and a digest', async () => {
  await using server = await web((_request, response) => void response.end(Buffer.alloc(3 << 20, 'x')));
  const answer = await ask({ url: `http://localhost:${server.port}/`, timeout: 5 });
  assert.ok(answer.kind === 'http');
  assert.deepEqual([Buffer.from(answer.body, 'base64').length, answer.length], [1 << 20, 3 << 20]);
  assert.match(answer.restDigest ?? '', /^[0-9a-f]{64}$/);
});

test('a service that starts late, or says 503 at first', async () => {
  const server = createHttp((_request, response) => void response.end('up'));
  await using probed = await listening(createTcp());
  const { port } = probed;
  await probed[Symbol.asyncDispose]();
  const asking = ask({ url: `http://localhost:${port}/`, timeout: 10 });
  setTimeout(() => server.listen(port, '127.0.0.1'), 700);
  assert.equal((await asking).kind, 'http');
  server.close();

  let requests = 0;
  await using starting = await web((_request, response) => {
    requests += 1;
    response.writeHead(requests > 3 ? 200 : 503).end();
  });
  const answer = await ask({ url: `http://localhost:${starting.port}/`, timeout: 10 });
  assert.ok(answer.kind === 'http' && answer.status === 200);
});

test('a 503 that stays is the answer; so is what is waited for', async () => {
  await using failing = await web((_request, response) => void response.writeHead(503).end());
  const url = `http://localhost:${failing.port}/`;
  const answer = await ask({ url, timeout: 10 });
  assert.ok(answer.kind === 'http' && answer.status === 503);
  const started = Date.now();
  const wanted = await ask({ url, status: 503, timeout: 10 });
  assert.ok(wanted.kind === 'http' && wanted.status === 503 && Date.now() - started < 2500);
});

test('nothing listens, or never answers', async () => {
  await using probed = await listening(createTcp());
  await probed[Symbol.asyncDispose]();
  assert.deepEqual(await ask({ port: probed.port, timeout: 0.5 }), { kind: 'none', reason: 'nothing listens' });
  const sockets: Socket[] = [];
  await using silent = await listening(createTcp((socket) => sockets.push(socket.on('error', () => {}))));
  assert.deepEqual(await ask({ url: `http://localhost:${silent.port}/`, timeout: 1 }), {
    kind: 'none',
    reason: 'it accepts connections, but gives no whole answer',
  });
  for (const socket of sockets) socket.destroy();
});

test('a connection, with what is said first', async () => {
  await using mail = await listening(createTcp((socket) => void socket.end('220 mail ready\r\n')));
  const banner = Buffer.from('220 mail ready\r\n').toString('base64');
  assert.deepEqual(await ask({ port: mail.port, timeout: 5 }), { kind: 'tcp', banner });
  await using quiet = await listening(createTcp((socket) => void socket.on('error', () => {}).resume()));
  assert.deepEqual(await ask({ port: quiet.port, timeout: 5 }), { kind: 'tcp', banner: '' });
});

test('a probe in an option', () => {
  assert.deepEqual(parseProbe('tcp:6379'), { kind: 'tcp', port: 6379, text: 'tcp:6379', timeout: 30 });
  assert.deepEqual(parseProbe(' healthcheck '), { kind: 'healthcheck', text: 'healthcheck', timeout: 30 });
  for (const url of ['http://localhost:8080/a?b', 'https://127.0.0.1/', 'http://[::1]:80/']) {
    assert.equal(parseProbe(url).kind, 'http', url);
  }
  for (const text of [
    '',
    'tcp:0',
    'tcp:65536',
    'tcp:x',
    'udp:5',
    'http://',
    'http://example.org/',
    'ftp://localhost/',
  ]) {
    assert.throws(() => parseProbe(text), { code: 'USAGE', hint: /Probes: / }, text);
  }
});
