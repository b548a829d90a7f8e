import type { DockerClient } from '../../engine/client.ts';
import type { ContainerSpec } from '../../engine/container-spec.ts';
import type { Digest } from '../../model/digest.ts';
import { type RunConfig, variable } from '../../model/image-config.ts';
import { CONTAINER_LABEL } from '../../model/labels.ts';
import { BARE, type Surroundings } from './surroundings.ts';

/** An image to run something in. */
export interface Runnable {
  readonly client: DockerClient;
  readonly image: Digest;
  /**
   * How it is run, in place of what its own configuration says; variables that only that one has stay. For the container's state,
   * which has been run another way than the result will be: with another command, as another user.
   */
  readonly run?: RunConfig | undefined;
  /** default: {@link BARE} */
  readonly surroundings?: Surroundings | undefined;
}

/** The label of every container that is made for a proof. */
export const PROOF_LABELS = { [CONTAINER_LABEL.purpose]: 'proof' } as const;

/** The same in every container, since it is not what is to be compared. */
const HOSTNAME = 'skinnywhale-proof';

/** A health check is not waited for longer than this, in nanoseconds. */
const HEALTH_INTERVAL = 1_000_000_000;

/** A container as the image, or `run` in its place, would have it. */
export function containerOf({ image, run, surroundings = BARE }: Runnable): ContainerSpec {
  const { env, user, hostname = HOSTNAME, readOnly, tmpfs, volumes, network, limits } = surroundings;
  const common = {
    ...{ image, labels: PROOF_LABELS, network, limits },
    // the machine's own name is what counts in its network
    hostname: network === 'host' ? undefined : hostname,
    ...(readOnly && { readOnly }),
    ...(Object.keys(tmpfs).length > 0 && { tmpfs }),
    ...(volumes.length > 0 && { volumes }),
    ...(user !== undefined && { user }),
  };
  if (run === undefined) return Object.keys(env).length > 0 ? { ...common, env } : common;
  return {
    ...common,
    // an empty list means none; a missing one would mean the image's
    entrypoint: run.Entrypoint ?? [],
    command: run.Cmd ?? [],
    user: user ?? run.User ?? '0',
    workingDir: run.WorkingDir ?? '/',
    env: { ...Object.fromEntries((run.Env ?? []).map(variable)), ...env },
  };
}

/** Its health check, with a first look after a second: where the image has none, neither has the container. */
export function soonHealthcheck({ run }: Runnable): Exclude<ContainerSpec['healthcheck'], undefined> {
  if (run === undefined) return { Interval: HEALTH_INTERVAL };
  return run.Healthcheck === undefined ? 'off' : { ...run.Healthcheck, Interval: HEALTH_INTERVAL };
}
