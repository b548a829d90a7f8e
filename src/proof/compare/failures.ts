import type { Difference } from './compare.ts';

/** What was found wrong, as facts, and where. In the original: the check or probe is of no use then. */
export type Failure = Fault & { readonly side: 'original' | 'skinny' };

/** What can be wrong with a run. */
export type Fault =
  /** the engine could not start the program */
  | { readonly kind: 'refused'; readonly exitCode: number; readonly reason: string }
  | { readonly kind: 'timed-out'; readonly seconds: number }
  /** ended by the kernel at the memory limit */
  | { readonly kind: 'out-of-memory' }
  | { readonly kind: 'exit-code'; readonly expected: number; readonly actual: number }
  /** another exit code, or another status, each time */
  | { readonly kind: 'unsteady'; readonly of: 'exit code' | 'status'; readonly values: readonly number[] }
  | {
      readonly kind: 'output';
      readonly of: Part;
      readonly differences: readonly Difference[];
      readonly differenceCount: number;
    }
  /** within the probe's time */
  | { readonly kind: 'no-answer'; readonly reason: string; readonly seconds: number }
  /** the service ended before it answered */
  | { readonly kind: 'ended'; readonly exitCode: number; readonly outOfMemory: boolean }
  /** still a 5xx when the probe's time was up */
  | { readonly kind: 'not-ready'; readonly status: number; readonly start: string; readonly seconds: number }
  /** `expected` for people: `200`, `200-299, 401` */
  | { readonly kind: 'status'; readonly expected: string; readonly actual: number; readonly start: string }
  /** the content is not what the probe expects; both for people */
  | { readonly kind: 'content'; readonly of: Part; readonly expected: string; readonly start: string };

/** What can differ. */
export type Part = 'stdout' | 'body' | 'answer' | 'content type';

/** Whether the check or probe does not even pass in the original. */
export function isOfOriginal({ side }: Failure): boolean {
  return side === 'original';
}

/** Whether a time limit ran out. */
export function isOutOfTime({ kind }: Fault): boolean {
  return kind === 'timed-out' || kind === 'no-answer' || kind === 'not-ready';
}
