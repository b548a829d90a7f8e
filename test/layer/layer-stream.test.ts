import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { approximateLength, layerLength, layerStream } from '../../src/layer/layer-stream.ts';
import type { ImagePath } from '../../src/model/image-path.ts';
import { makePlan } from '../../src/plan/plan.ts';
import { file, fixture, hardlink } from '../builders/tar.ts';

/** More than is read ahead. */
const LARGE = Buffer.alloc(3 << 20, 'x');
const SOURCE = fixture(file('a/first', 'content'), hardlink('b', 'a/first'), file('c', LARGE), file('d', LARGE));
const PLAN = makePlan(new Set(['b', 'c', 'd'] as ImagePath[]), SOURCE);

const outgoing = (): AsyncIterable<Buffer> => Readable.from(SOURCE.content.outgoing(PLAN.entries));

test('digest and length are those of the bytes that were sent', async () => {
  const progress: number[] = [];
  const layer = layerStream(outgoing(), (bytes) => void progress.push(bytes));
  assert.equal(layer.isComplete(), false);
  const hash = createHash('sha256');
  let length = 0;
  for await (const chunk of layer.stream) {
    hash.update(chunk);
    length += chunk.length;
  }
  assert.equal(layer.isComplete(), true);
  assert.deepEqual([length, progress.at(-1)], [layerLength(PLAN, SOURCE.content), length - 1024]);
  assert.equal(approximateLength(PLAN), length - 1024);
  assert.equal(layer.digest(), `sha256:${hash.digest('hex')}`);
});

test('there is no digest before the end', async () => {
  const layer = layerStream(outgoing(), () => {});
  assert.throws(() => layer.digest(), /not been sent whole/);
  for await (const _ of layer.stream) break;
  assert.throws(() => layer.digest(), /not been sent whole/);
});

test('an error of the store is the stream’s', async () => {
  const failure = new Error('no such disk');
  // biome-ignore lint/correctness/useYield: it fails before
  async function* broken(): AsyncGenerator<Buffer> {
    throw failure;
  }
  await assert.rejects(layerStream(broken(), () => {}).stream.toArray(), failure);
});
