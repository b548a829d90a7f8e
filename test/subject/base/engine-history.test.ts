import assert from 'node:assert/strict';
import { test } from 'node:test';
import { historySteps } from '../../../src/subject/base/engine-history.ts';

const entry = (createdBy: string, size = 0, comment = ''): { createdBy: string; size: number; comment: string } => ({
  createdBy,
  size,
  comment,
});

const NEWEST_FIRST = [
  entry('CMD ["x"]', 0, 'buildkit.dockerfile.v0'),
  entry('COPY a /a # buildkit', 12),
  entry('RUN /bin/sh -c mkdir /data # buildkit'),
  entry('WORKDIR /app'),
  entry('ENV A=1'),
  entry('/bin/sh -c #(nop)  CMD ["bash"]'),
  entry('/bin/sh -c #(nop) ADD file:ab in / ', 100),
];

const withLayer = (layers: number): string[] =>
  historySteps(NEWEST_FIRST, layers).flatMap(({ createdBy, hasLayer }) => (hasLayer ? [createdBy] : []));

test('steps that added bytes have a layer, the oldest first', () => {
  assert.deepEqual(withLayer(2), ['/bin/sh -c #(nop) ADD file:ab in / ', 'COPY a /a # buildkit']);
  assert.deepEqual(historySteps(NEWEST_FIRST, 2).at(-1), {
    createdBy: 'CMD ["x"]',
    hasLayer: false,
    comment: 'buildkit.dockerfile.v0',
  });
});

test('of the others, commands before directories until each layer has a step', () => {
  assert.deepEqual(withLayer(3).slice(1), ['RUN /bin/sh -c mkdir /data # buildkit', 'COPY a /a # buildkit']);
  assert.deepEqual(withLayer(4).slice(1, 3), ['WORKDIR /app', 'RUN /bin/sh -c mkdir /data # buildkit']);
  assert.equal(withLayer(9).length, 4, 'what makes no layer never has one');
});
