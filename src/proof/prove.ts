import type { DockerClient } from '../engine/client.ts';
import type { Digest } from '../model/digest.ts';
import type { RunConfig } from '../model/image-config.ts';
import type { Failure } from './compare/failures.ts';
import { lineText } from './compare/mask.ts';
import { type NodeBundle, openProber, type Prober } from './container-run/prober.ts';
import { type Output, type RunResult, runCheck } from './container-run/run-check.ts';
import { type ProbeRun, runProbe } from './container-run/run-probe.ts';
import type { Runnable } from './container-run/runnable.ts';
import { judgeCheck, runFat, type Verdict } from './prove-check.ts';
import { type FatService, judgeProbe, probeFat } from './prove-probe.ts';
import type { CheckSpec } from './spec/check-spec.ts';
import type { ProbeSpec } from './spec/probe-spec.ts';

export interface ProofSettings {
  readonly client: DockerClient;
  /** the container's state as an image; it has to stay until the proof is disposed of */
  readonly fatImage: Digest;
  /** the result's configuration: the container's state is run in this way, the result as its image says */
  readonly run: RunConfig;
  readonly checks: readonly CheckSpec[];
  readonly probes: readonly ProbeSpec[];
  /** called once, where a probe needs it */
  readonly node: () => Promise<NodeBundle>;
  /** what is about to be done, for people */
  readonly onStep?: ((message: string) => void) | undefined;
}

/** What came out of one check or probe; all of it can be written as JSON. */
export interface ProofItem {
  readonly kind: 'check' | 'probe';
  /** as it was given */
  readonly text: string;
  readonly passed: boolean;
  readonly failures: readonly Failure[];
  /** what was not compared since the fat one's own runs differ in it */
  readonly masks: readonly string[];
  /** null for a probe, and where it was not run */
  readonly exitCodes: { readonly fat: number | null; readonly skinny: number | null };
  /** its first run each, from the start to the end or the answer; null where it was not run */
  readonly seconds: { readonly fat: number; readonly skinny: number | null };
  /** how often the fat one was run in all */
  readonly fatRuns: number;
  /** for people: the last lines of what the skinny one, or the fat one where that is at fault, wrote to standard error */
  readonly stderr: readonly string[];
}

export interface ProofResult {
  readonly passed: boolean;
  /** checks first, each in the order given */
  readonly items: readonly ProofItem[];
}

/** Proves images against one container's state. Nothing that it makes is left when it is disposed of. */
export interface Proof extends AsyncDisposable {
  /** Runs everything once in the fat container's state. Items are failed where that does not do what was asked for. */
  prepare(): Promise<ProofResult>;
  /** Runs everything in an image, one thing after the other, and compares. What the fat one gave is not asked for again. */
  prove(candidate: Digest): Promise<ProofResult>;
  /** What asks services; made when it is first called. */
  prober(): Promise<Prober>;
}

/** How many lines of standard error are kept of a failed run. */
const STDERR_LINES = 10;

export function openProof(settings: ProofSettings): Proof {
  const { client, fatImage, run, onStep = () => {} } = settings;
  const fat = { client, image: fatImage, run };
  let prober: Promise<Prober> | undefined;
  const openOnce = (): Promise<Prober> => {
    prober ??= settings.node().then((node) => openProber(client, node));
    return prober;
  };
  const tasks: readonly Task[] = [
    ...settings.checks.map((spec) => checkTask(spec, fat)),
    ...settings.probes.map((spec) => probeTask(spec, { ...fat, prober: openOnce })),
  ];
  const all = async (judge: (task: Task) => Promise<ProofItem>, where: string): Promise<ProofResult> => {
    const items: ProofItem[] = [];
    for (const task of tasks) {
      onStep(`${task.kind} in the ${where}: ${task.text}`);
      items.push(await judge(task));
    }
    return { passed: items.every(({ passed }) => passed), items };
  };
  return {
    prober: openOnce,
    prepare: () => all((task) => task.prepare(), 'container'),
    prove: (candidate) => all((task) => task.prove(candidate), 'skinny image'),
    async [Symbol.asyncDispose]() {
      // one that could not be opened has nothing to be removed
      const opened = await prober?.catch(() => undefined);
      await opened?.[Symbol.asyncDispose]();
    },
  };
}

