import type { Figure, Measured } from './rounds.ts';
import { pairedRatios, type Spread, spread } from './statistics.ts';

/** What a number has to be. */
export type Target = { readonly atMost: number } | { readonly atLeast: number };

/** How one contender's figure stands to another's: `of` divided by `to`. Without a target it is only told. */
export interface Comparison {
  readonly of: string;
  readonly to: string;
  readonly figure?: Figure;
  readonly target?: Target;
}

/** A bound on one contender's own figure, in the figure's unit. */
export interface Limit {
  readonly of: string;
  readonly figure: Figure;
  readonly target: Target;
}

export type Verdict = 'met' | 'not met' | 'not available' | '-';

/** A comparison or a limit with what was measured; `value` is missing where one of the contenders is. */
export interface Judged {
  readonly of: string;
  /** null: a limit, not a comparison */
  readonly to: string | null;
  readonly figure: Figure;
  readonly value: Spread | null;
  readonly target: Target | null;
  readonly verdict: Verdict;
}

/** Judged by the median. @throws Error on a contender that was not measured at all */
export function judge(
  measured: readonly Measured[],
  { comparisons, limits }: { readonly comparisons: readonly Comparison[]; readonly limits: readonly Limit[] },
): Judged[] {
  const valuesOf = (name: string, figure: Figure): number[] => {
    const found = measured.find((each) => each.name === name);
    if (found === undefined) throw new Error(`there is no contender ${name}`);
    return found.runs.flatMap((run) => run[figure] ?? []);
  };
  const compared = comparisons.map(({ of, to, figure = 'seconds', target = null }): Judged => {
    const [values, others] = [valuesOf(of, figure), valuesOf(to, figure)];
    const value = values.length === 0 || others.length === 0 ? null : pairedRatios(values, others);
    return { of, to, figure, value, target, verdict: verdict(value, target) };
  });
  const limited = limits.map(({ of, figure, target }): Judged => {
    const values = valuesOf(of, figure);
    const value = values.length === 0 ? null : spread(values);
    return { of, to: null, figure, value, target, verdict: verdict(value, target) };
  });
  return [...compared, ...limited];
}

function verdict(value: Spread | null, target: Target | null): Verdict {
  if (value === null) return 'not available';
  if (target === null) return '-';
  return ('atMost' in target ? value.median <= target.atMost : value.median >= target.atLeast) ? 'met' : 'not met';
}
