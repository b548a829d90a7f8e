import type { Readable } from 'node:stream';
import type { Digest } from '../../model/digest.ts';
import { SkinnywhaleError } from '../../model/errors.ts';
import type {
  ContainerChange,
  ContainerInfo,
  DockerClient,
  EngineInfo,
  HistoryEntry,
  ImageInfo,
  ImageSummary,
  LabelledContainer,
} from '../client.ts';
import { containerInPath, imageInPath, splitReference } from '../names.ts';
import { EndpointAgent } from '../transport/endpoint-agent.ts';
import { EngineRefusal, type EngineRequest } from '../transport/exchange.ts';
import { fullDiskHint } from '../transport/full-disk.ts';
import { sendInput } from '../transport/input.ts';
import { hostHeader, openModem } from '../transport/open-modem.ts';
import type { Endpoint } from '../transport/types.ts';
import { ContainerRuns, type OpenInput } from './container-runs.ts';
import { EngineRequests, type PlainOptions } from './engine-requests.ts';
import {
  changedBytes,
  containerChanges,
  containerInfo,
  digest,
  engineInfo,
  imageHistory,
  imageInfo,
  imageSummaries,
  isRemoved,
  labelledContainers,
} from './inspect.ts';
import { explainMissing, noSuchContainer } from './missing.ts';
import { isAmbiguous, isHarmlessPauseRefusal, isMissing } from './refusals.ts';

/** How long the engine may take, in milliseconds. */
export interface Timeouts {
  /** an answer that the engine has at hand */
  readonly plain: number;
  /** the head of an export: the engine has to mount the container first */
  readonly exportHead: number;
  /** the list of changes: the engine walks two whole trees */
  readonly changes: number;
}

const TIMEOUTS: Timeouts = { plain: 60_000, exportHead: 300_000, changes: 1_800_000 };

/** What a client is made of. */
export interface ClientSettings {
  readonly endpoint: Endpoint;
  /** the version of the API that is spoken, such as `1.41` */
  readonly apiVersion: string;
  /** for ssh */
  readonly env: NodeJS.ProcessEnv;
  /** ends every call except those that clean up and the tagging */
  readonly signal?: AbortSignal | undefined;
  readonly debug?: ((message: string) => void) | undefined;
  readonly timeouts?: Partial<Timeouts> | undefined;
}

/** How many texts of a load are kept, the last ones. */
const MESSAGE_LIMIT = 1000;

/** A client for the engine at an endpoint that is known to answer; see `connect.ts`. Loads dockerode, which takes a while. */
export async function createDockerodeClient(settings: ClientSettings): Promise<DockerClient> {
  const { endpoint, apiVersion, signal, debug = () => {} } = settings;
  const timeouts = { ...TIMEOUTS, ...settings.timeouts };
  const agent = new EndpointAgent(endpoint.address, settings.env);
  const modem = await openModem(endpoint, agent, apiVersion);
  const requests = new EngineRequests(modem, { signal, debug, plainTimeout: timeouts.plain });
  const host = hostHeader(endpoint);
  const openInput: OpenInput = (path, input) =>
    sendInput(input, { agent, host, path: `/v${apiVersion}${path}`, signal, timeout: timeouts.plain });
  return new DockerodeClient(requests, { endpoint, timeouts, openInput, uploads: agent });
}

interface ClientParts {
  readonly endpoint: Endpoint;
  readonly timeouts: Timeouts;
  readonly openInput: OpenInput;
  readonly uploads: Pick<EndpointAgent, 'prepareUploads' | 'holdUploads'>;
}

class DockerodeClient extends ContainerRuns implements DockerClient {
  readonly endpoint: string;
  readonly #requests: EngineRequests;
  readonly #timeouts: Timeouts;
  readonly #uploads: ClientParts['uploads'];

  constructor(requests: EngineRequests, { endpoint, timeouts, openInput, uploads }: ClientParts) {
    super(requests, { commitTimeout: timeouts.changes, openInput });
    this.endpoint = endpoint.url;
    this.#requests = requests;
    this.#timeouts = timeouts;
    this.#uploads = uploads;
  }

  async engineInfo(): Promise<EngineInfo> {
    const ask = (path: string): Promise<unknown> => this.#requests.json({ method: 'GET', path });
    const [version, info] = await Promise.all([ask('/version'), ask('/info')]);
    return engineInfo(version, info);
  }

