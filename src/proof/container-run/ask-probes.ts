import { performance } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import type { DockerClient } from '../../engine/client.ts';
import type { After, ExecProbe, HttpProbe, StatusRange, TcpProbe } from '../spec/probe-spec.ts';
import type { TimedProbe } from '../spec/time-limits.ts';
import { matchesContent } from './content-match.ts';
import type { RunningContainer } from './lifecycle.ts';
import { type Output, whole } from './output.ts';
import type { Prober } from './prober.ts';
import type { ProberAnswer, ProberQuestion } from './prober-script.ts';

/** How a service answered, or why it did not. `met`: whether the content is as the probe expects it. */
export type ProbeAnswer =
  | {
      readonly kind: 'http';
      readonly status: number;
      readonly contentType: string;
      readonly body: Output;
      readonly met: boolean;
    }
  | { readonly kind: 'tcp'; readonly banner: Output; readonly met: boolean }
  | { readonly kind: 'exec'; readonly exitCode: number; readonly stdout: Output; readonly met: boolean }
  | { readonly kind: 'healthy' }
  /** not within the probe's time: nothing listens, or what does gives no answer */
  | { readonly kind: 'none'; readonly reason: string }
  /** the service ended before it answered */
  | { readonly kind: 'ended'; readonly exitCode: number; readonly outOfMemory: boolean }
  /** the engine could not start it */
  | { readonly kind: 'refused'; readonly exitCode: number; readonly reason: string };

/** With what, and until when, a service is asked. */
export interface Asking {
  readonly client: DockerClient;
  /** opened when a probe needs it */
  readonly prober: () => Promise<Prober>;
  /** gives up at once: there are fewer answers than probes then */
  readonly stop: AbortSignal;
  /** what the original answered, in the order of the probes: the same is waited for */
  readonly original?: readonly ProbeAnswer[] | undefined;
}

/** Between two looks at a container's health, its output or its programs, in milliseconds. */
const INTERVAL = 250;

/** Asks a running service one thing after the other, and gives the answers in this order. */
export async function* askProbes(
  service: RunningContainer,
  probes: readonly TimedProbe[],
  asking: Asking,
): AsyncGenerator<ProbeAnswer> {
  const { original, stop } = asking;
  for (let at = 0; at < probes.length && !stop.aborted; ) {
    const probe = probes[at] as TimedProbe;
    const late = probe.after === undefined ? undefined : await waitFor(probe.after, service, { ...probe, stop });
    const batch = late === undefined ? batchFrom(probes, at) : [];
    if (late !== undefined) yield late;
    else if (batch.length > 0) {
      const questions = batch.map((each, index) => questionOf(each, original?.[at + index]));
      const prober = await asking.prober();
      for (const answer of await prober.ask(service.id, questions, stop)) yield fromProber(answer);
    } else if (probe.kind === 'exec') yield await untilExpected(service.id, probe, asking);
    else yield await untilHealthy(service.id, probe.timeout, asking);
    at += Math.max(1, batch.length);
  }
}

type Asked = (HttpProbe | TcpProbe) & { readonly timeout: number };

/** The probes from here on that can be asked in one go. */
function batchFrom(probes: readonly TimedProbe[], start: number): Asked[] {
  const batch: Asked[] = [];
  for (const probe of probes.slice(start)) {
    const waits = probe.after !== undefined && batch.length > 0;
    if (waits || (probe.kind !== 'http' && probe.kind !== 'tcp')) break;
    batch.push(probe);
  }
  return batch;
}

const READY: readonly StatusRange[] = [[100, 399]];
const CLIENT_ERROR: readonly StatusRange[] = [[400, 499]];

/** A 4xx may be all that a service has to say, or its first word before it is ready; a 5xx never means ready. */
function questionOf(probe: Asked, original: ProbeAnswer | undefined): ProberQuestion {
  const { timeout, expect } = probe;
  if (probe.kind === 'tcp') return { port: probe.port, send: probe.send, expect, timeout };
  const { url, method, headers, body, status } = probe;
  const common = { url, method, headers, body, expect, timeout };
  if (status !== undefined) return { ...common, wanted: status, tolerated: [] };
  if (original?.kind !== 'http') return { ...common, wanted: READY, tolerated: CLIENT_ERROR };
  return { ...common, wanted: [[original.status, original.status]], tolerated: [...READY, ...CLIENT_ERROR] };
}

function fromProber(answer: ProberAnswer): ProbeAnswer {
  if (answer.kind === 'none') return answer;
  if (answer.kind === 'tcp') return { ...answer, banner: whole(Buffer.from(answer.banner, 'base64')) };
  const { kind, status, contentType, body, length, restDigest, met } = answer;
  const kept = Buffer.from(body, 'base64');
  return { kind, status, contentType, body: { kept, length, restDigest: restDigest ?? undefined }, met };
}

interface Waiting {
  readonly timeout: number;
  readonly stop: AbortSignal;
}

/** Undefined where it has come to pass. */
async function waitFor(after: After, service: RunningContainer, waiting: Waiting): Promise<ProbeAnswer | undefined> {
  const { timeout, stop } = waiting;
  const isLog = 'text' in after;
  const deadline = performance.now() + (isLog ? timeout : after.seconds - service.seconds) * 1000;
  for (let seen = -1; !stop.aborted; await wait(INTERVAL)) {
    const { stdout, stderr } = service;
    const isNew = stdout.length + stderr.length !== seen;
    seen = stdout.length + stderr.length;
    if (isLog && isNew && [stdout, stderr].some(({ kept }) => kept.includes(after.text))) return undefined;
    if (performance.now() < deadline) continue;
    return isLog ? { kind: 'none', reason: `its output does not contain ${JSON.stringify(after.text)}` } : undefined;
  }
  return undefined;
}

/** Tries a command until it ends as expected, or the time is up; then the last try counts. */
async function untilExpected(
  service: string,
  probe: ExecProbe & { readonly timeout: number },
  { client, stop }: Asking,
): Promise<ProbeAnswer> {
  const { command, user, exitCode: expected = 0, expect } = probe;
  const deadline = performance.now() + probe.timeout * 1000;
  for (;;) {
    const { exitCode, stdout } = await client.execInContainer(service, command, user === undefined ? {} : { user });
    const met = matchesContent(expect, stdout);
    if ((exitCode === expected && met) || performance.now() > deadline || stop.aborted) {
      return { kind: 'exec', exitCode, stdout: whole(stdout), met };
    }
    await wait(INTERVAL);
  }
}

/** `unhealthy` is not the last word: with a check each second a service may be so while it starts. */
async function untilHealthy(service: string, timeout: number, { client, stop }: Asking): Promise<ProbeAnswer> {
  const deadline = performance.now() + timeout * 1000;
  for (;;) {
    const { health, lastHealthCheck, running, exitCode, oomKilled } = await client.containerState(service);
    if (!running) return { kind: 'ended', exitCode, outOfMemory: oomKilled };
    if (health === undefined) return { kind: 'none', reason: 'the image has no health check' };
    if (health === 'healthy') return { kind: 'healthy' };
    if (performance.now() > deadline || stop.aborted) {
      const last = lastHealthCheck;
      const said = last === undefined ? 'none has ended' : `exit code ${last.exitCode}: ${last.output}`.trim();
      return { kind: 'none', reason: `its health check does not succeed: ${said}` };
    }
    await wait(INTERVAL);
  }
}
