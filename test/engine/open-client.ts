import { type ClientSettings, createDockerodeClient } from '../../src/engine/api/dockerode-client.ts';
import type { DockerClient } from '../../src/engine/client.ts';
import type { FakeEngine } from '../fake-engine/fake-engine.ts';

/** A client for a fake engine, without the search for it. */
export function openClient(engine: FakeEngine, settings: Partial<ClientSettings> = {}): Promise<DockerClient> {
  const { host: url, socketPath } = engine;
  const endpoint = { url, origin: 'test', address: { kind: 'unix', socketPath } } as const;
  return createDockerodeClient({ endpoint, apiVersion: '1.41', env: process.env, ...settings });
}
