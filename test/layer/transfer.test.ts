import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PublishedImage } from '../../src/destination/publish.ts';
import { Transfer } from '../../src/layer/transfer.ts';
import { digestFromHex } from '../../src/model/digest.ts';

const IMAGE: PublishedImage = { imageId: digestFromHex('1'.repeat(64)), layer: digestFromHex('2'.repeat(64)), size: 1 };

function* pieces(...texts: readonly string[]): Generator<Buffer> {
  for (const text of texts) yield Buffer.from(text);
}

test('what was written early and the rest make one layer', async () => {
  const got: string[] = [];
  const transfer = new Transfer(async (layer) => {
    for await (const piece of layer) got.push(piece.toString());
    return IMAGE;
  });
  transfer.write(Buffer.from('early, '));
  assert.equal(await transfer.finish(pieces('and', ' late')), IMAGE);
  assert.equal(got.join(''), 'early, and late');
});

test('nothing is begun before there is something to send', async () => {
  let begun = 0;
  const transfer = new Transfer(async (layer) => {
    begun++;
    for await (const _ of layer);
    return IMAGE;
  });
  await transfer.ready();
  assert.equal(begun, 0);
  await transfer.finish(pieces());
  assert.equal(begun, 1);
});

test('an engine that gives up is the cause, not that nobody reads any more', async () => {
  const refusal = new Error('the engine is full');
  const transfer = new Transfer(async (layer) => {
    for await (const _ of layer) throw refusal;
    return IMAGE;
  });
  const ended = transfer
    .finish(pieces('x'.repeat(200_000), 'y'.repeat(2_000_000), 'z'))
    .catch((error: unknown) => error);
  assert.equal(await transfer.abandon(await ended), refusal);
});

test('a failure of ours reaches the engine’s side and is the cause', async () => {
  const failure = new Error('unresolved');
  let seen: unknown;
  const transfer = new Transfer(async (layer) => {
    try {
      for await (const _ of layer);
    } catch (error) {
      seen = error;
      throw new Error('the upload broke off');
    }
    return IMAGE;
  });
  transfer.write(Buffer.from('early'));
  assert.equal(await transfer.abandon(failure), failure);
  assert.equal(seen, failure);
});

test('what was never begun is given up at once', async () => {
  const failure = new Error('nothing to slim');
  const transfer = new Transfer(() => assert.fail('not to be called'));
  assert.equal(await transfer.abandon(failure), failure);
});

test('an image that is refused before its layer is read is no endless wait', { timeout: 5_000 }, async () => {
  const refusal = new Error('the name is taken');
  const transfer = new Transfer(async () => {
    throw refusal;
  });
  transfer.send(pieces('x'.repeat(900_000), 'y'.repeat(900_000), 'z'.repeat(900_000)));
  const ended = await transfer.finish(pieces('rest')).catch((error: unknown) => error);
  assert.equal(await transfer.abandon(ended), refusal);
});
