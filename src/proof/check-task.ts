import { type Comparison, compareOutputs } from './compare/compare.ts';
import type { Failure, Fault } from './compare/failures.ts';
import { type RunResult, runCheck } from './container-run/run-check.ts';
import type { Runnable } from './container-run/runnable.ts';
import { lastLines, type ProofItem, type ShownAnswer, startOf, type Task } from './proof-item.ts';
import type { CheckSpec } from './spec/check-spec.ts';

/** How often the original is run for one check, in all rounds together. */
const MOST_RUNS = 6;

/** A check in the original and in candidates. */
export function checkTask(spec: CheckSpec, original: Runnable): Task {
  const runs: RunResult[] = [];
  const proving: CheckProving = { spec, runs, original };
  /** what is wrong with the check itself; it stays so for all images */
  let unusable: Failure | undefined;
  const prepare = async (): Promise<ProofItem> => {
    if (runs.length === 0) unusable = await runOriginal(proving);
    return itemOf(proving, { failures: unusable === undefined ? [] : [unusable], masks: [] }, undefined);
  };
  return {
    text: `check: ${spec.text}`,
    prepare: async () => [await prepare()],
    prove: async (image) => {
      const prepared = await prepare();
      if (!prepared.passed) return [prepared];
      const { client, surroundings } = original;
      const skinny = await runCheck(spec, { client, surroundings, image });
      return [itemOf(proving, await judge(proving, skinny), skinny)];
    },
  };
}

interface CheckProving {
  readonly spec: CheckSpec;
  /** of the original, so far */
  readonly runs: RunResult[];
  readonly original: Runnable;
}

interface Verdict {
  /** none: it has passed */
  readonly failures: readonly Failure[];
  readonly masks: readonly string[];
}

/** Runs it in the original once more. @returns what is wrong with the check itself */
async function runOriginal({ spec, runs, original }: CheckProving): Promise<Failure | undefined> {
  const run = await runCheck(spec, original);
  runs.push(run);
  const { exitCode: expected = runs[0]?.exitCode ?? run.exitCode } = spec;
  const [fault] = faultsOf(spec, run, expected);
  const side = 'original';
  // what can't be started there fails for both, unless that is what is asked for
  if (run.end === 'refused' && spec.exitCode !== run.exitCode) return { side, ...refusal(run) };
  if (fault?.kind === 'exit-code' && spec.exitCode === undefined) {
    return { side, kind: 'unsteady', of: 'exit code', values: runs.map(({ exitCode }) => exitCode) };
  }
  return fault === undefined ? undefined : { side, ...fault };
}

/**
 * Compares the skinny one's run with the original's. Only where they differ the original is run again: twice in all, to
 * see what differs between its own runs, and once more with the clock that the skinny one had.
 */
async function judge(proving: CheckProving, skinny: RunResult): Promise<Verdict> {
  const { spec, runs } = proving;
  const expected = spec.exitCode ?? runs[0]?.exitCode ?? 0;
  const atOnce = faultsOf(spec, skinny, expected).map((fault): Failure => ({ side: 'skinny', ...fault }));
  let compared = compareRuns(runs, skinny);
  // what ended otherwise need not be compared, and is shown as it is
  const enough = atOnce.length > 0 ? 2 : Math.min(MOST_RUNS, Math.max(3, runs.length + 1));
  while (!compared.same && runs.length < enough) {
    const unsteady = await runOriginal(proving);
    if (unsteady !== undefined) return { failures: [unsteady], masks: compared.masks };
    compared = compareRuns(runs, skinny);
  }
  const { same, differences, differenceCount, masks } = compared;
  const output = { side: 'skinny', kind: 'output', of: 'stdout', differences, differenceCount } as const;
  return { failures: [...atOnce, ...(same ? [] : [output])], masks };
}

function compareRuns(runs: readonly RunResult[], skinny: RunResult): Comparison {
  return compareOutputs(
    runs.map(({ stdout }) => stdout),
    skinny.stdout,
  );
}

function faultsOf(spec: CheckSpec, run: RunResult, expected: number): Fault[] {
  if (run.end === 'timed-out') return [{ kind: 'timed-out', seconds: spec.timeout }];
  if (run.end === 'out-of-memory') return [{ kind: 'out-of-memory' }];
  if (run.exitCode === expected) return [];
  return run.end === 'refused' ? [refusal(run)] : [{ kind: 'exit-code', expected, actual: run.exitCode }];
}

function refusal({ exitCode, stderr }: RunResult): Fault {
  return { kind: 'refused', exitCode, reason: stderr.kept.toString('utf8').trim() };
}

function itemOf({ spec, runs }: CheckProving, { failures, masks }: Verdict, skinny: RunResult | undefined): ProofItem {
  const [first] = runs;
  const shown = skinny ?? runs.at(-1);
  const passed = failures.length === 0;
  return {
    kind: 'check',
    text: spec.text,
    passed,
    failures,
    masks,
    exitCodes: { fat: first?.exitCode ?? null, skinny: skinny?.exitCode ?? null },
    answers: { fat: answerOf(first), skinny: answerOf(skinny) },
    seconds: { fat: first?.seconds ?? 0, skinny: skinny?.seconds ?? null },
    fatRuns: runs.length,
    stderr: passed || shown === undefined ? [] : lastLines(shown.stderr),
  };
}

function answerOf(run: RunResult | undefined): ShownAnswer | null {
  return run === undefined ? null : { status: null, bytes: run.stdout.length, start: startOf(run.stdout) };
}
