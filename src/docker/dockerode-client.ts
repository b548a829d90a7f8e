import type { Readable } from 'node:stream';
import type { Digest } from '../model/digest.ts';
import { asSkinnywhaleError, SkinnywhaleError } from '../model/errors.ts';
import type { ContainerChange, ContainerInfo, DockerClient, EngineInfo, ImageInfo } from './client.ts';
import { deadline } from './deadline.ts';
import { EndpointAgent } from './endpoints/endpoint-agent.ts';
import type { Endpoint } from './endpoints/types.ts';
import { EngineRefusal, type EngineRequest, type Modem, openAccepted, readBody } from './exchange.ts';
import { containerChanges, containerInfo, digest, engineInfo, imageInfo } from './inspect.ts';
import { fields } from './inspect-fields.ts';
import { containerInPath, imageInPath, splitReference } from './names.ts';
import { openModem } from './open-modem.ts';
import { isAmbiguous, isHarmlessPauseRefusal, isMissing } from './refusals.ts';
import { upload } from './upload.ts';

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
  const agent = new EndpointAgent(settings.endpoint.address, settings.env);
  return new DockerodeClient(await openModem(settings.endpoint, agent, settings.apiVersion), settings);
}

class DockerodeClient implements DockerClient {
  readonly endpoint: string;
  readonly #modem: Modem;
  readonly #signal: AbortSignal | undefined;
  readonly #debug: (message: string) => void;
  readonly #timeouts: Timeouts;

  constructor(modem: Modem, { endpoint, signal, debug, timeouts }: ClientSettings) {
    this.endpoint = endpoint.url;
    this.#modem = modem;
    this.#signal = signal;
    this.#debug = debug ?? (() => {});
    this.#timeouts = { ...TIMEOUTS, ...timeouts };
  }

