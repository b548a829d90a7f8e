import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Comparison, compareOutputs } from '../../../src/proof/compare/compare.ts';
import { output } from '../outputs.ts';

function compare(fat: readonly string[], skinny: string): Comparison {
  return compareOutputs(fat.map(output), output(skinny));
}

/** Two runs of the fat one, and the skinny one's output: that is the same, or it is not. */
const PAIRS: readonly (readonly [what: string, first: string, second: string, same: string, different: string])[] = [
  [
    'a time of day',
    'now: Tue Mar 4 10:31:05 UTC 2025\nready\n',
    'now: Tue Mar 4 10:31:07 UTC 2025\nready\n',
    'now: Tue Mar 4 10:31:09 UTC 2025\nready\n',
    'now: Tue Mar 4 10:31:09 CET 2025\nready\n',
  ],
  ['how long it took', '42 rows in 9 ms\n', '42 rows in 13 ms\n', '42 rows in 104 ms\n', '0 rows in 9 ms\n'],
  ['no number', '42 rows in 9 ms\n', '42 rows in 13 ms\n', '42 rows in 7 ms\n', '42 rows in a ms\n'],
  [
    'numbers of processes',
    '[12] start\n[12] listening\n',
    '[1345] start\n[1345] listening\n',
    '[7] start\n[7] listening\n',
    '[7] start\n[7] crashed\n',
  ],
  [
    'made-up names',
    'made /tmp/tmp.Xa9QbZ7k1M/out of a\n',
    'made /tmp/tmp.0aKqZZ8pLw/out of a\n',
    'made /tmp/tmp.bbbbbbbbbb/out of a\n',
    'made /tmp/tmp.bbbbbbbbbb/out of b\n',
  ],
  [
    'a name of another length',
    'made /tmp/tmp.Xa9QbZ7k1M\n',
    'made /tmp/tmp.0aKqZZ8pLw\n',
    'made /tmp/tmp.1234567890\n',
    'made /tmp/tmp.error\n',
  ],
  [
    'addresses and UUIDs',
    'HASH(0x55d0c8a3f2a0) 3f2c9a10-93aa-4c6e-8f57-6f0f1d2f3a4b\n',
    'HASH(0x5581aa1bc2a0) 11f5d9aa-73be-4a01-9e4b-0123456789ab\n',
    'HASH(0x560000000000) aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee\n',
    'ARRAY(0x560000000000) aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee\n',
  ],
  [
    'words of lots',
    'token=aGVs+bG8/d29ybGQ= ok\n',
    'token=Zm9vYmFyYmF6cXV4== ok\n',
    'token=YWJj/ZGVm+Z2hp ok\n',
    'token=YWJj/ZGVm+Z2hp failed\n',
  ],
  ['columns', 'a    7 kB\nb  100 kB\n', 'a   12 kB\nb   99 kB\n', 'a 1234 kB\nb    1 kB\n', 'a 1234 kB\nb    1 MB\n'],
  ['an order of lines', 'a\nb\nc\n', 'c\na\nb\n', 'b\nc\na\n', 'b\nc\nd\n'],
  ['a line less in any order', 'a\nb\nc\n', 'c\na\nb\n', 'b\na\nc\n', 'b\na\n'],
  ['an order of words', '{a: 1, b: 2, c: 3}\nx\n', '{b: 2, c: 3, a: 1}\nx\n', '{c: 3, a: 1, b: 2}\nx\n', '{c: 3}\nx\n'],
  [
    'lines in a number that differs',
    'start\ntick 1\ntick 2\nend\n',
    'start\ntick 1\ntick 2\ntick 3\nend\n',
    'start\ntick 1\nend\n',
    'start\nerror: no clock\nend\n',
  ],
  [
    'none of those lines',
    'start\ntick 1\ntick 2\nend\n',
    'start\ntick 1\ntick 2\ntick 3\nend\n',
    'start\ntick 9\ntick 9\ntick 9\ntick 9\nend\n',
    'start\nend\n',
  ],
  ['lines that may be missing', 'a\nb\n', 'a\nwarning 3 late\nb\n', 'a\nwarning 7 late\nb\n', 'a\nwarning 7 lost\nb\n'],
  ['a word more', 'took 3 s\nx\n', 'took 1 min 3 s\nx\n', 'took 2 min\nx\n', 'spent 2 min\nx\n'],
  ['text that is no UTF-8', 'caf\xe9 1\n', 'caf\xe9 2\n', 'caf\xe9 3\n', 'caf\xe8 3\n'],
];

