import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { LayerChannel } from '../../src/layer/layer-channel.ts';

async function drain(channel: LayerChannel): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of channel) pieces.push(piece);
  return Buffer.concat(pieces);
}

test('bytes come out as they went in, small and large, whatever the buffers become', async () => {
  const channel = new LayerChannel();
  const small = Buffer.from('small');
  const pieces = [small, Buffer.alloc(200_000, 'x'), small, Buffer.alloc(0), Buffer.alloc(300_000, 'y'), small];
  const expected = Buffer.concat(pieces);
  for (const piece of pieces) channel.write(piece);
  small.fill('!');
  channel.end();
  assert.ok((await drain(channel)).equals(expected));
});

test('a writer that is faster has to wait for the reader', async () => {
  const channel = new LayerChannel();
  const piece = Buffer.alloc(200_000);
  let written = 0;
  const writer = (async () => {
    for (let count = 0; count < 10; count++) {
      channel.write(piece);
      written++;
      assert.equal(await channel.hasRoom(), true);
    }
    channel.end();
  })();
  for (let count = 0; count < 20; count++) await turn();
  assert.equal(written, 3);
  assert.equal((await drain(channel)).length, 2_000_000);
  await writer;
  assert.equal(written, 10);
});

test('a failure of the writer is the reader’s, at once', async () => {
  const channel = new LayerChannel();
  channel.write(Buffer.alloc(50_000));
  const failure = new Error('no more to come');
  channel.fail(failure);
  await assert.rejects(drain(channel), failure);
});

test('a writer learns that the reader has gone', async () => {
  const channel = new LayerChannel();
  for (let count = 0; count < 3; count++) channel.write(Buffer.alloc(1 << 20));
  const waiting = channel.hasRoom();
  for await (const _ of channel) break;
  assert.equal(await waiting, false);
  assert.equal(await channel.hasRoom(), false);
  assert.equal(channel.isAbandoned, true);
});

test('a reader that took everything has not gone', async () => {
  const channel = new LayerChannel();
  channel.write(Buffer.from('all'));
  channel.end();
  await drain(channel);
  assert.equal(channel.isAbandoned, false);
});
