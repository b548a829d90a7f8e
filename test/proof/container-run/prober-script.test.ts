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

async function askAll(...questions: readonly ProberQuestion[]): Promise<ProberAnswer[]> {
  const { stdout } = await execa(process.execPath, ['-e', PROBER_SCRIPT], { input: JSON.stringify(questions) });
  return stdout.split('\n').map((line) => JSON.parse(line) as ProberAnswer);
}

async function ask(question: ProberQuestion): Promise<ProberAnswer> {
  const [answer] = await askAll(question);
  assert.ok(answer);
  return answer;
}

/** As the original is asked. */
const get = (url: string, more: Partial<ProberQuestion & { kind: never }> & object = {}): ProberQuestion => ({
  ...{ url, timeout: 5, wanted: [[100, 399]], tolerated: [[400, 499]] },
  ...more,
});

async function listening(server: Server, host = '127.0.0.1'): Promise<{ port: number } & AsyncDisposable> {
  server.listen(0, host);
  await once(server, 'listening');
  const close = async (): Promise<void> => void server.close();
  return { port: (server.address() as AddressInfo).port, [Symbol.asyncDispose]: close };
}

const web = (answer: RequestListener, host?: string) => listening(createHttp(answer), host);

async function unusedPort(): Promise<number> {
  const probed = await listening(createTcp());
  await probed[Symbol.asyncDispose]();
  return probed.port;
}

test('an answer with its status, type and content', async () => {
  await using server = await web((request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/plain' }).end(`it is ${request.url} at ${request.headers.host}`);
  });
  const answer = await ask(get(`http://localhost:${server.port}/a%20b?c`));
  const body = Buffer.from(`it is /a%20b?c at localhost:${server.port}`).toString('base64');
  assert.deepEqual(answer, {
    ...{ kind: 'http', status: 200, contentType: 'text/plain', body, met: true },
    ...{ length: Buffer.from(body, 'base64').length, restDigest: null },
  });
});

test('method, headers and body are sent', async () => {
  await using server = await web(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    response.end(`${request.method} ${request.headers['content-type']} ${body}`);
  });
  const question = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{"a":"ä"}' };
  const answer = await ask(get(`http://localhost:${server.port}/`, question));
  assert.ok(answer.kind === 'http');
  assert.equal(Buffer.from(answer.body, 'base64').toString(), 'POST application/json {"a":"ä"}');
});

test('a redirection is an answer, and not followed', async () => {
  await using server = await web((_request, response) => void response.writeHead(302, { Location: '/x' }).end());
  const answer = await ask(get(`http://127.0.0.1:${server.port}/`));
  assert.deepEqual([answer.kind, 'status' in answer && answer.status], ['http', 302]);
});

test('large answers: the beginning, and a digest', async () => {
  await using server = await web((_request, response) => void response.end(Buffer.alloc(3 << 20, 'x')));
  const url = `http://localhost:${server.port}/`;
  for (const answer of await askAll(get(url), get(url))) {
    assert.ok(answer.kind === 'http');
    assert.deepEqual([Buffer.from(answer.body, 'base64').length, answer.length], [1 << 18, 3 << 20]);
    assert.match(answer.restDigest ?? '', /^[0-9a-f]{64}$/);
  }
});

test('a service that starts late, or says 503 at first', async () => {
  const server = createHttp((_request, response) => void response.end('up'));
  const port = await unusedPort();
  const asking = ask(get(`http://localhost:${port}/`, { timeout: 10 }));
  setTimeout(() => server.listen(port, '127.0.0.1'), 700);
  assert.equal((await asking).kind, 'http');
  server.close();

  const started = Date.now();
  await using starting = await web((_request, response) => {
    // longer than a 4xx is waited for
    response.writeHead(Date.now() - started > 3700 ? 200 : 503).end();
  });
  const answer = await ask(get(`http://localhost:${starting.port}/`, { timeout: 10 }));
  assert.ok(answer.kind === 'http' && answer.status === 200);
});

