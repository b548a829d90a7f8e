import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { EndpointAgent } from '../../src/engine/transport/endpoint-agent.ts';

const MEGABYTE = 1 << 20;

/** Bytes of two megabytes that an upload hands on to an engine which reads none of them. */
async function takenUnread(
  prepare: (agent: EndpointAgent) => Promise<void>,
  afterTheFirst: (agent: EndpointAgent) => void = () => {},
): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'send-buffer-'));
  const socketPath = join(folder, 'socket');
  const server = createServer({ pauseOnConnect: true });
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  const agent = new EndpointAgent({ kind: 'unix', socketPath }, {});
  await prepare(agent);
  const upload = request({ agent, method: 'POST', path: '/images/create' });
  upload.on('error', () => {});
  const socket = await new Promise<Socket>((resolve) => {
    upload.once('socket', (it) => it.once('connect', () => resolve(it)));
    upload.flushHeaders();
  });
  for (let sent = 0; sent < 2 * MEGABYTE; sent += MEGABYTE / 16) {
    if (sent === MEGABYTE) afterTheFirst(agent);
    upload.write(Buffer.alloc(MEGABYTE / 16));
    await sleep(1);
  }
  const taken = socket.bytesWritten - socket.writableLength;
  upload.destroy();
  server.close();
  await rm(folder, { recursive: true });
  return taken;
}

test('an upload that was prepared goes on although the engine does not read at once, until it is held', async () => {
  const usual = await takenUnread(async () => {});
  assert.ok(usual < MEGABYTE / 4, `no longer needed: the kernel takes ${usual} bytes`);
  const prepare = (agent: EndpointAgent): Promise<void> => agent.prepareUploads();
  const prepared = await takenUnread(prepare);
  assert.ok(prepared >= 2 * MEGABYTE, `${prepared} bytes`);
  const held = await takenUnread(prepare, (agent) => agent.holdUploads());
  assert.ok(held >= MEGABYTE && held < 1.25 * MEGABYTE, `${held} bytes`);
});
