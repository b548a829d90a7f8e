import type { DockerClient } from '../docker/client.ts';
import type { Digest } from '../model/digest.ts';
import type { CheckSpec } from './check-spec.ts';
import type { Failure } from './failures.ts';
import { lineText } from './mask.ts';
import type { ProbeSpec } from './probe-spec.ts';
import { type NodeBundle, openProber, type Prober } from './prober.ts';
import { judgeCheck, runFat, type Verdict } from './prove-check.ts';
import { judgeProbe, probeFat } from './prove-probe.ts';
import { type Output, type RunResult, runCheck } from './run-check.ts';
import { type ProbeRun, runProbe } from './run-probe.ts';

export interface ProofSettings {
  readonly client: DockerClient;
  /** the container's state as an image; it has to stay until the proof is disposed of */
  readonly fatImage: Digest;
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
}

/** How many lines of standard error are kept of a failed run. */
const STDERR_LINES = 10;

export function openProof(settings: ProofSettings): Proof {
  const { client, fatImage, onStep = () => {} } = settings;
  let prober: Promise<Prober> | undefined;
  const openOnce = (): Promise<Prober> => {
    prober ??= settings.node().then((node) => openProber(client, node));
    return prober;
  };
  const subjects: readonly Subject[] = [
    ...settings.checks.map((spec) => checkSubject(spec, { client, fatImage })),
    ...settings.probes.map((spec) => probeSubject(spec, { client, fatImage, prober: openOnce })),
  ];
  const all = async (judge: (subject: Subject) => Promise<ProofItem>, where: string): Promise<ProofResult> => {
    const items: ProofItem[] = [];
    for (const subject of subjects) {
      onStep(`${subject.kind} in the ${where}: ${subject.text}`);
      items.push(await judge(subject));
    }
    return { passed: items.every(({ passed }) => passed), items };
  };
  return {
    prepare: () => all((subject) => subject.prepare(), 'container'),
    prove: (candidate) => all((subject) => subject.prove(candidate), 'skinny image'),
    async [Symbol.asyncDispose]() {
      // one that could not be opened has nothing to be removed
      const opened = await prober?.catch(() => undefined);
      await opened?.[Symbol.asyncDispose]();
    },
  };
}

/** A check or a probe, with what is known of the fat one. */
interface Subject {
  readonly kind: ProofItem['kind'];
  readonly text: string;
  prepare(): Promise<ProofItem>;
  prove(candidate: Digest): Promise<ProofItem>;
}

function checkSubject(spec: CheckSpec, setting: { client: DockerClient; fatImage: Digest }): Subject {
  return subjectOf<RunResult>({
    kind: 'check',
    text: spec.text,
    runFat: (runs) => runFat(spec, runs, setting),
    runSkinny: (image) => runCheck(spec, { client: setting.client, image }),
    judge: (runs, skinny) => judgeCheck(spec, runs, skinny, setting),
    exitCode: ({ exitCode }) => exitCode,
  });
}

function probeSubject(spec: ProbeSpec, setting: Parameters<typeof probeFat>[2]): Subject {
  const { client, prober } = setting;
  return subjectOf<ProbeRun>({
    kind: 'probe',
    text: spec.text,
    runFat: (runs) => probeFat(spec, runs, setting),
    runSkinny: (image, [first]) => {
      const status = first?.answer.kind === 'http' ? first.answer.status : undefined;
      return runProbe(spec, { client, image, prober, status });
    },
    judge: (runs, skinny) => judgeProbe(spec, runs, skinny, setting),
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

function subjectOf<Run extends { readonly seconds: number; readonly stderr: Output }>(ways: Ways<Run>): Subject {
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
