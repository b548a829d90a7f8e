import type { Digest } from '../model/digest.ts';
import type { Healthcheck } from '../model/image-config.ts';
import { CONTAINER_LABEL } from '../model/labels.ts';
import { imageInPath } from './names.ts';
import { runMark } from './run-mark.ts';

/**
 * What a container can reach: itself, the engine's bridge, all that this machine can, another container's loopback, or
 * what is in the engine's own networks.
 */
export type ContainerNetwork = 'none' | 'bridge' | 'host' | `container:${string}` | JoinedNetworks;

/** Networks of the engine that other containers are in. */
export interface JoinedNetworks {
  /** at least one: names or ids */
  readonly names: readonly string[];
  /** names of containers that are to be found by these names, where the network has no name service (the bridge) */
  readonly links: readonly string[];
}

/** What a container may use at most. */
export interface ContainerLimits {
  /** bytes of memory, swap included; undefined: as much as there is */
  readonly memory: number | undefined;
  /** processes and threads; undefined: as many as the engine allows */
  readonly pids: number | undefined;
  /** true: programs with the set-user-ID bit or file capabilities gain rights, as in an ordinary container */
  readonly newPrivileges: boolean;
}

/**
 * A container to be made. Its confinement is the engine's default or stricter: nothing here adds a right or a device. The
 * volumes that the image declares become anonymous ones, which go with the container.
 */
export interface ContainerSpec {
  readonly image: Digest;
  readonly labels: Readonly<Record<string, string>>;
  /** default: the image's own. Where it is given the image's Cmd no longer counts, only `command` does. */
  readonly entrypoint?: readonly string[] | undefined;
  /** default: the image's Cmd */
  readonly command?: readonly string[] | undefined;
  /** `name`, `uid`, `name:group`, `uid:gid`; default: the image's */
  readonly user?: string | undefined;
  /** added to the image's, or in place of its values */
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly workingDir?: string | undefined;
  /** not together with another container's network, whose name is what counts then */
  readonly hostname?: string | undefined;
  readonly network: ContainerNetwork;
  /** true: standard input is open, until what `sendInput` sends has ended */
  readonly stdin?: boolean | undefined;
  /** default `off`; fields that are left out are the image's */
  readonly healthcheck?: 'image' | 'off' | Healthcheck | undefined;
  /** true: nothing can be written but where something is mounted */
  readonly readOnly?: boolean | undefined;
  /** file systems in memory: mount points with their mount options */
  readonly tmpfs?: Readonly<Record<string, string>> | undefined;
  /** of the engine's machine: `/source:/target[:options]`, `volume:/target[:options]` */
  readonly volumes?: readonly string[] | undefined;
  /** default: none of its own */
  readonly limits?: ContainerLimits | undefined;
}

/** The body of POST /containers/create. */
export function createBody(spec: ContainerSpec): object {
  const { entrypoint, command, user, workingDir, hostname, stdin = false, healthcheck = 'off' } = spec;
  return {
    Image: imageInPath(spec.image),
    ...(entrypoint !== undefined && { Entrypoint: entrypoint }),
    ...(command !== undefined && { Cmd: command }),
    ...(user !== undefined && { User: user }),
    ...(workingDir !== undefined && { WorkingDir: workingDir }),
    ...(hostname !== undefined && { Hostname: hostname }),
    ...(spec.env !== undefined && { Env: Object.entries(spec.env).map(([name, value]) => `${name}=${value}`) }),
    ...(healthcheck !== 'image' && { Healthcheck: healthcheck === 'off' ? { Test: ['NONE'] } : healthcheck }),
    AttachStdin: stdin,
    AttachStdout: true,
    AttachStderr: true,
    OpenStdin: stdin,
    StdinOnce: stdin,
    Tty: false,
    Labels: { ...spec.labels, [CONTAINER_LABEL.run]: runMark() },
    HostConfig: hostConfig(spec),
  };
}

function hostConfig({ network, limits, readOnly = false, tmpfs, volumes }: ContainerSpec): object {
  const { memory, pids, newPrivileges = true } = limits ?? {};
  return {
    NetworkMode: typeof network === 'string' ? network : network.names[0],
    ...(typeof network !== 'string' && network.links.length > 0 && { Links: network.links }),
    ...(readOnly && { ReadonlyRootfs: true }),
    ...(tmpfs !== undefined && { Tmpfs: tmpfs }),
    ...(volumes !== undefined && { Binds: volumes }),
    AutoRemove: false,
    RestartPolicy: { Name: 'no' },
    // the same figure for both leaves no swap
    ...(memory !== undefined && { Memory: memory, MemorySwap: memory }),
    ...(pids !== undefined && { PidsLimit: pids }),
    ...(!newPrivileges && { SecurityOpt: ['no-new-privileges'] }),
  };
}
