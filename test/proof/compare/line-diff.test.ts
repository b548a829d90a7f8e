import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { diffLists, type Edit } from '../../../src/proof/compare/line-diff.ts';

const equal = (a: string, b: string): boolean => a === b;
const diff = (a: string, b: string): Edit[] => diffLists([...a], [...b], equal);

/** `b` as the edits make it of `a`. @throws where they do not go through both in order */
function applied(a: readonly string[], b: readonly string[], edits: readonly Edit[]): string[] {
  let [atA, atB] = [0, 0];
  const result: string[] = [];
  for (const edit of edits) {
    if (edit.kind !== 'added') assert.equal(edit.a, atA++);
    if (edit.kind !== 'removed') assert.equal(edit.b, atB++);
    if (edit.kind === 'same') result.push(a[edit.a] as string);
    if (edit.kind === 'added') result.push(b[edit.b] as string);
  }
  assert.deepEqual([atA, atB], [a.length, b.length]);
  return result;
}

const changes = (edits: readonly Edit[]): number => edits.filter(({ kind }) => kind !== 'same').length;

test('leads from one list to the other in the fewest steps', () => {
  // the example of Myers' paper
  assert.equal(changes(diff('abcabba', 'cbabac')), 5);
  assert.deepEqual(diff('', ''), []);
  assert.deepEqual(diff('ab', 'axb'), [
    { kind: 'same', a: 0, b: 0 },
    { kind: 'added', b: 1 },
    { kind: 'same', a: 1, b: 2 },
  ]);
  const letters = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 12 });
  fc.assert(
    fc.property(letters, letters, (a, b) => {
      const edits = diffLists(a, b, equal);
      assert.deepEqual(applied(a, b, edits), b);
      assert.equal(changes(edits), a.length + b.length - 2 * longestCommon(a, b));
    }),
    { numRuns: 500 },
  );
});

function longestCommon(a: readonly string[], b: readonly string[]): number {
  let row = new Array<number>(b.length + 1).fill(0);
  for (const item of a) {
    const next = [0];
    for (const [at, other] of b.entries()) {
      next.push(item === other ? (row[at] ?? 0) + 1 : Math.max(row[at + 1] ?? 0, next[at] ?? 0));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

test('lists that differ everywhere cost no more than others', () => {
  const list = (word: string) => ['first', ...Array.from({ length: 50_000 }, (_, at) => `${word} ${at}`), 'last'];
  const [a, b] = [list('a'), list('b')];
  const edits = diffLists(a, b, equal);
  assert.deepEqual(applied(a, b, edits), b);
  assert.equal(changes(edits), 100_000);
  assert.deepEqual(edits[0], { kind: 'same', a: 0, b: 0 });
});