  async engineInfo(): Promise<EngineInfo> {
    const version = await this.#json({ method: 'GET', path: '/version' });
    return engineInfo(version, await this.#json({ method: 'GET', path: '/info' }));
  }

  async inspectContainer(idOrName: string): Promise<ContainerInfo> {
    const path = `/containers/${containerInPath(idOrName)}/json`;
    return await explainMissing(idOrName, async () => containerInfo(await this.#json({ method: 'GET', path })));
  }

  async inspectImage(idOrReference: string): Promise<ImageInfo | undefined> {
    try {
      return imageInfo(await this.#json({ method: 'GET', path: `/images/${imageInPath(idOrReference)}/json` }));
    } catch (error) {
      if (error instanceof EngineRefusal && isMissing(error)) return undefined;
      throw error;
    }
  }

  async changes(containerId: string): Promise<readonly ContainerChange[]> {
    const path = `/containers/${containerInPath(containerId)}/changes`;
    return await explainMissing(containerId, async () =>
      containerChanges(await this.#json({ method: 'GET', path }, { timeout: this.#timeouts.changes })),
    );
  }

  async exportContainer(containerId: string): Promise<Readable> {
    const request = { method: 'GET', path: `/containers/${containerInPath(containerId)}/export` } as const;
    // the deadline is for the head alone, the signal for the whole stream
    const stop = new AbortController();
    const interrupt = (): void => stop.abort(asSkinnywhaleError(this.#signal?.reason, this.#signal));
    if (this.#signal?.aborted) interrupt();
    this.#signal?.addEventListener('abort', interrupt, { once: true });
    const release = (): void => this.#signal?.removeEventListener('abort', interrupt);
    const timer = setTimeout(() => stop.abort(late(request, this.#timeouts.exportHead)), this.#timeouts.exportHead);
    this.#debug(`${request.method} ${request.path}`);
    try {
      const response = await explainMissing(containerId, () => openAccepted(this.#modem, request, [200], stop.signal));
      response.once('close', release);
      return response;
    } catch (error) {
      release();
      throw asSkinnywhaleError(error, this.#signal);
    } finally {
      clearTimeout(timer);
    }
  }

  async pause(containerId: string): Promise<void> {
    const path = `/containers/${containerInPath(containerId)}/pause`;
    await explainMissing(containerId, () => this.#pausing({ method: 'POST', path }, { accepted: [204, 304] }));
  }

  async unpause(containerId: string): Promise<void> {
    const path = `/containers/${containerInPath(containerId)}/unpause`;
    await this.#pausing({ method: 'POST', path }, { accepted: [204, 304, 404], uninterrupted: true });
  }

  async createContainer(image: Digest, labels: Record<string, string>): Promise<string> {
    // the command is never run; without one the engine refuses images that have none either
    const body = { Image: imageInPath(image), Cmd: ['-'], Labels: labels, HostConfig: { NetworkMode: 'none' } };
    const created = fields(await this.#json({ method: 'POST', path: '/containers/create', body }, { accepted: [201] }));
    const id = created['Id'];
    if (typeof id === 'string' && /^[0-9a-f]{64}$/.test(id)) return id;
    throw new SkinnywhaleError('ENGINE', 'the engine gave no id for the container that it created');
  }

  async removeContainer(containerId: string): Promise<void> {
    const path = `/containers/${containerInPath(containerId)}`;
    const query = { v: 'true', force: 'false' };
    await this.#plain({ method: 'DELETE', path, query }, { accepted: [200, 204, 404], uninterrupted: true });
  }

  async loadImage(archive: Readable): Promise<readonly string[]> {
    const texts: string[] = [];
    this.#debug('POST /images/load');
    const request = { method: 'POST', path: '/images/load', query: { quiet: '1' }, upload: archive } as const;
    await upload(this.#modem, request, this.#signal, ({ kind, text }) => {
      // with the containerd store the engine goes on after it could not unpack, and says so as ordinary progress
      if (kind === 'error' || /error unpacking image/i.test(text)) throw failed('load the image', text);
      if (text !== '') texts.push(text);
      if (texts.length > MESSAGE_LIMIT) texts.shift();
    });
    return texts;
  }

  async importImage(layer: Readable, reference: string): Promise<Digest> {
    let last = '';
    this.#debug('POST /images/create?fromSrc=-');
    // the tag as a part of `repo`, as docker's own command does it: Podman ignores the parameter `tag`
    const query = { fromSrc: '-', repo: imageInPath(reference) };
    const request = { method: 'POST', path: '/images/create', query, upload: layer } as const;
    await upload(this.#modem, request, this.#signal, ({ kind, text }) => {
      if (kind === 'error') throw failed('import the layer', text);
      if (text !== '') last = text;
    });
    return digest(last, 'last word about the import');
  }

  async tagImage(id: Digest, reference: string): Promise<void> {
    const { repository, tag } = splitReference(imageInPath(reference));
    const request = {
      method: 'POST',
      path: `/images/${imageInPath(id)}/tag`,
      query: { repo: repository, tag },
    } as const;
    await this.#plain(request, { accepted: [201], uninterrupted: true });
  }

  async removeImage(idOrReference: string): Promise<boolean> {
    const path = `/images/${imageInPath(idOrReference)}`;
    const query = { force: 'false', noprune: 'false' };
    try {
      await this.#plain({ method: 'DELETE', path, query }, { uninterrupted: true });
      return true;
    } catch (error) {
      if (error instanceof EngineRefusal && (error.status === 409 || isMissing(error))) return false;
      throw error;
    }
  }

  async #pausing(request: EngineRequest, options: PlainOptions): Promise<void> {
    try {
      await this.#plain(request, options);
    } catch (error) {
      if (!(error instanceof EngineRefusal && isHarmlessPauseRefusal(error))) throw error;
    }
  }

  async #json(request: EngineRequest, options: PlainOptions = {}): Promise<unknown> {
    const text = (await this.#plain(request, options)).toString('utf8');
    try {
      return JSON.parse(text) as unknown;
    } catch (cause) {
      throw new SkinnywhaleError('ENGINE', `the answer to ${request.method} ${request.path} is not JSON`, { cause });
    }
  }

  /** A request whose answer is held in memory; all of it has to be there in time. */
  async #plain(request: EngineRequest, options: PlainOptions): Promise<Buffer> {
    const { accepted = [200], timeout = this.#timeouts.plain, uninterrupted = false } = options;
    this.#debug(`${request.method} ${request.path}`);
    const runSignal = uninterrupted ? undefined : this.#signal;
    using limit = deadline(runSignal, timeout, () => late(request, timeout));
    try {
      return await readBody(await openAccepted(this.#modem, request, accepted, limit.signal));
    } catch (error) {
      throw asSkinnywhaleError(error, limit.signal);
    }
  }
}

interface PlainOptions {
  /** the statuses that are no error; 200 alone where nothing is said */
  readonly accepted?: readonly number[];
  /** milliseconds */
  readonly timeout?: number;
  /** true: is done although the run was interrupted, because it undoes what the run did, or must not be done by half */
  readonly uninterrupted?: boolean;
}

function late(request: EngineRequest, timeout: number): SkinnywhaleError {
  const message = `the engine did not answer ${request.method} ${request.path} within ${timeout / 1000} s`;
  return new SkinnywhaleError('ENGINE', message);
}

function failed(what: string, why: string): SkinnywhaleError {
  return new SkinnywhaleError('ENGINE', `the engine could not ${what}: ${why}`);
}

/** `call`'s result, its refusal for a container that is not there, or not the only one, being NO_SUCH_CONTAINER. */
async function explainMissing<T>(idOrName: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof EngineRefusal)) throw error;
    if (isAmbiguous(error)) {
      throw new SkinnywhaleError('NO_SUCH_CONTAINER', `"${idOrName}" is the start of more than one container's id`, {
        hint: 'Give more digits of the id, or the name.',
        cause: error,
      });
    }
    if (!isMissing(error)) throw error;
    throw new SkinnywhaleError('NO_SUCH_CONTAINER', `there is no container "${idOrName}"`, {
      hint: '`docker ps -a` lists the containers, also those that have ended.',
      cause: error,
    });
  }
}
