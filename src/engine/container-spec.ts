import type { Digest } from '../model/digest.ts';
import type { Healthcheck } from '../model/image-config.ts';
import { imageInPath } from './names.ts';

/** What a container can reach: itself, the engine's bridge, all that this machine can, or another container's loopback. */
export type ContainerNetwork = 'none' | 'bridge' | 'host' | `container:${string}`;

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
    Labels: spec.labels,
    HostConfig: hostConfig(spec),
  };
}

function hostConfig({ network, limits }: ContainerSpec): object {
  const { memory, pids, newPrivileges = true } = limits ?? {};
  return {
    NetworkMode: network,
    AutoRemove: false,
    RestartPolicy: { Name: 'no' },
    // the same figure for both leaves no swap
    ...(memory !== undefined && { Memory: memory, MemorySwap: memory }),
    ...(pids !== undefined && { PidsLimit: pids }),
    ...(!newPrivileges && { SecurityOpt: ['no-new-privileges'] }),
  };
}
