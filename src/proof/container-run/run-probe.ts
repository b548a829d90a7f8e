import { performance } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { StartRefusal } from '../../engine/api/start-refusal.ts';
import type { DockerClient } from '../../engine/client.ts';
import { BoundedOutput } from '../../engine/transport/bounded-output.ts';
import type { ProbeSpec } from '../spec/probe-spec.ts';
import type { Prober } from './prober.ts';
import type { ProberAnswer } from './prober-script.ts';
import { OUTPUT_LIMIT, type Output, outputOf } from './run-check.ts';
import { containerOf, type Runnable, soonHealthcheck } from './runnable.ts';

/** How a service answered, or why it did not. */
export type ProbeAnswer =
  | { readonly kind: 'http'; readonly status: number; readonly contentType: string; readonly body: Output }
  | { readonly kind: 'tcp'; readonly banner: Output }
  | { readonly kind: 'healthy' }
  | { readonly kind: 'unhealthy'; readonly reason: string }
  /** nothing listens, or what does gives no answer */
  | { readonly kind: 'none'; readonly reason: string }
  /** the service ended before it answered */
  | { readonly kind: 'ended'; readonly exitCode: number }
  /** the engine could not start it */
  | { readonly kind: 'refused'; readonly exitCode: number; readonly reason: string };

export interface ProbeRun {
  readonly answer: ProbeAnswer;
  /** what the service wrote until then */
  readonly stderr: Output;
  /** from the start of the service to the answer */
  readonly seconds: number;
}

export interface ProbeSettings extends Runnable {
  /** opened when a probe needs it */
  readonly prober: () => Promise<Prober>;
  /** the status that the fat one answers with */
  readonly status?: number | undefined;
}

/** How often the engine is asked about a container's health, in milliseconds. */
const HEALTH_INTERVAL = 250;

/**
 * Starts a new container of an image as the image says, asks it, and removes it, whatever happens.
 * @throws as `runCheck`
 */
export async function runProbe(spec: ProbeSpec, settings: ProbeSettings): Promise<ProbeRun> {
  const { client } = settings;
  // before the service starts, so that it has all of its time
  if (spec.kind !== 'healthcheck') await settings.prober();
  const id = await client.createContainer({
    ...containerOf(settings),
    healthcheck: spec.kind === 'healthcheck' ? soonHealthcheck(settings) : 'off',
  });
  try {
    return await askService(id, spec, settings);
  } finally {
    await client.removeContainer(id, { force: true });
  }
}

async function askService(id: string, spec: ProbeSpec, settings: ProbeSettings): Promise<ProbeRun> {
  const { client } = settings;
  using pieces = await client.attachOutput(id);
  const started = performance.now();
  const errors = new BoundedOutput(OUTPUT_LIMIT);
  const run = (answer: ProbeAnswer): ProbeRun => ({
    answer,
    stderr: outputOf(errors),
    seconds: (performance.now() - started) / 1000,
  });
  try {
    await client.startContainer(id);
  } catch (error) {
    if (!(error instanceof StartRefusal)) throw error;
    return run({ kind: 'refused', exitCode: error.exitCode, reason: error.reason });
  }
  const stop = new AbortController();
  const reading = (async () => {
    for await (const { stream, data } of pieces) if (stream === 'stderr') errors.push(data);
  })();
  // what goes wrong with either is told by the other calls; after the answer both are cut off
  reading.catch(() => {});
  const ended = client.waitContainer(id).then((exitCode) => ({ kind: 'ended', exitCode }) as const);
  ended.catch(() => {});
  const asked = ask(id, spec, { ...settings, stop: stop.signal }).catch(async (error: unknown) => {
    // a container can't be put beside one that has just ended
    const { running, exitCode } = await client.containerState(id);
    if (running) throw error;
    return { kind: 'ended', exitCode } as const;
  });
  try {
    const answer = await Promise.race([ended, asked]);
    if (answer.kind === 'ended') await reading;
    return run(answer);
  } finally {
    stop.abort();
    await asked.catch(() => {});
  }
}

async function ask(
  id: string,
  spec: ProbeSpec,
  { client, prober, status, stop }: ProbeSettings & { readonly stop: AbortSignal },
): Promise<ProbeAnswer> {
  const { timeout } = spec;
  if (spec.kind === 'healthcheck') return await untilHealthy(id, { client, timeout, stop });
  const asker = await prober();
  if (spec.kind === 'tcp') return fromProber(await asker.ask(id, { port: spec.port, timeout }, stop));
  return fromProber(await asker.ask(id, { url: spec.url, timeout, ...(status !== undefined && { status }) }, stop));
}

function fromProber(answer: ProberAnswer): ProbeAnswer {
  if (answer.kind === 'none') return answer;
  if (answer.kind === 'tcp') return { kind: 'tcp', banner: whole(Buffer.from(answer.banner, 'base64')) };
  const { status, contentType, body, length, restDigest } = answer;
  const kept = Buffer.from(body, 'base64');
  return { kind: 'http', status, contentType, body: { kept, length, restDigest: restDigest ?? undefined } };
}

/** A short text as an {@link Output}. */
export function whole(kept: Buffer): Output {
  return { kept, length: kept.length, restDigest: undefined };
}

/** `unhealthy` is not the last word: with a check each second a service may be so while it starts. */
async function untilHealthy(
  id: string,
  { client, timeout, stop }: { readonly client: DockerClient; readonly timeout: number; readonly stop: AbortSignal },
): Promise<ProbeAnswer> {
  const deadline = performance.now() + timeout * 1000;
  for (;;) {
    const { health, lastHealthCheck, running, exitCode } = await client.containerState(id);
    if (!running) return { kind: 'ended', exitCode };
    if (health === undefined) return { kind: 'none', reason: 'the image has no health check' };
    if (health === 'healthy') return { kind: 'healthy' };
    if (performance.now() > deadline || stop.aborted) {
      const last = lastHealthCheck;
      const reason = last === undefined ? 'no health check has ended' : `exit code ${last.exitCode}: ${last.output}`;
      return { kind: 'unhealthy', reason: reason.trim() };
    }
    await wait(HEALTH_INTERVAL);
  }
}
