import type { DockerClient } from '../engine/client.ts';
import type { Digest } from '../model/digest.ts';
import type { RunConfig } from '../model/image-config.ts';
import { checkTask } from './check-task.ts';
import { type NodeBundle, openProber, type Prober } from './container-run/prober.ts';
import type { Surroundings } from './container-run/surroundings.ts';
import type { ProofItem, Task } from './proof-item.ts';
import { serviceTask } from './service-task.ts';
import type { CheckSpec } from './spec/check-spec.ts';
import type { ProbeSpec } from './spec/probe-spec.ts';
import { type TimedProbe, timed } from './spec/time-limits.ts';

export interface ProofSettings {
  readonly client: DockerClient;
  /** the original as an image; it has to stay until the proof is disposed of */
  readonly fatImage: Digest;
  /** the result's configuration: the original is run in this way, the result as its image says */
  readonly run: RunConfig;
  readonly checks: readonly CheckSpec[];
  readonly probes: readonly ProbeSpec[];
  /** seconds for each probe that has no limit of its own; undefined: as `spec/time-limits.ts` says */
  readonly timeout?: number | undefined;
  /** undefined: none, but limits */
  readonly surroundings?: Surroundings | undefined;
  /** called once, where a probe needs it */
  readonly node: () => Promise<NodeBundle>;
  /** what is about to be done, for people */
  readonly onStep?: ((message: string) => void) | undefined;
}

export interface ProofResult {
  readonly passed: boolean;
  /** checks first, each in the order given */
  readonly items: readonly ProofItem[];
}

/** Proves images against one original. Nothing that it makes is left when it is disposed of. */
export interface Proof extends AsyncDisposable {
  /** Runs everything once in the original. Items are failed where that does not do what was asked for. */
  prepare(): Promise<ProofResult>;
  /** Runs everything in an image, one thing after the other, and compares. What the original gave is not asked for again. */
  prove(candidate: Digest): Promise<ProofResult>;
  /** What asks services; made when it is first called. */
  prober(): Promise<Prober>;
  /** with their time limits, in the order given */
  readonly probes: readonly TimedProbe[];
}

export function openProof(settings: ProofSettings): Proof {
  const { client, fatImage, run, surroundings, timeout, onStep = () => {} } = settings;
  const original = { client, image: fatImage, run, surroundings };
  let prober: Promise<Prober> | undefined;
  const openOnce = (): Promise<Prober> => {
    prober ??= settings.node().then((node) => openProber(client, node));
    return prober;
  };
  const probes = settings.probes.map((probe) => timed(probe, timeout, run.Healthcheck));
  const tasks: readonly Task[] = [
    ...settings.checks.map((spec) => checkTask(spec, original)),
    ...(probes.length === 0 ? [] : [serviceTask(probes, { ...original, prober: openOnce })]),
  ];
  const all = async (judge: (task: Task) => Promise<readonly ProofItem[]>, where: string): Promise<ProofResult> => {
    const items: ProofItem[] = [];
    for (const task of tasks) {
      onStep(`in the ${where}: ${task.text}`);
      items.push(...(await judge(task)));
    }
    return { passed: items.every(({ passed }) => passed), items };
  };
  return {
    prober: openOnce,
    probes,
    prepare: () => all((task) => task.prepare(), 'original'),
    prove: (candidate) => all((task) => task.prove(candidate), 'skinny image'),
    async [Symbol.asyncDispose]() {
      // one that could not be opened has nothing to be removed
      const opened = await prober?.catch(() => undefined);
      await opened?.[Symbol.asyncDispose]();
    },
  };
}
