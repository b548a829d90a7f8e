import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { EndpointAgent } from '../../src/docker/endpoints/endpoint-agent.ts';

/** Bytes that an upload hands on to an engine which reads none of them. */
async function takenUnread(prepare: (agent: EndpointAgent) => Promise<void>): Promise<number> {
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
  const sizes = Array.from({ length: 16 }, () => 1 << 16);
  for (const size of sizes) upload.write(Buffer.alloc(size));
  await sleep(50);
  const taken = socket.bytesWritten - socket.writableLength;
  upload.destroy();
  server.close();
  await rm(folder, { recursive: true });
  return taken;
}

test('an upload goes on for half a megabyte although the engine does not read at once, where it was prepared', async () => {
  const [usual, prepared] = [await takenUnread(async () => {}), await takenUnread((agent) => agent.prepareUploads())];
  assert.ok(usual < 1 << 18, `no longer needed: the kernel takes ${usual} bytes`);
  assert.ok(prepared >= 1 << 19, `${prepared} bytes`);
});
