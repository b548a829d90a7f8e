import { type Comparison, compareOutputs } from './compare/compare.ts';
import type { Failure } from './compare/failures.ts';
import { type RunResult, runCheck } from './container-run/run-check.ts';
import type { Runnable } from './container-run/runnable.ts';
import type { CheckSpec } from './spec/check-spec.ts';

/** What came out of one check, or of one probe. */
export interface Verdict {
  /** none: it is passed */
  readonly failures: readonly Failure[];
  /** what was not compared since the fat one's runs differ in it, for people */
  readonly masks: readonly string[];
}

/** How often the fat one is run for one check, in all rounds together. */
const MOST_RUNS = 6;

/**
 * Runs a check in the fat container's state, once.
 * @param runs those so far, to which it is added
 * @returns what is wrong with the check itself
 */
export async function runFat(spec: CheckSpec, runs: RunResult[], fat: Runnable): Promise<Failure | undefined> {
  const run = await runCheck(spec, fat);
  runs.push(run);
  const { end, exitCode } = run;
  const { exitCode: expected = runs[0]?.exitCode ?? exitCode } = spec;
  if (end === 'timed-out') return { kind: 'fat-timed-out', seconds: spec.timeout };
  if (end === 'refused' && spec.exitCode !== exitCode) {
    return { kind: 'fat-refused', exitCode, reason: run.stderr.kept.toString('utf8').trim() };
  }
  if (exitCode === expected) return undefined;
  if (spec.exitCode !== undefined) return { kind: 'fat-exit-code', expected, actual: exitCode };
  return { kind: 'fat-unsteady', exitCodes: runs.map((each) => each.exitCode) };
}

/**
 * Compares the skinny one's run of a check with the fat one's. Only where they differ the fat one is run again: twice in
 * all, to see what differs between its own runs, and once more with the clock that the skinny one had.
 */
export async function judgeCheck(
  spec: CheckSpec,
  runs: RunResult[],
  skinny: RunResult,
  fat: Runnable,
): Promise<Verdict> {
  const expected = spec.exitCode ?? runs[0]?.exitCode ?? 0;
  let compared = compareRuns(runs, skinny);
  const atOnce = failuresOf(spec, skinny, expected);
  // what ended otherwise need not be compared, and is shown as it is
  const enough = atOnce.length > 0 ? 2 : Math.min(MOST_RUNS, Math.max(3, runs.length + 1));
  while (!compared.same && runs.length < enough) {
    const unsteady = await runFat(spec, runs, fat);
    if (unsteady !== undefined) return { failures: [unsteady], masks: compared.masks };
    compared = compareRuns(runs, skinny);
  }
  const { differences, differenceCount, masks } = compared;
  const output = { kind: 'output', of: 'stdout', differences, differenceCount } as const;
  return { failures: [...atOnce, ...(compared.same ? [] : [output])], masks };
}

function compareRuns(runs: readonly RunResult[], skinny: RunResult): Comparison {
  return compareOutputs(
    runs.map(({ stdout }) => stdout),
    skinny.stdout,
  );
}

function failuresOf(spec: CheckSpec, { end, exitCode, stderr }: RunResult, expected: number): Failure[] {
  if (end === 'timed-out') return [{ kind: 'timed-out', seconds: spec.timeout }];
  if (exitCode === expected) return [];
  if (end === 'refused') return [{ kind: 'refused', exitCode, reason: stderr.kept.toString('utf8').trim() }];
  return [{ kind: 'exit-code', expected, actual: exitCode }];
}
