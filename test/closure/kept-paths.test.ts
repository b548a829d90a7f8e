import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KeptPaths } from '../../src/closure/kept-paths.ts';
import type { ImagePath } from '../../src/model/image-path.ts';
import { file, fixture } from '../builders/tar.ts';

test('each reason is told once, however many there are', () => {
  const { tree } = fixture(file('lib/libc.so.6', 'x'));
  const kept = new KeptPaths(tree);
  const path = 'lib/libc.so.6' as ImagePath;
  const expected: string[] = [];
  for (let round = 0; round < 2; round++) {
    for (let number = 0; number < 100; number++) {
      const by = `bin/${number}` as ImagePath;
      kept.require({ path: `/${path}`, reason: { rule: 'DT_NEEDED', by } });
      kept.require({ path: `/${path}`, reason: { rule: 'DT_NEEDED', by } });
      if (round === 0) expected.push(by);
    }
  }
  assert.deepEqual(
    kept.reasons.get(path)?.map(({ by }) => by),
    expected,
  );
});

test('paths that share a reason do not share those that come later', () => {
  const { tree } = fixture(file('a', 'x'), file('b', 'x'));
  const kept = new KeptPaths(tree);
  const [a, b] = ['a', 'b'].map((path) => tree.get(path as ImagePath));
  assert.ok(a && b);
  const changed = { rule: 'change layer', by: null };
  kept.add(a, changed);
  kept.add(b, changed);
  kept.add(a, { rule: 'PT_INTERP', by: 'b' as ImagePath });
  assert.deepEqual(
    [...kept.reasons.values()].map((reasons) => reasons.map(({ rule }) => rule)),
    [['change layer', 'PT_INTERP'], ['change layer']],
  );
});
