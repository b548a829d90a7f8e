/** One step of the way from one list to another; the numbers are positions in the two lists. */
export type Edit =
  | { readonly kind: 'same'; readonly a: number; readonly b: number }
  | { readonly kind: 'removed'; readonly a: number }
  | { readonly kind: 'added'; readonly b: number };

/** How many steps are looked for: the search needs memory for the square of it. */
const MOST_EDITS = 1000;

/**
 * The fewest removals and additions that lead from `a` to `b` (Myers, "An O(ND) Difference Algorithm", 1986). Lists that
 * differ in more than 1000 places are the same at the beginning and the end, and differ in all that is between.
 * @param equal whether an item of `a` and one of `b` count as the same
 */
export function diffLists<A, B>(a: readonly A[], b: readonly B[], equal: (a: A, b: B) => boolean): Edit[] {
  const same = (i: number, j: number): boolean => equal(a[i] as A, b[j] as B);
  let start = 0;
  while (start < a.length && start < b.length && same(start, start)) start += 1;
  let end = 0;
  while (end < a.length - start && end < b.length - start && same(a.length - 1 - end, b.length - 1 - end)) end += 1;
  const range = { start, lengthA: a.length - start - end, lengthB: b.length - start - end };
  const edits: Edit[] = Array.from({ length: start }, (_, at) => ({ kind: 'same', a: at, b: at }));
  edits.push(...(shortestEdits(range, same) ?? allEdits(range)));
  for (let at = end; at > 0; at -= 1) edits.push({ kind: 'same', a: a.length - at, b: b.length - at });
  return edits;
}

interface Range {
  readonly start: number;
  readonly lengthA: number;
  readonly lengthB: number;
}

function allEdits({ start, lengthA, lengthB }: Range): Edit[] {
  return [
    ...Array.from({ length: lengthA }, (_, at) => ({ kind: 'removed', a: start + at }) as const),
    ...Array.from({ length: lengthB }, (_, at) => ({ kind: 'added', b: start + at }) as const),
  ];
}

/** Undefined where there are too many. */
function shortestEdits(range: Range, same: (i: number, j: number) => boolean): Edit[] | undefined {
  const { start, lengthA, lengthB } = range;
  const most = Math.min(lengthA + lengthB, MOST_EDITS);
  /** for each number of edits, how far along `a` each diagonal `x - y` got with them */
  const reached: Int32Array[] = [];
  let front = new Int32Array(2 * most + 3).fill(0);
  const middle = most + 1;
  for (let edits = 0; edits <= most; edits += 1) {
    reached.push(front.slice(middle - edits - 1, middle + edits + 2));
    const next = front.slice();
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      let x = step(front, middle + diagonal, { first: diagonal === -edits, last: diagonal === edits });
      let y = x - diagonal;
      while (x < lengthA && y < lengthB && same(start + x, start + y)) {
        x += 1;
        y += 1;
      }
      next[middle + diagonal] = x;
      if (x >= lengthA && y >= lengthB) return wayBack(range, reached);
    }
    front = next;
  }
  return undefined;
}

/** Where a diagonal begins with one more edit: from the one below by an addition, or the one above by a removal. */
function step(front: Int32Array, at: number, { first, last }: { first: boolean; last: boolean }): number {
  const above = front[at + 1] as number;
  const below = front[at - 1] as number;
  return first || (!last && below < above) ? above : below + 1;
}

function wayBack({ start, lengthA, lengthB }: Range, reached: readonly Int32Array[]): Edit[] {
  const edits: Edit[] = [];
  let [x, y] = [lengthA, lengthB];
  for (let count = reached.length - 1; count >= 0; count -= 1) {
    const front = reached[count] as Int32Array;
    const middle = count + 1;
    const diagonal = x - y;
    const added =
      diagonal === -count ||
      (diagonal !== count && (front[middle + diagonal - 1] as number) < (front[middle + diagonal + 1] as number));
    const before = diagonal + (added ? 1 : -1);
    const beforeX = count === 0 ? 0 : (front[middle + before] as number);
    const beforeY = count === 0 ? 0 : beforeX - before;
    while (x > beforeX && y > beforeY) edits.push({ kind: 'same', a: start + --x, b: start + --y });
    if (count > 0) edits.push(added ? { kind: 'added', b: start + --y } : { kind: 'removed', a: start + --x });
  }
  return edits.reverse();
}
