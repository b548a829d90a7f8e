import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { PatientSocket } from '../../src/engine/transport/patient-socket.ts';

/** What `socket` reads and how it ends, where the other side answers and goes, and a write comes right after that. */
async function exchange(socket: Socket): Promise<{ read: string; error: string | undefined }> {
  const folder = await mkdtemp(join(tmpdir(), 'patient-'));
  const server = createServer((side) => {
    side.on('close', () => socket.write('too late'));
    side.write('the answer', () => side.destroy());
  });
  await new Promise<void>((resolve) => server.listen(join(folder, 'socket'), resolve));
  let read = '';
  let failure: NodeJS.ErrnoException | undefined;
  socket.on('data', (chunk) => {
    read += chunk;
  });
  socket.on('error', (error) => {
    failure = error;
  });
  socket.connect(join(folder, 'socket'));
  await new Promise((resolve) => socket.once('close', resolve));
  server.close();
  await rm(folder, { recursive: true });
  return { read, error: failure?.code };
}

test('what was answered is read although a write has failed, which is told afterwards', async () => {
  assert.deepEqual(await exchange(new Socket()), { read: '', error: 'EPIPE' }, 'no longer needed: node does it itself');
  assert.deepEqual(await exchange(new PatientSocket()), { read: 'the answer', error: 'EPIPE' });
});

test('several waiting writes fail in the same way', async () => {
  const socket = new PatientSocket();
  socket.once('connect', () => {
    socket.cork();
    socket.write('a');
    socket.write('b');
    setImmediate(() => socket.uncork());
  });
  assert.equal((await exchange(socket)).read, 'the answer');
});
