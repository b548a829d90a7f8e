import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Digest } from '../../model/digest.ts';
import { SkinnywhaleError } from '../../model/errors.ts';
import { fields, text } from '../../model/json-fields.ts';
import type { ContainerState, ExecResult } from '../client.ts';
import { type ContainerSpec, createBody } from '../container-spec.ts';
import { containerInPath } from '../names.ts';
import { BoundedOutput } from '../transport/bounded-output.ts';
import { EngineRefusal, type EngineRequest } from '../transport/exchange.ts';
import { type ProgramOutput, programOutput } from '../transport/multiplexed.ts';
import type { EngineRequests } from './engine-requests.ts';
import { containerState, digest } from './inspect.ts';
import { explainMissing } from './missing.ts';
import { isHarmlessKillRefusal, isMissingPath, isRemovalUnderWay } from './refusals.ts';
import { requiredText } from './required-text.ts';
import { StartRefusal } from './start-refusal.ts';

/** Opens the connection for a container's input; the path is the API's, without its version. */
export type OpenInput = (path: string, input: Buffer) => Promise<Disposable>;

/** How long an answer's head may take where the engine has work to do first, in milliseconds. */
const HEAD_TIMEOUT = 60_000;

/**
 * Podman unmounts a container a moment after it has ended, and an archive that is asked for just then is a 200 without a
 * byte. It is asked for this many times, with this many milliseconds between.
 */
const ARCHIVE_ATTEMPTS = 5;
const ARCHIVE_INTERVAL = 300;

/** How much is kept of what a command in a running container writes, in bytes. */
const EXEC_LIMIT = 1 << 20;

/** The calls that make containers, run something in them and remove them; see `DockerClient` for what each one does. */
export class ContainerRuns {
  readonly #requests: EngineRequests;
  readonly #commitTimeout: number;
  readonly #openInput: OpenInput;

  constructor(requests: EngineRequests, options: { readonly commitTimeout: number; readonly openInput: OpenInput }) {
    this.#requests = requests;
    this.#commitTimeout = options.commitTimeout;
    this.#openInput = options.openInput;
  }

  async createContainer(spec: ContainerSpec): Promise<string> {
    const request = { method: 'POST', path: '/containers/create', body: createBody(spec) } as const;
    const idOf = (answer: unknown): string => {
      const id = fields(answer)['Id'];
      if (typeof id === 'string' && /^[0-9a-f]{64}$/.test(id)) return id;
      throw new SkinnywhaleError('ENGINE', 'the engine gave no id for the container that it created');
    };
    const made = await this.#requests.make(request, { undo: async (answer) => this.removeContainer(idOf(answer)) });
    const containerId = idOf(made);
    try {
      for (const network of furtherNetworks(spec)) await this.#connect(containerId, network);
    } catch (error) {
      await this.removeContainer(containerId);
      throw error;
    }
    return containerId;
  }

