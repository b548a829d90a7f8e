/** What is told of some measurements of one thing. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** @throws RangeError where there is no value */
export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [min, max, upper] = [sorted[0], sorted.at(-1), sorted[middle]];
  if (min === undefined || max === undefined || upper === undefined) throw new RangeError('no values');
  const lower = sorted.length % 2 === 0 ? (sorted[middle - 1] ?? upper) : upper;
  return { median: (lower + upper) / 2, min, max };
}

/**
 * How one thing compares with another, each pair having been measured one soon after the other: what else the machine
 * did meanwhile then falls on both, which it does not where medians are divided.
 * @throws RangeError where the numbers of values differ, or are 0
 */
export function pairedRatios(values: readonly number[], others: readonly number[]): Spread {
  if (values.length !== others.length) throw new RangeError(`${values.length} values against ${others.length}`);
  return spread(values.map((value, index) => value / (others[index] ?? Number.NaN)));
}
