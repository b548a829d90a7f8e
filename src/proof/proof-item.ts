import type { Digest } from '../model/digest.ts';
import type { Failure } from './compare/failures.ts';
import { lineText } from './compare/mask.ts';
import type { Output } from './container-run/output.ts';

/** What came out of one check or probe; all of it can be written as JSON. */
export interface ProofItem {
  readonly kind: 'check' | 'probe';
  /** as it was given */
  readonly text: string;
  readonly passed: boolean;
  readonly failures: readonly Failure[];
  /** what was not compared since the original's own runs differ in it */
  readonly masks: readonly string[];
  /** null for a probe other than a command, and where it was not run */
  readonly exitCodes: { readonly fat: number | null; readonly skinny: number | null };
  /** what each side answered; null where it was not run, or gave no answer */
  readonly answers: { readonly fat: ShownAnswer | null; readonly skinny: ShownAnswer | null };
  /** its first run each, from the start to the end or the answer; null where it was not run */
  readonly seconds: { readonly fat: number; readonly skinny: number | null };
  /** how often the original was run in all */
  readonly fatRuns: number;
  /** for people: the last lines of what the skinny one, or the original where that is at fault, wrote to standard error */
  readonly stderr: readonly string[];
}

/** An answer in short. */
export interface ShownAnswer {
  /** of HTTP */
  readonly status: number | null;
  /** in all */
  readonly bytes: number;
  /** for people: how it begins */
  readonly start: string;
}

/** What is to be done in the original and in candidates: a check, or a service with its probes. */
export interface Task {
  /** for people */
  readonly text: string;
  /** Runs it once in the original; later calls give the same. Items are failed where that does not do what was asked for. */
  prepare(): Promise<readonly ProofItem[]>;
  /** Runs it in an image, and compares. */
  prove(candidate: Digest): Promise<readonly ProofItem[]>;
}

/** How much of an answer is shown, in bytes. */
const START = 60;

/** How an answer begins, on one line. */
export function startOf({ kept, length }: Output): string {
  const text = lineText(kept.toString('latin1', 0, START).trim().replace(/\s+/g, ' '));
  return length > START ? `${text}...` : text;
}

/** How many lines of standard error are kept of a failed run. */
const STDERR_LINES = 10;

/** What was not kept of a long one is not its end: what is left of it then says so. */
export function lastLines({ kept, length }: Output): string[] {
  const lines = kept.toString('latin1').replace(/\n$/, '').split('\n').slice(-STDERR_LINES);
  const rest = length - kept.length;
  return kept.length === 0 ? [] : [...lines.map(lineText), ...(rest > 0 ? [`... and ${rest} bytes more`] : [])];
}
