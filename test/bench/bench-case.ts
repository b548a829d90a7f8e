import type { Bench } from './contenders.ts';
import type { Comparison, Limit } from './judgement.ts';
import type { Contender } from './rounds.ts';

/** Contenders that do the same work, and what is to be said of them. */
export interface Contest {
  readonly title: string;
  readonly contenders: readonly Contender[];
  readonly comparisons: readonly Comparison[];
  readonly limits: readonly Limit[];
  /** instead of the rounds that the caller asks for, and then without one to warm up, as with --quick */
  readonly rounds?: number;
}

export interface BenchCase {
  readonly name: string;
  readonly what: string;
  /** false: runs only when it is asked for by name */
  readonly usual: boolean;
  /** Makes what the contenders need. What it leaves on the engine is cached; files go into the bench's folder. */
  prepare(bench: Bench): Promise<Contest[]>;
}
