import type { Readable } from 'node:stream';
import type { Digest } from '../model/digest.ts';
import type { Platform, RunConfig } from '../model/image-config.ts';
import type { ContainerSpec } from './container-spec.ts';
import type { ProgramOutput } from './transport/multiplexed.ts';

/** One line of GET /containers/{id}/changes. The path is text, with U+FFFD for every byte that is not UTF-8. */
export interface ContainerChange {
  readonly path: string;
  readonly kind: 'modified' | 'added' | 'deleted';
}

/** What is used of GET /containers/{id}/json. */
export interface ContainerInfo {
  /** 64 hex digits */
  readonly id: string;
  /** without the leading slash */
  readonly name: string;
  readonly image: Digest;
  readonly created: string;
  readonly running: boolean;
  readonly paused: boolean;
  readonly config: RunConfig;
  /** Absolute paths in the container where something else is mounted: volumes, binds, tmpfs. */
  readonly mountTargets: readonly string[];
  /** how it is run, beside its configuration; absent where there is no engine to say so */
  readonly host?: HostSettings;
  /** where a graph driver keeps its layers; absent where the engine does not say */
  readonly graphDriver?: GraphDriver;
}

/** How a container is run: `HostConfig` and networks of GET /containers/{id}/json. */
export interface HostSettings {
  /** undefined where the engine has made one up */
  readonly hostname: string | undefined;
  readonly readOnly: boolean;
  /** mount points with their mount options */
  readonly tmpfs: Readonly<Record<string, string>>;
  /** names of the networks it is in; `bridge`, `host` and `none` are the engine's own */
  readonly networks: readonly string[];
}

/** `GraphDriver` of a container or an image for a driver that stacks directories. Paths are the engine's machine's. */
export interface GraphDriver {
  /** overlay2, overlay, ... */
  readonly name: string;
  /** the directory of the container's own changes, or of an image's uppermost layer */
  readonly upper: string;
  /** the directories below it, uppermost first; a container's first one is the engine's own, for /etc/hosts and its like */
  readonly lowers: readonly string[];
}

/** What becomes of a container: `State` of GET /containers/{id}/json. */
export interface ContainerState {
  readonly running: boolean;
  readonly paused: boolean;
  /** when it was started last, as the engine writes it; empty where it never was */
  readonly startedAt: string;
  readonly exitCode: number;
  readonly oomKilled: boolean;
  /** the first process as the engine's machine numbers it; 0 where none runs */
  readonly pid: number;
  /** undefined where there is no health check */
  readonly health: 'starting' | 'healthy' | 'unhealthy' | undefined;
  /** what the last health check wrote, and its exit code */
  readonly lastHealthCheck: { readonly exitCode: number; readonly output: string } | undefined;
}

/** What a command that was run in a running container gave. */
export interface ExecResult {
  readonly exitCode: number;
  /** the first MiB of each */
  readonly stdout: Buffer;
  readonly stderr: Buffer;
}

/** A line of GET /containers/json. */
export interface LabelledContainer {
  readonly id: string;
  readonly labels: Readonly<Record<string, string>>;
  /** by the engine's clock, in milliseconds since 1970; undefined where the engine does not say */
  readonly created: number | undefined;
}

/** A line of GET /images/json. */
export interface ImageSummary {
  readonly id: Digest;
  readonly tags: readonly string[];
  /** bytes of all of its layers, as the engine counts */
  readonly size: number;
}

/** A line of GET /images/{id}/history. */
export interface HistoryEntry {
  /** the instruction, as the builder wrote it down */
  readonly createdBy: string;
  /** bytes that its layer added; 0 also where it made no layer */
  readonly size: number;
  /** what the builder said beside it: `buildkit.dockerfile.v0`, `FROM debian:12`; '' where it said nothing */
  readonly comment: string;
}

/** What is used of GET /images/{id}/json. */
export interface ImageInfo {
  readonly id: Digest;
  readonly tags: readonly string[];
  /** names by which it came from registries, or went there: `debian@sha256:...` */
  readonly digests: readonly string[];
  readonly created: string;
  readonly author: string | undefined;
  readonly platform: Platform;
  readonly config: RunConfig;
  /** diff ids, the lowest layer first */
  readonly layers: readonly Digest[];
  /** bytes, as the engine counts */
  readonly size: number;
  /** when it got its last name, by the engine's clock in milliseconds since 1970; absent where the engine does not say */
  readonly tagged?: number;
  /** where a graph driver keeps its layers, `upper` being the uppermost one; absent where the engine does not say */
  readonly graphDriver?: GraphDriver;
}

/** What is used of GET /version and GET /info. */
export interface EngineInfo {
  readonly version: string;
  readonly apiVersion: string;
  /** the storage driver: overlay2, vfs, ...; the snapshotter's name with the containerd store */
  readonly storage: string;
  /** true where images live in containerd's store instead of graph-driver layers */
  readonly containerdStore: boolean;
  readonly podman: boolean;
  readonly operatingSystem: string;
  /** the engine's clock when it was asked, in milliseconds since 1970; absent where it does not say */
  readonly time?: number;
  /** absent where the engine does not say where it keeps its data */
  readonly machine?: EngineMachine;
}

