import type { Failure } from './compare/failures.ts';
import type { ProbeAnswer } from './container-run/ask-probes.ts';
import { runService, type ServiceRun, type ServiceSettings } from './container-run/run-service.ts';
import { compareAnswers, contentOf, faultOf, type PartComparison, unsteadiness } from './judge-answer.ts';
import { lastLines, type ProofItem, type ShownAnswer, startOf, type Task } from './proof-item.ts';
import type { TimedProbe } from './spec/time-limits.ts';

/** How often the original is started, in all rounds together. */
const MOST_RUNS = 4;

/** A service with all its probes: each start of it serves them all. */
export function serviceTask(probes: readonly TimedProbe[], original: ServiceSettings): Task {
  const runs: ServiceRun[] = [];
  const proving: ServiceProving = { probes, runs, original };
  const prepare = async (): Promise<ProofItem[]> => {
    if (runs.length === 0) runs.push(await runService(probes, original));
    return itemsOf(proving, undefined, []);
  };
  return {
    text: `service: ${probes.map(({ text }) => text).join(', ')}`,
    prepare,
    prove: async (image) => {
      const prepared = await prepare();
      if (prepared.some(({ passed }) => !passed)) return prepared;
      const { client, surroundings, prober } = original;
      const answers = runs[0]?.answers;
      const skinny = await runService(probes, { client, surroundings, prober, image, original: answers });
      return itemsOf(proving, skinny, await compared(proving, skinny));
    },
  };
}

interface ServiceProving {
  readonly probes: readonly TimedProbe[];
  /** of the original, so far */
  readonly runs: ServiceRun[];
  readonly original: ServiceSettings;
}

/**
 * Compares answers with the original's, probe by probe. Only where they differ the original is started again, to see what
 * differs between its own answers.
 */
async function compared(proving: ServiceProving, skinny: ServiceRun): Promise<readonly PartComparison[][]> {
  const { probes, runs, original } = proving;
  const first = runs[0]?.answers;
  const compareAll = (): PartComparison[][] =>
    probes.map((probe, at) => compareAnswers(probe, answersTo(at, runs), skinny.answers[at] as ProbeAnswer));
  // what is wrong by itself need not be compared, and is shown as it is
  const isWrong = probes.map((probe, at) => skinnyFault(probe, skinny.answers[at], first?.[at]) !== undefined);
  const enough = isWrong.includes(true) ? 2 : Math.min(MOST_RUNS, Math.max(3, runs.length + 1));
  let comparisons = compareAll();
  const isOpen = (): boolean => comparisons.some((parts, at) => !isWrong[at] && parts.some(({ same }) => !same));
  while (isOpen() && runs.length < enough) {
    runs.push(await runService(probes, { ...original, original: first }));
    comparisons = compareAll();
  }
  return comparisons;
}

function skinnyFault(probe: TimedProbe, answer: ProbeAnswer | undefined, original: ProbeAnswer | undefined) {
  return answer === undefined ? undefined : faultOf(probe, answer, original);
}

function answersTo(at: number, runs: readonly ServiceRun[]): ProbeAnswer[] {
  return runs.map(({ answers }) => answers[at] as ProbeAnswer);
}

function itemsOf(
  { probes, runs }: ServiceProving,
  skinny: ServiceRun | undefined,
  comparisons: readonly PartComparison[][],
): ProofItem[] {
  const [first] = runs;
  const shown = skinny ?? runs.at(-1);
  return probes.map((probe, at): ProofItem => {
    const [originals, answer] = [answersTo(at, runs), skinny?.answers[at]];
    const failures = failuresOf(probe, { originals, answer, comparisons: comparisons[at] ?? [] });
    const passed = failures.length === 0;
    return {
      kind: 'probe',
      text: probe.text,
      passed,
      failures,
      masks: comparisons[at]?.flatMap(({ masks }) => masks) ?? [],
      exitCodes: { fat: exitCodeOf(originals[0]), skinny: exitCodeOf(answer) },
      answers: { fat: shownAnswer(originals[0]), skinny: shownAnswer(answer) },
      seconds: { fat: first?.seconds ?? 0, skinny: skinny?.seconds ?? null },
      fatRuns: runs.length,
      stderr: passed || shown === undefined ? [] : lastLines(shown.stderr),
    };
  });
}

interface Judged {
  readonly originals: readonly ProbeAnswer[];
  readonly answer: ProbeAnswer | undefined;
  readonly comparisons: readonly PartComparison[];
}

function failuresOf(probe: TimedProbe, { originals, answer, comparisons }: Judged): Failure[] {
  const unusable = originals.map((each) => faultOf(probe, each, undefined)).find((fault) => fault !== undefined);
  if (unusable !== undefined) return [{ side: 'original', ...unusable }];
  const unsteady = unsteadiness(originals);
  if (unsteady !== undefined) return [unsteady];
  const fault = skinnyFault(probe, answer, originals[0]);
  // beside a fault only what can be shown is worth a word
  const differing = comparisons.filter(
    ({ same, differenceCount }) => !same && (fault === undefined || differenceCount > 0),
  );
  const outputs = differing.map(({ of, differences, differenceCount }): Failure => {
    return { side: 'skinny', kind: 'output', of, differences, differenceCount };
  });
  return [...(fault === undefined ? [] : [{ side: 'skinny', ...fault } as const]), ...outputs];
}

function shownAnswer(answer: ProbeAnswer | undefined): ShownAnswer | null {
  const content = answer === undefined ? undefined : contentOf(answer)?.output;
  if (answer === undefined || content === undefined) return null;
  const status = answer.kind === 'http' ? answer.status : null;
  return { status, bytes: content.length, start: startOf(content) };
}

function exitCodeOf(answer: ProbeAnswer | undefined): number | null {
  return answer?.kind === 'exec' ? answer.exitCode : null;
}
