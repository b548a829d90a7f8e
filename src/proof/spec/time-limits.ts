import type { Healthcheck } from '../../model/image-config.ts';
import type { ProbeSpec } from './probe-spec.ts';

/** How long an answer may take where nothing says otherwise, in seconds. */
const PROBE_TIMEOUT = 30;

/** Docker's defaults (Dockerfile reference, HEALTHCHECK), in seconds. */
const DEFAULT_INTERVAL = 30;
const DEFAULT_RETRIES = 3;

/** A probe whose time limit is settled. */
export type TimedProbe = ProbeSpec & { readonly timeout: number };

/**
 * A probe with its time limit: its own, else the caller's for all, else 30 s more than the health check's start period.
 * The health check itself has as long as the engine would take to call the service unhealthy.
 */
export function timed(probe: ProbeSpec, given: number | undefined, healthcheck: Healthcheck | undefined): TimedProbe {
  const timeout = probe.timeout ?? given ?? defaultTimeout(probe, healthcheck);
  return { ...probe, timeout };
}

function defaultTimeout({ kind }: ProbeSpec, healthcheck: Healthcheck | undefined): number {
  const startPeriod = seconds(healthcheck?.StartPeriod) ?? 0;
  if (kind !== 'healthcheck') return startPeriod + PROBE_TIMEOUT;
  const interval = seconds(healthcheck?.Interval) ?? DEFAULT_INTERVAL;
  const retries = healthcheck?.Retries || DEFAULT_RETRIES;
  // who looks once an hour has no service that takes hours to start
  return startPeriod + Math.max(PROBE_TIMEOUT, Math.min(interval, DEFAULT_INTERVAL) * retries);
}

/** From nanoseconds; 0 stands for what was not given. */
function seconds(nanoseconds: number | undefined): number | undefined {
  return nanoseconds === undefined || nanoseconds <= 0 ? undefined : nanoseconds / 1e9;
}
