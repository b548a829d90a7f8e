import assert from 'node:assert/strict';
import { truncateSync } from 'node:fs';
import { test } from 'node:test';
import type { ImagePath } from '../../src/model/image-path.ts';
import { sparseWarnings } from '../../src/pipeline/sparse-warnings.ts';
import { Layers } from '../subject/access/overlay/layers.ts';

test('a large file of holes is told with its two sizes; small ones, and full ones, are not', () => {
  using layers = new Layers({ files: { 'srv/disk.img': 'x', 'srv/small.img': 'x', 'srv/full': 'x'.repeat(1000) } });
  truncateSync(layers.path(0, 'srv/disk.img'), 2 ** 40);
  truncateSync(layers.path(0, 'srv/small.img'), 1e8);
  for (const path of ['srv/disk.img', 'srv/small.img', 'srv/full', 'srv/disk.img'])
    layers.files.facts(0, path as ImagePath);
  const [message, ...others] = sparseWarnings(layers.files);
  assert.equal(others.length, 0);
  assert.match(
    message ?? '',
    /^\/srv\/disk\.img is sparse \(1\.1 TB, of which [\d.]+ kB are on the disk\): the image will have all of it$/,
  );
});