/** A check or a probe, with what is known of the fat one. */
interface Task {
  readonly kind: ProofItem['kind'];
  readonly text: string;
  prepare(): Promise<ProofItem>;
  prove(candidate: Digest): Promise<ProofItem>;
}

function checkTask(spec: CheckSpec, fat: Runnable): Task {
  return taskOf<RunResult>({
    kind: 'check',
    text: spec.text,
    runFat: (runs) => runFat(spec, runs, fat),
    runSkinny: (image) => runCheck(spec, { client: fat.client, image }),
    judge: (runs, skinny) => judgeCheck(spec, runs, skinny, fat),
    exitCode: ({ exitCode }) => exitCode,
  });
}

function probeTask(spec: ProbeSpec, fat: FatService): Task {
  const { client, prober } = fat;
  return taskOf<ProbeRun>({
    kind: 'probe',
    text: spec.text,
    runFat: (runs) => probeFat(spec, runs, fat),
    runSkinny: (image, [first]) => {
      const status = first?.answer.kind === 'http' ? first.answer.status : undefined;
      return runProbe(spec, { client, image, prober, status });
    },
    judge: (runs, skinny) => judgeProbe(spec, runs, skinny, fat),
    exitCode: () => null,
  });
}

/** What a check and a probe do differently. */
interface Ways<Run extends { readonly seconds: number; readonly stderr: Output }> {
  readonly kind: ProofItem['kind'];
  readonly text: string;
  readonly runFat: (runs: Run[]) => Promise<Failure | undefined>;
  readonly runSkinny: (image: Digest, runs: readonly Run[]) => Promise<Run>;
  readonly judge: (runs: Run[], skinny: Run) => Promise<Verdict>;
  readonly exitCode: (run: Run) => number | null;
}

function taskOf<Run extends { readonly seconds: number; readonly stderr: Output }>(ways: Ways<Run>): Task {
  const runs: Run[] = [];
  /** what is wrong with the check itself; it stays so for all images */
  let unusable: Failure | undefined;
  const item = ({ failures, masks }: Verdict, skinny: Run | undefined): ProofItem => {
    const [first] = runs;
    const shown = skinny ?? runs.at(-1);
    const passed = failures.length === 0;
    return {
      kind: ways.kind,
      text: ways.text,
      passed,
      failures,
      masks,
      exitCodes: {
        fat: first === undefined ? null : ways.exitCode(first),
        skinny: skinny === undefined ? null : ways.exitCode(skinny),
      },
      seconds: { fat: first?.seconds ?? 0, skinny: skinny?.seconds ?? null },
      fatRuns: runs.length,
      stderr: passed || shown === undefined ? [] : lastLines(shown.stderr),
    };
  };
  const prepare = async (): Promise<ProofItem> => {
    if (runs.length === 0) unusable = await ways.runFat(runs);
    return item({ failures: unusable === undefined ? [] : [unusable], masks: [] }, undefined);
  };
  return {
    kind: ways.kind,
    text: ways.text,
    prepare,
    prove: async (candidate) => {
      const prepared = await prepare();
      if (!prepared.passed) return prepared;
      const skinny = await ways.runSkinny(candidate, runs);
      return item(await ways.judge(runs, skinny), skinny);
    },
  };
}

/** What was not kept of a long one is not its end: what is left of it then says so. */
function lastLines({ kept, length }: Output): string[] {
  const lines = kept.toString('latin1').replace(/\n$/, '').split('\n').slice(-STDERR_LINES);
  const rest = length - kept.length;
  return kept.length === 0 ? [] : [...lines.map(lineText), ...(rest > 0 ? [`... and ${rest} bytes more`] : [])];
}
