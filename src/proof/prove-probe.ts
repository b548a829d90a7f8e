import { type Comparison, compareOutputs } from './compare/compare.ts';
import type { Failure } from './compare/failures.ts';
import { type ProbeAnswer, type ProbeRun, type ProbeSettings, runProbe, whole } from './container-run/run-probe.ts';
import type { Runnable } from './container-run/runnable.ts';
import type { Verdict } from './prove-check.ts';
import type { ProbeSpec } from './spec/probe-spec.ts';

/** The fat one, and who asks it. */
export type FatService = Runnable & Pick<ProbeSettings, 'prober'>;

/** How often the fat service is started for one probe, in all rounds together. */
const MOST_RUNS = 4;

/** Asks the fat service, once, as {@link runFat} runs a check. */
export async function probeFat(spec: ProbeSpec, runs: ProbeRun[], fat: FatService): Promise<Failure | undefined> {
  const run = await runProbe(spec, { ...fat, status: statusOf(runs[0]?.answer) });
  runs.push(run);
  const { answer } = run;
  const failure = failureOf(answer);
  if (failure !== undefined) return { ...failure, kind: `fat-${failure.kind}` } as Failure;
  const expected = statusOf(runs[0]?.answer);
  const actual = statusOf(answer);
  if (expected === actual) return undefined;
  return { kind: 'fat-no-answer', reason: `its status is ${expected} and then ${actual}` };
}

/** Compares the skinny service's answer with the fat one's, as {@link judgeCheck} does for checks. */
export async function judgeProbe(
  spec: ProbeSpec,
  runs: ProbeRun[],
  skinny: ProbeRun,
  fat: FatService,
): Promise<Verdict> {
  const failure = failureOf(skinny.answer);
  if (failure !== undefined) return { failures: [failure], masks: [] };
  const expected = statusOf(runs[0]?.answer);
  const actual = statusOf(skinny.answer);
  const atOnce: Failure[] =
    expected !== undefined && actual !== undefined && expected !== actual ? [{ kind: 'status', expected, actual }] : [];
  let compared = compareAnswers(runs, skinny);
  const enough = atOnce.length > 0 ? 2 : Math.min(MOST_RUNS, Math.max(3, runs.length + 1));
  while (compared.some(({ same }) => !same) && runs.length < enough) {
    const unsteady = await probeFat(spec, runs, fat);
    if (unsteady !== undefined) return { failures: [unsteady], masks: [] };
    compared = compareAnswers(runs, skinny);
  }
  const outputs = compared.flatMap(({ same, of, differences, differenceCount }): Failure[] =>
    same ? [] : [{ kind: 'output', of, differences, differenceCount }],
  );
  return { failures: [...atOnce, ...outputs], masks: compared.flatMap(({ masks }) => masks) };
}

type Part = (Failure & { kind: 'output' })['of'];

function compareAnswers(fat: readonly ProbeRun[], skinny: ProbeRun): (Comparison & { readonly of: Part })[] {
  return partsOf(skinny.answer).map(({ of, output }) => {
    const runs = fat.map(
      ({ answer }) => partsOf(answer).find((part) => part.of === of)?.output ?? whole(Buffer.alloc(0)),
    );
    return { of, ...compareOutputs(runs, output) };
  });
}

function partsOf(answer: ProbeAnswer): { readonly of: Part; readonly output: ProbeAnswerOutput }[] {
  if (answer.kind === 'tcp') return [{ of: 'banner', output: answer.banner }];
  if (answer.kind !== 'http') return [];
  return [
    { of: 'content type', output: whole(Buffer.from(answer.contentType, 'latin1')) },
    { of: 'body', output: answer.body },
  ];
}

type ProbeAnswerOutput = ReturnType<typeof whole>;

/** Why it is no answer, or none that can be compared. */
function failureOf(answer: ProbeAnswer): (Failure & { kind: 'no-answer' | 'ended' | 'refused' }) | undefined {
  switch (answer.kind) {
    case 'none':
      return { kind: 'no-answer', reason: answer.reason };
    case 'unhealthy':
      return { kind: 'no-answer', reason: `its health check fails: ${answer.reason}` };
    case 'ended':
      return { kind: 'ended', exitCode: answer.exitCode };
    case 'refused':
      return { kind: 'refused', exitCode: answer.exitCode, reason: answer.reason };
    default:
      return undefined;
  }
}

function statusOf(answer: ProbeAnswer | undefined): number | undefined {
  return answer?.kind === 'http' ? answer.status : undefined;
}
