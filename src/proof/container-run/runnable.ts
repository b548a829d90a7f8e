import type { DockerClient } from '../../engine/client.ts';
import type { ContainerLimits, ContainerSpec } from '../../engine/container-spec.ts';
import type { Digest } from '../../model/digest.ts';
import type { RunConfig } from '../../model/image-config.ts';

/** An image to run something in. */
export interface Runnable {
  readonly client: DockerClient;
  readonly image: Digest;
  /**
   * How it is run, whatever its own configuration says; variables that only that one has stay. For the container's state,
   * which has been run another way than the result will be: with another command, as another user.
   */
  readonly run?: RunConfig | undefined;
  /** undefined: none but the engine's */
  readonly limits?: ContainerLimits | undefined;
}

/** The label of every container that is made for a proof. */
export const PROOF_LABELS = { 'io.skinnywhale.purpose': 'proof' } as const;

/** The same in every container, since it is not what is to be compared. */
const HOSTNAME = 'skinnywhale-proof';

/** A health check is not waited for longer than this, in nanoseconds. */
const HEALTH_INTERVAL = 1_000_000_000;

/** A container as the image, or `run` in its place, would have it. */
export function containerOf({ image, run, limits }: Runnable): ContainerSpec {
  const common = { image, labels: PROOF_LABELS, hostname: HOSTNAME, network: 'none', limits } as const;
  if (run === undefined) return common;
  return {
    ...common,
    // an empty list is none, where a missing one would be the image's
    entrypoint: run.Entrypoint ?? [],
    command: run.Cmd ?? [],
    user: run.User ?? '0',
    workingDir: run.WorkingDir ?? '/',
    env: Object.fromEntries((run.Env ?? []).map(variable)),
  };
}

/** Its health check, with a first look after a second: where the image has none, neither has the container. */
export function soonHealthcheck({ run }: Runnable): Exclude<ContainerSpec['healthcheck'], undefined> {
  if (run === undefined) return { Interval: HEALTH_INTERVAL };
  return run.Healthcheck === undefined ? 'off' : { ...run.Healthcheck, Interval: HEALTH_INTERVAL };
}

function variable(entry: string): [name: string, value: string] {
  const at = entry.indexOf('=');
  return at < 0 ? [entry, ''] : [entry.slice(0, at), entry.slice(at + 1)];
}