describe('what differs between two runs of the fat one is masked, and nothing else', () => {
  for (const [what, first, second, same, different] of PAIRS) {
    test(what, () => {
      const good = compare([first, second], same);
      assert.deepEqual([good.same, good.differences], [true, []], JSON.stringify(good.masks));
      assert.ok(good.masks.length > 0);
      const bad = compare([first, second], different);
      assert.equal(bad.same, false, JSON.stringify(bad.masks));
      assert.ok(bad.differences.length > 0);
      assert.equal(compare([first], same).same, false, 'one run masks nothing');
    });
  }
});

test('what is always the same is compared byte by byte', () => {
  assert.deepEqual(compare(['a\n'], 'a\n'), { same: true, masks: [], differences: [], differenceCount: 0 });
  assert.equal(compare(['a\n', 'a\n'], 'a').same, false);
  assert.equal(compare(['a\n'], 'a\r\n').same, false);
  assert.equal(compare(['a 1\n'], 'a  1\n').same, false);
  assert.equal(compare([''], '').same, true);
  assert.equal(compare([''], 'x').same, false);
  assert.deepEqual(compare(['1\n2\n3\n'], '1\nx\n3\n').differences, [
    { line: 2, kind: 'missing', text: '2' },
    { line: 2, kind: 'extra', text: 'x' },
  ]);
});

test('a third run makes the mask wider', () => {
  const [first, second, third] = ['at 10:59:58\n', 'at 10:59:59\n', 'at 11:00:00\n'];
  assert.equal(compare([first, second], 'at 11:00:01\n').same, false);
  assert.equal(compare([first, second, third], 'at 11:00:01\n').same, true);
  assert.deepEqual(compare([first, second, third], 'at 11:00:01\n').masks, ['at ‹digits›:‹digits›:‹digits›']);
});

test('large outputs: what is not kept is compared by its digest', () => {
  const large = Buffer.alloc(3 << 20, 'all the same\n');
  const fat = output(large);
  assert.equal(compareOutputs([fat], output(large)).same, true);
  const changed = Buffer.from(large);
  changed[changed.length - 3] = 0x21;
  assert.equal(compareOutputs([fat, fat], output(changed)).same, false);
  assert.equal(compareOutputs([fat, fat], output(large.subarray(0, -13))).same, false);
  const early = (time: string) => output(Buffer.concat([Buffer.from(`started ${time}\n`), large]));
  const runs = [early('9'), early('10')];
  assert.equal(compareOutputs(runs, early('101')).same, true);
  assert.equal(compareOutputs(runs, output(large)).same, false);
  assert.equal(compareOutputs(runs, output('started 9\n')).same, false);
});

test('twenty thousand lines with a time in each', () => {
  const log = (second: number) =>
    Array.from({ length: 20_000 }, (_, at) => `12:00:${second} line ${at} of the log`).join('\n');
  assert.equal(compare([log(10), log(11)], log(12)).same, true);
  assert.equal(compare([log(10), log(11)], log(12).replace('line 7000 of', 'line 7000 off')).same, false);
});

test('only the first differences are told, and how many there are', () => {
  const lines = (word: string) => Array.from({ length: 50 }, (_, at) => `${word}${at}`).join('\n');
  const { differences, differenceCount } = compare([lines('a')], lines('b'));
  assert.deepEqual([differences.length, differenceCount], [20, 100]);
});