/** What GET /info says of the machine that the engine runs on, and of its storage there. */
export interface EngineMachine {
  /** `DockerRootDir`, a path on the engine's machine */
  readonly dataRoot: string;
  readonly kernel: string;
  /** bytes */
  readonly memory: number;
  /** such as `name=seccomp,profile=default`, `name=userns`, `name=rootless` */
  readonly securityOptions: readonly string[];
  /** what the storage driver says of itself, such as `Native Overlay Diff`: `true` */
  readonly driverStatus: ReadonlyMap<string, string>;
}

/**
 * The engine, as far as this tool uses it. Every call rejects with a `SkinnywhaleError`; plain calls time out.
 * `signal` ends any call; a stream that the engine cuts short ends with an error, never silently.
 */
export interface DockerClient {
  /** Where the engine is, for messages: `unix:///var/run/docker.sock`. */
  readonly endpoint: string;
  engineInfo(): Promise<EngineInfo>;
  /** undefined where there is no such container. @throws NO_SUCH_CONTAINER for the start of several ids */
  findContainer(idOrName: string): Promise<ContainerInfo | undefined>;
  /** @throws NO_SUCH_CONTAINER (also for an ambiguous id prefix, whose hint says so) */
  inspectContainer(idOrName: string): Promise<ContainerInfo>;
  /**
   * undefined where there is no such image
   * @param options `uninterrupted`: not ended by `signal`
   */
  inspectImage(idOrReference: string, options?: { readonly uninterrupted?: boolean }): Promise<ImageInfo | undefined>;
  /** Containers that carry a label with any value, running or not. */
  labelledContainers(label: string): Promise<readonly LabelledContainer[]>;
  /**
   * Images that have a name, or that no other one was made from.
   * @param repositories only those with a name in one of these
   */
  listImages(repositories?: readonly string[]): Promise<readonly ImageSummary[]>;
  /** Ids of all images that carry these labels (`name=value`), with a name or without. Not ended by `signal`. */
  imageIds(labels: readonly string[]): Promise<ReadonlySet<Digest>>;
  /** How an image was made, the newest instruction first. */
  imageHistory(id: Digest): Promise<readonly HistoryEntry[]>;
  /** GET /images/{id}/get: an image with all of its layers, as a docker-archive or as an OCI layout with a manifest.json. */
  saveImage(id: Digest): Promise<Readable>;
  /** Bytes of the files that a container has changed, as they are seen: holes count. 0 where the engine does not say. */
  changedBytes(containerId: string): Promise<number>;
  changes(containerId: string): Promise<readonly ContainerChange[]>;
  /** The merged tree as a tar stream. The reader must require the end-of-archive marker. */
  exportContainer(containerId: string): Promise<Readable>;
  pause(containerId: string): Promise<void>;
  unpause(containerId: string): Promise<void>;
  /** Returns its id. Where the run is interrupted meanwhile, none is left. */
  createContainer(spec: ContainerSpec): Promise<string>;
  /** @throws StartRefusal where the program can't be run: what `docker run` would exit with 125 to 127 for */
  startContainer(containerId: string): Promise<void>;
  /** What a container writes from now on: ask for it before the start. It ends when the container does; dispose it. */
  attachOutput(containerId: string): Promise<ProgramOutput>;
  /** Sends all of a container's input and its end, before or after the start. Dispose it when the container has ended. */
  sendInput(containerId: string, input: Buffer): Promise<Disposable>;
  /** The exit code, once the container has ended. It has to have been started. */
  waitContainer(containerId: string): Promise<number>;
  /** Sends a signal (default SIGKILL); no error where the container is gone or has ended. Not ended by `signal`. */
  killContainer(containerId: string, signalName?: string): Promise<void>;
  /** @throws NO_SUCH_CONTAINER */
  containerState(containerId: string): Promise<ContainerState>;
  /** Unpacks a tar archive below a directory of a container, running or not. */
  putArchive(containerId: string, directory: string, archive: Readable): Promise<void>;
  /** A file or directory as a tar archive, its last name being the first entry's; undefined where there is none. */
  getArchive(containerId: string, path: string): Promise<Readable | undefined>;
  /** An image of a container's files and configuration, without a name. A running container is paused meanwhile. */
  commitContainer(containerId: string): Promise<Digest>;
  /** Runs a command in a running container. */
  execInContainer(containerId: string, command: readonly string[], options?: { user?: string }): Promise<ExecResult>;
  /**
   * Removes a container with its anonymous volumes; no error where it is gone already. Not ended by `signal`.
   * @param options `force`: although it runs
   */
  removeContainer(containerId: string, options?: { readonly force?: boolean }): Promise<void>;
  /** POST /images/load; resolves with the progress texts. @throws ENGINE on an error inside the stream */
  loadImage(archive: Readable): Promise<readonly string[]>;
  /** POST /images/create?fromSrc=- of one layer, under `reference`; resolves with the id of the image so made. */
  importImage(layer: Readable, reference: string): Promise<Digest>;
  /**
   * From here on an upload hands over no more than the engine takes at once. What waits in the connection goes on being
   * read when that is cut; a whole layer there would become an image that nobody waits for.
   */
  holdUploads(): void;
  /** Not ended by `signal`: a name is given or not, never perhaps. */
  tagImage(id: Digest, reference: string): Promise<void>;
  /**
   * Removes a name, and the image where it was its last; by an id the image with all of its names. False, and no error,
   * where it is gone already or still in use. Not ended by `signal`.
   */
  removeImage(idOrReference: string): Promise<boolean>;
}

/** An engine that answers, and what it says of itself. */
export interface Engine {
  readonly client: DockerClient;
  readonly info: EngineInfo;
}
