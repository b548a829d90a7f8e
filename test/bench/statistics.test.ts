import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pairedRatios, spread } from './statistics.ts';

test('the median is the middle value, or between the two in the middle', () => {
  assert.deepEqual(spread([3]), { median: 3, min: 3, max: 3 });
  assert.deepEqual(spread([10, 1, 3]), { median: 3, min: 1, max: 10 });
  assert.deepEqual(spread([10, 1, 3, 4]), { median: 3.5, min: 1, max: 10 });
});

test('values are sorted as numbers, and stay as they were', () => {
  const values = Object.freeze([100, 20, 3]);
  assert.deepEqual(spread(values), { median: 20, min: 3, max: 100 });
});

test('no values have no median', () => {
  assert.throws(() => spread([]), RangeError);
});

test('ratios are those of pairs: a slow round weighs on both sides', () => {
  // The second round was ten times slower for both.
  assert.deepEqual(pairedRatios([1, 10, 1], [2, 20, 4]), { median: 0.5, min: 0.25, max: 0.5 });
});

test('pairs need two', () => {
  assert.throws(() => pairedRatios([1, 2], [1]), RangeError);
});
