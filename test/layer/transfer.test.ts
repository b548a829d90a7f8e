import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { Transfer } from '../../src/layer/transfer.ts';

const IMAGE: AsyncDisposable = { [Symbol.asyncDispose]: async () => {} };

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

const FAILURES = {
  store: new Error('the engine is gone'),
  pieces: new Error('a file is gone'),
  elsewhere: new Error('the container is gone'),
};
type Side = keyof typeof FAILURES;

/**
 * What a caller gets of a transfer whose sides fail one after the other.
 * @param turns of the event loop that the second one comes after the first
 */
async function causeOf(first: Side, second: Side, turns: number): Promise<unknown> {
  let failStore: () => void = () => {};
  const storeFails = new Promise<never>((_, reject) => {
    failStore = () => reject(FAILURES.store);
  });
  storeFails.catch(() => {});
  const transfer = new Transfer(async (layer) => {
    for await (const _ of layer) await Promise.race([turn(), storeFails]);
    return IMAGE;
  });
  let isFileGone = false;
  function* endless(): Generator<Buffer> {
    for (;;) {
      if (isFileGone) throw FAILURES.pieces;
      yield Buffer.alloc(1 << 18);
    }
  }
  transfer.send(endless());
  const seen: unknown[] = [];
  const finished = transfer.finish(endless()).catch((error: unknown) => void seen.push(error));
  let abandoned: Promise<unknown> | undefined;
  const fail: Readonly<Record<Side, () => void>> = {
    store: failStore,
    pieces: () => {
      isFileGone = true;
    },
    elsewhere: () => {
      abandoned = transfer.abandon(FAILURES.elsewhere);
    },
  };
  for (let passed = 0; passed < 5; passed++) await turn();
  fail[first]();
  for (let passed = 0; passed < turns; passed++) await turn();
  fail[second]();
  if (abandoned === undefined) await finished;
  const cause = await (abandoned ?? transfer.abandon(seen[0]));
  await finished;
  assert.deepEqual(new Set([cause, ...seen]).size, 1, 'everyone gets the same');
  return cause;
}

const SIDES: readonly Side[] = ['store', 'pieces', 'elsewhere'];
/** Turns in which what has failed is noticed for sure. */
const NOTICED = 20;

test('whichever side fails first is the cause, however soon another one follows', { timeout: 20_000 }, async () => {
  for (const first of SIDES) {
    for (const second of SIDES.filter((side) => side !== first)) {
      for (const turns of [0, 1, 2, 3, NOTICED]) {
        const cause = await causeOf(first, second, turns);
        const expected = turns === NOTICED ? [FAILURES[first]] : [FAILURES[first], FAILURES[second]];
        assert.ok(expected.includes(cause as Error), `${first}, ${turns} turns later ${second}: ${cause}`);
      }
    }
  }
});

test('a reader that goes without a word is waited for until it says why', async () => {
  const refusal = new Error('the connection was closed');
  const transfer = new Transfer(async (layer) => {
    for await (const _ of layer) break;
    await sleep(20);
    throw refusal;
  });
  for (let count = 0; count < 3; count++) transfer.write(Buffer.alloc(1 << 20));
  await assert.rejects(transfer.ready(), refusal);
  assert.equal(await transfer.abandon(new Error('the other side noticed')), refusal);
});

test('an image that is stored although the run is broken off is removed again', async () => {
  let isDisposed = false;
  const made: AsyncDisposable = {
    [Symbol.asyncDispose]: async () => {
      isDisposed = true;
    },
  };
  const transfer = new Transfer(async (layer) => {
    for await (const _ of layer);
    await sleep(10);
    return made;
  });
  const finished = transfer.finish(pieces('all'));
  await sleep(2);
  const interrupt = new Error('interrupted');
  assert.equal(await transfer.abandon(interrupt), interrupt);
  await assert.rejects(finished, interrupt);
  assert.equal(isDisposed, true);
});