test('a 503 is waited out for the whole time, unless it is asked for', async () => {
  await using failing = await web((_request, response) => void response.writeHead(503).end());
  const url = `http://localhost:${failing.port}/`;
  let started = Date.now();
  const answer = await ask(get(url, { timeout: 4 }));
  assert.ok(answer.kind === 'http' && answer.status === 503 && Date.now() - started >= 3900);
  started = Date.now();
  const wanted = await ask(get(url, { wanted: [[503, 503]], timeout: 60 }));
  assert.ok(wanted.kind === 'http' && wanted.status === 503 && Date.now() - started < 30_000);
});

test('a 404 counts once it stays', async () => {
  await using failing = await web((_request, response) => void response.writeHead(404).end());
  const started = Date.now();
  const answer = await ask(get(`http://localhost:${failing.port}/`, { timeout: 120 }));
  assert.ok(answer.kind === 'http' && answer.status === 404);
  assert.ok(Date.now() - started >= 3000 && Date.now() - started < 60_000);
});

test('content that is expected is waited for', async () => {
  let requests = 0;
  await using server = await web((_request, response) => {
    requests += 1;
    response.end(JSON.stringify({ status: requests > 3 ? 'UP' : 'STARTING', parts: [{ a: 1, b: 2 }] }));
  });
  const url = `http://localhost:${server.port}/`;
  const [up, text, pattern, list] = await askAll(
    get(url, { expect: { json: { status: 'UP', parts: [{ a: 1 }] } } }),
    get(url, { expect: { text: '"UP"' } }),
    get(url, { expect: { pattern: '^.*U.":?' } }),
    get(url, { expect: { json: { parts: [] } }, timeout: 0.5 }),
  );
  assert.deepEqual(
    [up, text, pattern, list].map((each) => each?.kind === 'http' && each.met),
    [true, true, true, false],
  );
  assert.equal(requests > 3, true);
});

test('nothing listens, or never answers', async () => {
  const port = await unusedPort();
  const started = Date.now();
  const answers = await askAll({ port, timeout: 0.5 }, { port, timeout: 120 });
  assert.deepEqual(answers, Array(2).fill({ kind: 'none', reason: 'nothing listens' }));
  assert.ok(Date.now() - started < 60_000);
  const sockets: Socket[] = [];
  await using silent = await listening(createTcp((socket) => sockets.push(socket.on('error', () => {}))));
  assert.deepEqual(await ask(get(`http://localhost:${silent.port}/`, { timeout: 1 })), {
    kind: 'none',
    reason: 'it accepts connections, but gives no complete answer',
  });
  for (const socket of sockets) socket.destroy();
});

test('a connection, with what is said first', async () => {
  await using mail = await listening(createTcp((socket) => void socket.end('220 mail ready\r\n')));
  const banner = Buffer.from('220 mail ready\r\n').toString('base64');
  assert.deepEqual(await ask({ port: mail.port, timeout: 5 }), { kind: 'tcp', banner, met: true });
  await using quiet = await listening(createTcp((socket) => void socket.on('error', () => {}).resume()));
  assert.deepEqual(await ask({ port: quiet.port, timeout: 5 }), { kind: 'tcp', banner: '', met: true });
});

test('a connection on which something is asked', async () => {
  let asked = 0;
  const server = createTcp((socket) => {
    socket
      .on('error', () => {})
      .on('data', (data) => {
        asked += 1;
        socket.write(data.toString() === 'PING\r\n' ? (asked > 1 ? '+PONG\r\n' : '-LOADING\r\n') : '?');
        if (asked === 1) socket.end();
      });
  });
  await using redis = await listening(server);
  const question = { port: redis.port, send: 'PING\r\n', timeout: 5 };
  const answer = await ask({ ...question, expect: { text: '+PONG' } });
  assert.deepEqual(
    [answer, asked],
    [{ kind: 'tcp', banner: Buffer.from('+PONG\r\n').toString('base64'), met: true }, 2],
  );
  const unlike = await ask({ ...question, expect: { text: '+NO' }, timeout: 1 });
  assert.ok(unlike.kind === 'tcp' && !unlike.met);
  assert.ok((await ask(question)).kind === 'tcp');
});
