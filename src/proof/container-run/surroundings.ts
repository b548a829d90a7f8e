import type { ContainerInfo, DockerClient } from '../../engine/client.ts';
import type { ContainerLimits, ContainerNetwork } from '../../engine/container-spec.ts';
import { SkinnywhaleError } from '../../model/errors.ts';
import { addedVariables, environmentValue, type RunConfig } from '../../model/image-config.ts';

/**
 * What all runs of a proof have in common beside their images' configuration, on both sides: how the container was run, and
 * what the caller gives. Nothing of it gets into the image.
 */
export interface Surroundings {
  /** added to the configuration's variables, or in place of them */
  readonly env: Readonly<Record<string, string>>;
  /** undefined: the configuration's */
  readonly user: string | undefined;
  /** undefined: one that all runs have */
  readonly hostname: string | undefined;
  readonly readOnly: boolean;
  readonly tmpfs: Readonly<Record<string, string>>;
  /** `/source:/target[:options]`, `volume:/target[:options]` */
  readonly volumes: readonly string[];
  readonly network: ContainerNetwork;
  readonly limits: ContainerLimits;
}

/** What a run may use where the caller says nothing: enough for a JVM or a browser, and not for a fork bomb. */
export const DEFAULT_LIMITS: ContainerLimits = { memory: 4 * 2 ** 30, pids: 4096, newPrivileges: false };

/** Nothing but limits. */
export const BARE: Surroundings = {
  ...{ env: {}, user: undefined, hostname: undefined, readOnly: false, tmpfs: {}, volumes: [] },
  network: 'none',
  limits: DEFAULT_LIMITS,
};

/**
 * How a container was run, as far as its configuration differs from its image's: `docker run -e -u --hostname --tmpfs
 * --read-only`.
 * @param result the configuration of the result: what the caller has changed in it counts
 */
export function surroundingsOf(
  { config, host }: Pick<ContainerInfo, 'config' | 'host'>,
  image: RunConfig,
  result: RunConfig,
): Pick<Surroundings, 'env' | 'user' | 'hostname' | 'readOnly' | 'tmpfs'> {
  const isUnchanged = ([name]: readonly [string, string]): boolean =>
    environmentValue(result, name) === environmentValue(image, name);
  const added = addedVariables(config, image).filter(isUnchanged);
  const isOwnUser = config.User !== undefined && config.User !== image.User && result.User === image.User;
  return {
    env: Object.fromEntries(added),
    user: isOwnUser ? config.User : undefined,
    hostname: host?.hostname,
    readOnly: host?.readOnly ?? false,
    tmpfs: host?.tmpfs ?? {},
  };
}

/**
 * The networks of running containers, so that a service finds its database by name.
 * @throws USAGE where one of them does not run or is in no network; NO_SUCH_CONTAINER
 */
export async function networkOf(client: DockerClient, names: readonly string[]): Promise<ContainerNetwork> {
  const inspected = await Promise.all(names.map((name) => client.inspectContainer(name)));
  const containers = inspected.map(({ name, running, host }) => ({ name, running, networks: host?.networks ?? [] }));
  for (const { name, running, networks } of containers) {
    if (!running) throw refused(name, 'it is not running', 'Start it first.');
    if (networks.every((network) => network === 'none')) throw refused(name, 'it is in no network');
  }
  const all = new Set(containers.flatMap(({ networks }) => networks));
  if (all.has('host')) return 'host';
  const own = [...all].filter((network) => network !== 'bridge');
  // the bridge has no name service
  const alone = containers.filter(({ networks }) => !networks.some((network) => own.includes(network)));
  if (own.length === 0) return { names: ['bridge'], links: alone.map(({ name }) => `${name}:${name}`) };
  if (alone[0] === undefined) return { names: own, links: [] };
  throw refused(alone[0].name, 'it is in the default bridge, and others are in a network of their own', BRIDGE);
}

const BRIDGE = 'Put all of them into one network: docker network create NET; docker network connect NET NAME.';

function refused(name: string, why: string, hint?: string): SkinnywhaleError {
  return new SkinnywhaleError(
    'USAGE',
    `--check-with ${name} is not possible: ${why}`,
    hint === undefined ? {} : { hint },
  );
}
