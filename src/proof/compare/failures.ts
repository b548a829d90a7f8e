import type { Difference } from './compare.ts';

/** What was found wrong, as facts. `fat-...`: already in the fat container's state, so that the check or probe is of no use. */
export type Failure =
  /** the engine could not start the program */
  | { readonly kind: 'fat-refused' | 'refused'; readonly exitCode: number; readonly reason: string }
  | { readonly kind: 'fat-timed-out' | 'timed-out'; readonly seconds: number }
  | { readonly kind: 'fat-exit-code' | 'exit-code'; readonly expected: number; readonly actual: number }
  /** the fat one ends with another code each time */
  | { readonly kind: 'fat-unsteady'; readonly exitCodes: readonly number[] }
  | {
      readonly kind: 'output';
      readonly of: 'stdout' | 'body' | 'banner' | 'content type';
      readonly differences: readonly Difference[];
      readonly differenceCount: number;
    }
  | { readonly kind: 'fat-no-answer' | 'no-answer'; readonly reason: string }
  /** the service ended before it answered */
  | { readonly kind: 'fat-ended' | 'ended'; readonly exitCode: number }
  | { readonly kind: 'status'; readonly expected: number; readonly actual: number };

/** Whether the check itself is wrong: it fails in the container, too. */
export function isOfFat({ kind }: Failure): boolean {
  return kind.startsWith('fat-');
}
