import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import type { ImagePath } from '../../src/model/image-path.ts';
import { layerStream } from '../../src/output/layer-stream.ts';
import { makePlan } from '../../src/plan/plan.ts';
import { file, fixture, hardlink, type MemoryStore } from '../builders/tar.ts';

/** More than is read ahead. */
const LARGE = Buffer.alloc(3 << 20, 'x');
const SOURCE = fixture(file('a/first', 'content'), hardlink('b', 'a/first'), file('c', LARGE), file('d', LARGE));
const PLAN = makePlan(new Set(['b', 'c', 'd'] as ImagePath[]), { ...SOURCE, changed: new Set(['c'] as ImagePath[]) });

test('digest and length are those of the bytes that were sent', async () => {
  const progress: number[] = [];
  const layer = layerStream(PLAN, SOURCE.content, (bytes) => void progress.push(bytes));
  assert.equal(layer.isComplete(), false);
  const hash = createHash('sha256');
  let length = 0;
  for await (const chunk of layer.stream) {
    hash.update(chunk);
    length += chunk.length;
  }
  assert.equal(layer.isComplete(), true);
  assert.deepEqual([length, layer.length, progress.at(-1)], [PLAN.length, PLAN.length, PLAN.length]);
  assert.equal(layer.digest(), `sha256:${hash.digest('hex')}`);
});

test('there is no digest before the end', async () => {
  const layer = layerStream(PLAN, SOURCE.content, () => {});
  assert.throws(() => layer.digest(), /not been sent whole/);
  for await (const _ of layer.stream) break;
  assert.throws(() => layer.digest(), /not been sent whole/);
});

test('a layer of another length than planned is an error', async () => {
  const layer = layerStream({ ...PLAN, length: PLAN.length + 512 }, SOURCE.content, () => {});
  await assert.rejects(layer.stream.toArray(), /were planned/);
  assert.equal(layer.isComplete(), false);
});

test('an error of the store is the stream’s', async () => {
  const failure = new Error('no such disk');
  const broken = {
    content: SOURCE.content.content,
    header: SOURCE.content.header,
    // biome-ignore lint/correctness/useYield: it fails before
    async *raw(): AsyncGenerator<Buffer> {
      throw failure;
    },
  } satisfies Pick<MemoryStore, 'content' | 'header' | 'raw'>;
  await assert.rejects(layerStream(PLAN, broken, () => {}).stream.toArray(), failure);
});

test('entries that lie one after the other are read in one go', async () => {
  const ranges: [number, number][] = [];
  const counting = {
    content: SOURCE.content.content,
    header: SOURCE.content.header,
    raw: (offset: number, length: number): AsyncIterable<Buffer> => {
      if (length > 0) ranges.push([offset, length]);
      return SOURCE.content.raw(offset, length);
    },
  };
  const all = new Set([...SOURCE.tree.entries()].map(({ path }) => path));
  const plan = makePlan(all, { ...SOURCE, changed: all });
  await layerStream(plan, counting, () => {}).stream.toArray();
  assert.deepEqual(ranges, [[0, SOURCE.content.archive.length - 1024]]);
});
