import { asSkinnywhaleError, SkinnywhaleError } from '../../model/errors.ts';
import { createDockerodeClient, type Timeouts } from '../api/dockerode-client.ts';
import type { DockerClient } from '../client.ts';
import type { Endpoint } from '../transport/types.ts';
import { candidateEndpoints, type EndpointSettings } from './endpoint.ts';
import { type ApiVersions, probe } from './probe.ts';
import { codeOf, reasonOf } from './reasons.ts';
import { permissionHint } from './socket-permission.ts';

/** How to find the engine, and what ends or observes the calls to it. */
export interface ConnectSettings extends EndpointSettings {
  readonly signal?: AbortSignal | undefined;
  readonly debug?: ((message: string) => void) | undefined;
  readonly timeouts?: Partial<Timeouts> | undefined;
}

/** What is asked of an endpoint before it is used; for tests, which cannot be refused a socket as root. */
export type Probe = (endpoint: Endpoint, env: NodeJS.ProcessEnv, signal?: AbortSignal) => Promise<ApiVersions>;

/** The API version that this tool is written for: the newest that engines 29 insist on and engines before 25 lack. */
const WRITTEN_FOR = '1.44';

interface Failure {
  readonly endpoint: Endpoint;
  readonly error: unknown;
}

/**
 * A client for the first engine that answers.
 * @throws NO_ENGINE where none does, telling each endpoint and why; USAGE on an address that cannot be one
 */
export async function connect(settings: ConnectSettings, ask: Probe = probe): Promise<DockerClient> {
  const { env, signal, debug = () => {}, timeouts } = settings;
  const failures: Failure[] = [];
  for (const endpoint of await candidateEndpoints(settings)) {
    if (signal?.aborted) throw asSkinnywhaleError(signal.reason, signal);
    let versions: ApiVersions;
    try {
      versions = await ask(endpoint, env, signal);
    } catch (error) {
      if (signal?.aborted) throw asSkinnywhaleError(error, signal);
      debug(`${endpoint.url} (${endpoint.origin}): ${reasonOf(error)}`);
      failures.push({ endpoint, error });
      continue;
    }
    const apiVersion = chooseApiVersion(versions);
    debug(`${endpoint.url} (${endpoint.origin}) answers; API ${versions.newest}, spoken ${apiVersion}`);
    return await createDockerodeClient({ endpoint, apiVersion, env, signal, debug, timeouts });
  }
  throw await noEngine(failures);
}

/** The newest version that both sides know; the engine's oldest where it has dropped ours. */
export function chooseApiVersion({ newest, oldest }: ApiVersions): string {
  if (oldest !== undefined && isOlder(WRITTEN_FOR, oldest)) return oldest;
  return isOlder(newest, WRITTEN_FOR) ? newest : WRITTEN_FOR;
}

function isOlder(a: string, b: string): boolean {
  const [majorA = 0, minorA = 0] = a.split('.').map(Number);
  const [majorB = 0, minorB = 0] = b.split('.').map(Number);
  return majorA === majorB ? minorA < minorB : majorA < majorB;
}

async function noEngine(failures: readonly Failure[]): Promise<SkinnywhaleError> {
  const tried = failures.map(({ endpoint, error }) => `  ${endpoint.url} (${endpoint.origin}): ${reasonOf(error)}`);
  const refused = failures.find(({ error }) => codeOf(error) === 'EACCES' || codeOf(error) === 'EPERM');
  const address = refused?.endpoint.address;
  const hint =
    address?.kind === 'unix'
      ? await permissionHint(address.socketPath)
      : 'Start Docker or Podman, or say where it listens: --host, DOCKER_HOST or `docker context use`.';
  return new SkinnywhaleError('NO_ENGINE', ['no container engine answers:', ...tried].join('\n'), {
    hint,
    cause: failures.length === 1 ? failures[0]?.error : failures.map(({ error }) => error),
  });
}
