import { StartRefusal } from '../../engine/api/start-refusal.ts';
import type { TimedProbe } from '../spec/time-limits.ts';
import { type Asking, askProbes, type ProbeAnswer } from './ask-probes.ts';
import { type RunningContainer, whileRunning } from './lifecycle.ts';
import { type Output, outputOf, whole } from './output.ts';
import { containerOf, type Runnable, soonHealthcheck } from './runnable.ts';

/** One start of a service. */
export interface ServiceRun {
  /** one for each probe, in their order */
  readonly answers: readonly ProbeAnswer[];
  /** what the service wrote until then */
  readonly stderr: Output;
  /** from its start to the last answer */
  readonly seconds: number;
}

export interface ServiceSettings extends Runnable, Pick<Asking, 'prober' | 'original'> {}

/**
 * Starts a new container of an image as the image says, asks it all probes, and removes it in any case.
 * @throws as `whileRunning`, but for a service that can't be started
 */
export async function runService(probes: readonly TimedProbe[], settings: ServiceSettings): Promise<ServiceRun> {
  const { client } = settings;
  const needsProber = probes.some(({ kind }) => kind === 'http' || kind === 'tcp');
  // before the service starts, so that it has all of its time
  if (needsProber) await settings.prober();
  const asksHealth = probes.some(({ kind }) => kind === 'healthcheck');
  const container = { ...containerOf(settings), healthcheck: asksHealth ? soonHealthcheck(settings) : 'off' } as const;
  try {
    return await whileRunning(container, { client }, async (service) => {
      const answers = await untilAnswered(service, probes, settings);
      return { answers, stderr: outputOf(service.stderr), seconds: service.seconds };
    });
  } catch (error) {
    if (!(error instanceof StartRefusal)) throw error;
    const { exitCode, reason } = error;
    const answers = probes.map((): ProbeAnswer => ({ kind: 'refused', exitCode, reason }));
    return { answers, stderr: whole(Buffer.alloc(0)), seconds: 0 };
  }
}

/** Where the service ends, all that was not answered until then says so. */
async function untilAnswered(
  service: RunningContainer,
  probes: readonly TimedProbe[],
  settings: ServiceSettings,
): Promise<ProbeAnswer[]> {
  const { client } = settings;
  const stop = new AbortController();
  const answers: ProbeAnswer[] = [];
  const asking = (async () => {
    for await (const answer of askProbes(service, probes, { ...settings, stop: stop.signal })) answers.push(answer);
  })();
  try {
    await Promise.race([asking, service.ended.catch(() => {})]);
  } catch (error) {
    // a container can't be put beside one that has just ended
    if ((await client.containerState(service.id)).running) throw error;
  } finally {
    stop.abort();
    await asking.catch(() => {});
  }
  if (answers.length >= probes.length) return answers;
  const exitCode = await service.ended;
  const { oomKilled: outOfMemory } = await client.containerState(service.id);
  return probes.map((_, at) => answers[at] ?? { kind: 'ended', exitCode, outOfMemory });
}