  async #connect(containerId: string, network: string): Promise<void> {
    const path = `/networks/${encodeURIComponent(network)}/connect`;
    await this.#requests.plain({ method: 'POST', path, body: { Container: containerId } });
  }

  async startContainer(containerId: string): Promise<void> {
    const request = { method: 'POST', path: containerPath(containerId, 'start') } as const;
    try {
      await this.#requests.plain(request, { accepted: [204, 304] });
    } catch (error) {
      if (error instanceof EngineRefusal) throw new StartRefusal(error);
      throw error;
    }
  }

  async attachOutput(containerId: string): Promise<ProgramOutput> {
    const query = { stream: '1', stdout: '1', stderr: '1' };
    const request = { method: 'POST', path: containerPath(containerId, 'attach'), query } as const;
    const response = await explainMissing(containerId, () => this.#requests.stream(request, HEAD_TIMEOUT));
    return programOutput(response);
  }

  async sendInput(containerId: string, input: Buffer): Promise<Disposable> {
    return await this.#openInput(`${containerPath(containerId, 'attach')}?stream=1&stdin=1`, input);
  }

  async waitContainer(containerId: string): Promise<number> {
    const query = { condition: 'not-running' };
    const request = { method: 'POST', path: containerPath(containerId, 'wait'), query } as const;
    // no time limit: the run it waits for has one of its own
    const answer = await explainMissing(containerId, () => this.#requests.jsonWhenever(request));
    const { StatusCode: exitCode, Error: error } = fields(answer);
    const message = text(fields(error)['Message']);
    if (typeof exitCode === 'number' && message === undefined) return exitCode;
    throw new SkinnywhaleError('ENGINE', `the engine lost a container: ${message ?? 'it gave no exit code'}`);
  }

  async killContainer(containerId: string, signalName = 'SIGKILL'): Promise<void> {
    const request = {
      method: 'POST',
      path: containerPath(containerId, 'kill'),
      query: { signal: signalName },
    } as const;
    await harmless(isHarmlessKillRefusal, () =>
      this.#requests.plain(request, { accepted: [204], uninterrupted: true }),
    );
  }

  async containerState(containerId: string): Promise<ContainerState> {
    const request = { method: 'GET', path: containerPath(containerId, 'json') } as const;
    return await explainMissing(containerId, async () => containerState(await this.#requests.json(request)));
  }

  async putArchive(containerId: string, directory: string, archive: Readable): Promise<void> {
    const path = containerPath(containerId, 'archive');
    const request: EngineRequest & { upload: Readable } = {
      method: 'PUT',
      path,
      query: { path: directory },
      upload: archive,
    };
    await this.#requests.upload(request, ({ kind, text: said }) => {
      if (kind === 'error') throw new SkinnywhaleError('ENGINE', `the engine can't unpack an archive: ${said}`);
    });
  }

  async getArchive(containerId: string, path: string): Promise<Readable | undefined> {
    const request = { method: 'GET', path: containerPath(containerId, 'archive'), query: { path } } as const;
    try {
      for (let attempt = 1; ; attempt++) {
        const archive = await this.#requests.stream(request, HEAD_TIMEOUT);
        if (attempt === ARCHIVE_ATTEMPTS || (await hasData(archive))) return archive;
        archive.resume();
        await sleep(ARCHIVE_INTERVAL);
      }
    } catch (error) {
      if (error instanceof EngineRefusal && isMissingPath(error)) return undefined;
      return await explainMissing(containerId, () => Promise.reject(error));
    }
  }

  async commitContainer(containerId: string): Promise<Digest> {
    const query = { container: containerInPath(containerId), pause: '1' };
    const idOf = (answer: unknown): Digest => digest(fields(answer)['Id'], 'id of the committed image');
    const answer = await explainMissing(containerId, () =>
      this.#requests.make(
        // without a body Podman before 5 answers `Decode(): EOF`
        { method: 'POST', path: '/commit', query, body: {} },
        {
          timeout: this.#commitTimeout,
          undo: (made) =>
            this.#requests.plain({ method: 'DELETE', path: `/images/${idOf(made)}` }, { uninterrupted: true }),
        },
      ),
    );
    return idOf(answer);
  }

  async execInContainer(
    containerId: string,
    command: readonly string[],
    { user }: { user?: string } = {},
  ): Promise<ExecResult> {
    const body = { AttachStdout: true, AttachStderr: true, Cmd: command, ...(user !== undefined && { User: user }) };
    const create = { method: 'POST', path: containerPath(containerId, 'exec'), body } as const;
    const created = await explainMissing(containerId, () => this.#requests.json(create, { accepted: [201] }));
    const id = containerInPath(requiredText(fields(created)['Id'], 'id of a command in a container'));
    const start = { method: 'POST', path: `/exec/${id}/start`, body: { Detach: false, Tty: false } } as const;
    const output = { stdout: new BoundedOutput(EXEC_LIMIT), stderr: new BoundedOutput(EXEC_LIMIT) };
    using pieces = programOutput(await this.#requests.stream(start, HEAD_TIMEOUT));
    for await (const { stream, data } of pieces) output[stream].push(data);
    const ended = fields(await this.#requests.json({ method: 'GET', path: `/exec/${id}/json` }));
    const exitCode = ended['ExitCode'];
    if (typeof exitCode !== 'number') throw new SkinnywhaleError('ENGINE', 'the engine lost a command in a container');
    return { exitCode, stdout: output.stdout.kept, stderr: output.stderr.kept };
  }

  async removeContainer(containerId: string, { force = false }: { readonly force?: boolean } = {}): Promise<void> {
    const path = `/containers/${containerInPath(containerId)}`;
    const request = { method: 'DELETE', path, query: { v: 'true', force: String(force) } } as const;
    await harmless(isRemovalUnderWay, () =>
      this.#requests.plain(request, { accepted: [200, 204, 404], uninterrupted: true }),
    );
  }
}

/** A container is made in one network, and put into others afterwards. */
function furtherNetworks({ network }: ContainerSpec): readonly string[] {
  return typeof network === 'string' ? [] : network.names.slice(1);
}

function containerPath(containerId: string, what: string): string {
  return `/containers/${containerInPath(containerId)}/${what}`;
}

/** Does `call`, whose refusal is no error where it is `harmlessOne`. */
async function harmless(harmlessOne: (refusal: EngineRefusal) => boolean, call: () => Promise<unknown>): Promise<void> {
  try {
    await call();
  } catch (error) {
    if (!(error instanceof EngineRefusal && harmlessOne(error))) throw error;
  }
}

/** Whether a stream has anything to read, of which nothing is taken; one that fails tells its reader. */
async function hasData(stream: Readable): Promise<boolean> {
  await new Promise((resolve) => {
    for (const event of ['readable', 'end', 'error']) stream.once(event, resolve);
  });
  return stream.readableLength > 0 || stream.errored !== null;
}