  async findContainer(idOrName: string): Promise<ContainerInfo | undefined> {
    const path = `/containers/${containerInPath(idOrName)}/json`;
    return await explainMissing(idOrName, async () => {
      try {
        return containerInfo(await this.#requests.json({ method: 'GET', path }));
      } catch (error) {
        if (error instanceof EngineRefusal && isMissing(error) && !isAmbiguous(error)) return undefined;
        throw error;
      }
    });
  }

  async inspectContainer(idOrName: string): Promise<ContainerInfo> {
    const path = `/containers/${containerInPath(idOrName)}/json`;
    return await explainMissing(idOrName, async () =>
      containerInfo(await this.#requests.json({ method: 'GET', path })),
    );
  }

  async inspectImage(idOrReference: string, options: PlainOptions = {}): Promise<ImageInfo | undefined> {
    const { uninterrupted = false } = options;
    const request = { method: 'GET', path: `/images/${imageInPath(idOrReference)}/json` } as const;
    try {
      return imageInfo(await this.#requests.json(request, { uninterrupted }));
    } catch (error) {
      if (error instanceof EngineRefusal && isMissing(error)) return undefined;
      throw error;
    }
  }

  async labelledContainers(label: string): Promise<readonly LabelledContainer[]> {
    const query = { all: 'true', filters: JSON.stringify({ label: [label] }) };
    return labelledContainers(await this.#requests.json({ method: 'GET', path: '/containers/json', query }));
  }

  async listImages(repositories?: readonly string[]): Promise<readonly ImageSummary[]> {
    const query = repositories && { filters: JSON.stringify({ reference: repositories }) };
    const request = { method: 'GET', path: '/images/json', ...(query && { query }) } as const;
    return imageSummaries(await this.#requests.json(request));
  }

  async imageIds(labels: readonly string[]): Promise<ReadonlySet<Digest>> {
    const query = { all: 'true', filters: JSON.stringify({ label: labels }) };
    const answer = await this.#requests.json({ method: 'GET', path: '/images/json', query }, { uninterrupted: true });
    return new Set(imageSummaries(answer).map(({ id }) => id));
  }

  async imageHistory(id: Digest): Promise<readonly HistoryEntry[]> {
    return imageHistory(await this.#requests.json({ method: 'GET', path: `/images/${imageInPath(id)}/history` }));
  }

  async saveImage(id: Digest): Promise<Readable> {
    const request = { method: 'GET', path: `/images/${imageInPath(id)}/get` } as const;
    // A graph driver's engine puts the whole archive together before it sends the first byte.
    return await this.#requests.stream(request, this.#timeouts.changes);
  }

  async changes(containerId: string): Promise<readonly ContainerChange[]> {
    const path = `/containers/${containerInPath(containerId)}/changes`;
    return await this.#reading(containerId, async () =>
      containerChanges(await this.#requests.json({ method: 'GET', path }, { timeout: this.#timeouts.changes })),
    );
  }

  async changedBytes(containerId: string): Promise<number> {
    const path = `/containers/${containerInPath(containerId)}/json`;
    const request = { method: 'GET', path, query: { size: 'true' } } as const;
    return changedBytes(await this.#requests.json(request, { timeout: this.#timeouts.changes }));
  }

  async exportContainer(containerId: string): Promise<Readable> {
    const request = { method: 'GET', path: `/containers/${containerInPath(containerId)}/export` } as const;
    return await this.#reading(containerId, () => this.#requests.stream(request, this.#timeouts.exportHead));
  }

  async pause(containerId: string): Promise<void> {
    const path = `/containers/${containerInPath(containerId)}/pause`;
    await explainMissing(containerId, () => this.#pausing({ method: 'POST', path }, { accepted: [204, 304] }));
  }

  async unpause(containerId: string): Promise<void> {
    const path = `/containers/${containerInPath(containerId)}/unpause`;
    await this.#pausing({ method: 'POST', path }, { accepted: [204, 304, 404], uninterrupted: true });
  }

  async loadImage(archive: Readable): Promise<readonly string[]> {
    const texts: string[] = [];
    const request = { method: 'POST', path: '/images/load', query: { quiet: '1' }, upload: archive } as const;
    await this.#requests.upload(request, ({ kind, text }) => {
      // with the containerd store the engine goes on after it could not unpack, and says so as ordinary progress
      if (kind === 'error' || /error unpacking image/i.test(text)) throw failed('load the image', text);
      if (text !== '') texts.push(text);
      if (texts.length > MESSAGE_LIMIT) texts.shift();
    });
    return texts;
  }

  async importImage(layer: Readable, reference: string): Promise<Digest> {
    let last = '';
    await this.#uploads.prepareUploads();
    // the tag as a part of `repo`, as docker's own command does it: Podman ignores the parameter `tag`
    const query = { fromSrc: '-', repo: imageInPath(reference) };
    const request = { method: 'POST', path: '/images/create', query, upload: layer } as const;
    await this.#requests.upload(request, ({ kind, text }) => {
      if (kind === 'error') throw failed('import the layer', text);
      if (text !== '') last = text;
    });
    return digest(last, 'last word about the import');
  }

  holdUploads(): void {
    this.#uploads.holdUploads();
  }

  async tagImage(id: Digest, reference: string): Promise<void> {
    const { repository, tag } = splitReference(imageInPath(reference));
    const request = {
      method: 'POST',
      path: `/images/${imageInPath(id)}/tag`,
      query: { repo: repository, tag },
    } as const;
    await this.#requests.plain(request, { accepted: [201], uninterrupted: true });
  }

  async removeImage(idOrReference: string): Promise<boolean> {
    const path = `/images/${imageInPath(idOrReference)}`;
    const query = { force: 'false', noprune: 'false' };
    try {
      await this.#requests.plain({ method: 'DELETE', path, query }, { uninterrupted: true });
      return true;
    } catch (error) {
      if (error instanceof EngineRefusal && (error.status === 409 || isMissing(error))) return false;
      throw error;
    }
  }

  /** A call that reads a container. What is wrong with one that is being removed, engines say in many ways. */
  async #reading<T>(containerId: string, call: () => Promise<T>): Promise<T> {
    try {
      return await explainMissing(containerId, call);
    } catch (error) {
      if (error instanceof EngineRefusal && (await this.#isGone(containerId)))
        throw noSuchContainer(containerId, error);
      throw error;
    }
  }

  async #isGone(containerId: string): Promise<boolean> {
    const path = `/containers/${containerInPath(containerId)}/json`;
    try {
      return isRemoved(await this.#requests.json({ method: 'GET', path }));
    } catch (error) {
      return error instanceof EngineRefusal && isMissing(error);
    }
  }

  async #pausing(request: EngineRequest, options: PlainOptions): Promise<void> {
    try {
      await this.#requests.plain(request, options);
    } catch (error) {
      if (!(error instanceof EngineRefusal && isHarmlessPauseRefusal(error))) throw error;
    }
  }
}

function failed(what: string, why: string): SkinnywhaleError {
  return new SkinnywhaleError('ENGINE', `the engine could not ${what}: ${why}`, fullDiskHint(why));
}
