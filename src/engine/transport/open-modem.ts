import type { EndpointAgent } from './endpoint-agent.ts';
import type { Modem } from './exchange.ts';
import type { Endpoint } from './types.ts';

/**
 * dockerode's HTTP client, connected by `agent` and by nothing else.
 *
 * The agent knows the way, so docker-modem gets a host that is never looked up: given a socket instead, it would prefer
 * a tcp:// address in DOCKER_HOST over it.
 */
export async function openModem(endpoint: Endpoint, agent: EndpointAgent, apiVersion: string): Promise<Modem> {
  const { default: Docker } = await import('dockerode');
  const options = {
    host: 'localhost',
    port: 80,
    protocol: 'http' as const,
    pathPrefix: '/',
    headers: { Host: hostHeader(endpoint), 'User-Agent': 'skinnywhale' },
    version: `v${apiVersion}`,
    agent,
    timeout: undefined,
    ca: undefined,
    cert: undefined,
    key: undefined,
  };
  return withoutDockerHost(() => new Docker(options).modem as Modem);
}

/** The name under which a proxy in front of a tcp:// engine may know it. */
export function hostHeader({ address }: Endpoint): string {
  if (address.kind !== 'tcp') return 'localhost';
  return `${address.host.includes(':') ? `[${address.host}]` : address.host}:${address.port}`;
}

/**
 * docker-modem's constructor reads DOCKER_HOST and the certificates that go with it even where everything is given, and
 * throws when they are broken. Nothing else can run in between, since the constructor is synchronous.
 */
function withoutDockerHost<T>(make: () => T): T {
  const saved = process.env['DOCKER_HOST'];
  if (saved === undefined) return make();
  delete process.env['DOCKER_HOST'];
  try {
    return make();
  } finally {
    process.env['DOCKER_HOST'] = saved;
  }
}
