import { tlsFromEnvironment } from '../transport/tls-material.ts';
import type { Endpoint } from '../transport/types.ts';
import { contextEndpoint } from './context.ts';
import { defaultSockets } from './default-sockets.ts';
import { parseAddress } from './parse-address.ts';

/** What decides where the engine is looked for. */
export interface EndpointSettings {
  /** `--host` */
  readonly host?: string | undefined;
  readonly env: NodeJS.ProcessEnv;
  /** the user's home folder */
  readonly home: string;
}

/**
 * The places where the engine may be, best first. Who names one place means it: then there is no second choice.
 * The precedence is that of the docker command (https://docs.docker.com/engine/context/working-with-contexts/):
 * `--host`, DOCKER_HOST, the docker context in use, the usual sockets.
 * @throws USAGE on an address that cannot be one
 */
export async function candidateEndpoints({ host, env, home }: EndpointSettings): Promise<Endpoint[]> {
  if (host !== undefined) return [await named(host, '--host', env, home)];
  const fromEnvironment = env['DOCKER_HOST'] ?? '';
  if (fromEnvironment !== '') return [await named(fromEnvironment, 'DOCKER_HOST', env, home)];
  const context = await contextEndpoint(env, home);
  return context === undefined ? defaultSockets(env, home) : [context];
}

async function named(url: string, origin: string, env: NodeJS.ProcessEnv, home: string): Promise<Endpoint> {
  // TLS files that are missing or broken must not stand in the way of a socket
  const usesTls = !/^(unix|ssh|http|npipe):/i.test(url);
  const tls = usesTls ? await tlsFromEnvironment(env, home) : undefined;
  return { url, origin, address: parseAddress(url, origin, tls) };
}
