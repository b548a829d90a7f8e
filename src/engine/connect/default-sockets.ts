import { join } from 'node:path';
import type { Endpoint } from '../transport/types.ts';

/**
 * Where engines listen when nobody says otherwise, in the order in which they are tried: Docker as the user (rootless,
 * Docker Desktop), Docker of the machine, then Podman's Docker-compatible service in the same order.
 */
export function defaultSockets(env: NodeJS.ProcessEnv, home: string): Endpoint[] {
  const runtime = env['XDG_RUNTIME_DIR'] ?? '';
  const runtimeSocket = (name: string): string[] => (runtime.startsWith('/') ? [join(runtime, name)] : []);
  return [
    ...runtimeSocket('docker.sock').map((path) => socket(path, 'rootless Docker')),
    socket(join(home, '.docker/run/docker.sock'), 'Docker Desktop'),
    socket('/var/run/docker.sock', 'Docker'),
    ...runtimeSocket('podman/podman.sock').map((path) => socket(path, 'rootless Podman')),
    socket('/run/podman/podman.sock', 'Podman'),
  ];
}

function socket(socketPath: string, origin: string): Endpoint {
  return { url: `unix://${socketPath}`, origin, address: { kind: 'unix', socketPath } };
}
