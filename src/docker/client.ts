import type { Readable } from 'node:stream';
import type { Digest } from '../model/digest.ts';
import type { Platform, RunConfig } from '../model/image-config.ts';

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
}

/** What is used of GET /images/{id}/json. */
export interface ImageInfo {
  readonly id: Digest;
  readonly tags: readonly string[];
  readonly created: string;
  readonly author: string | undefined;
  readonly platform: Platform;
  readonly config: RunConfig;
  readonly layers: readonly Digest[];
  /** bytes, as the engine counts */
  readonly size: number;
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
}

/**
 * The engine, as far as this tool uses it. Every call rejects with a `SkinnywhaleError`; plain calls time out.
 * `signal` ends any call; a stream that the engine cuts short ends with an error, never silently.
 */
export interface DockerClient {
  /** Where the engine is, for messages: `unix:///var/run/docker.sock`. */
  readonly endpoint: string;
  engineInfo(): Promise<EngineInfo>;
  /** @throws NO_SUCH_CONTAINER (also for an ambiguous id prefix, whose hint says so) */
  inspectContainer(idOrName: string): Promise<ContainerInfo>;
  /** undefined where there is no such image */
  inspectImage(idOrReference: string): Promise<ImageInfo | undefined>;
  changes(containerId: string): Promise<readonly ContainerChange[]>;
  /** The merged tree as a tar stream. The reader must require the end-of-archive marker. */
  exportContainer(containerId: string): Promise<Readable>;
  pause(containerId: string): Promise<void>;
  unpause(containerId: string): Promise<void>;
  /** A container that is never started; returns its id. */
  createContainer(image: Digest, labels: Record<string, string>): Promise<string>;
  /** Removes a container with its anonymous volumes; no error where it is gone already. */
  removeContainer(containerId: string): Promise<void>;
  /** POST /images/load; resolves with the progress texts. @throws ENGINE on an error inside the stream */
  loadImage(archive: Readable): Promise<readonly string[]>;
  /** POST /images/create?fromSrc=- of one layer, under `reference`; resolves with the id of the image so made. */
  importImage(layer: Readable, reference: string): Promise<Digest>;
  /** Not ended by `signal`: a name is given or not, never perhaps. */
  tagImage(id: Digest, reference: string): Promise<void>;
  /** Removes an image by id or reference. False, and no error, where it is gone already or still in use. */
  removeImage(idOrReference: string): Promise<boolean>;
}
