import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatBytes, formatCount } from '../../src/report/sizes.ts';

test('sizes in powers of 1000 with one decimal', () => {
  const cases: [number, string][] = [
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [999_949, '999.9 kB'],
    [999_950, '1.0 MB'],
    [335_012_345, '335.0 MB'],
    [1_500_000_000, '1.5 GB'],
    [2e15, '2000.0 TB'],
  ];
  for (const [bytes, text] of cases) assert.equal(formatBytes(bytes), text);
});

test('counts with their nouns', () => {
  assert.equal(formatCount(0, 'file'), '0 files');
  assert.equal(formatCount(1, 'library', 'libraries'), '1 library');
  assert.equal(formatCount(2, 'library', 'libraries'), '2 libraries');
});
