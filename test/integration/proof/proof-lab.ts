import assert from 'node:assert/strict';
import { homedir } from 'node:os';
import type { DockerClient } from '../../../src/engine/client.ts';
import { connect } from '../../../src/engine/connect/connect.ts';
import { DirectoryContent, DirectoryIndex } from '../../../src/filesystem/directory-index.ts';
import { FileTree } from '../../../src/filesystem/file-tree.ts';
import { programFiles } from '../../../src/loader/program-files.ts';
import type { Digest } from '../../../src/model/digest.ts';
import { bundleProgram } from '../../../src/proof/container-run/bundle.ts';
import { openProof, type Proof, type ProofSettings } from '../../../src/proof/prove.ts';
import type { TarMember } from '../../builders/tar.ts';
import { type Lab, openLab } from '../cases/lab.ts';

/** A container whose image has an entrypoint, a volume, a variable and a health check; and images of its state. */
export interface ProofLab {
  readonly lab: Lab;
  readonly client: DockerClient;
  /** the container's state as an image */
  readonly fat: Digest;
  /** Slims the container. */
  skinny(...args: readonly string[]): Promise<Digest>;
  proof(settings: Partial<ProofSettings>): Proof;
  /** A client whose calls `signal` ends; what it makes is noted, too. */
  interruptible(signal: AbortSignal): Promise<DockerClient>;
  /** containers, volumes and images that proofs have made so far */
  readonly made: readonly Made[];
  /** which of them are still there */
  leftovers(): Promise<string[]>;
}

/** @param changes Dockerfile instructions for the container's image */
export async function openProofLab(
  file: string,
  { members, changes }: { readonly members: readonly TarMember[]; readonly changes: readonly string[] },
): Promise<ProofLab> {
  const lab = await openLab(file);
  const { docker } = lab;
  const plain = await lab.containerWith(await lab.engine.baseImage(), []);
  const parent = lab.imageName();
  await docker.docker(['commit', ...changes.flatMap((change) => ['--change', change]), plain, parent]);
  const container = await lab.containerWith(parent, members);
  const made: Made[] = [];
  const open = async (signal?: AbortSignal): Promise<DockerClient> =>
    watched(await connect({ host: docker.host, env: process.env, home: homedir(), signal }), { lab, made });
  const client = await open();
  const name = lab.imageName();
  const fat = await client.commitContainer(await lab.containerId(container));
  await docker.docker(['tag', fat, name]);
  const config = (await client.inspectImage(parent))?.config;
  assert.ok(config);
  return {
    lab,
    client,
    fat,
    made,
    interruptible: open,
    async skinny(...args) {
      const { image } = await lab.skinnyImage(container, ...args);
      return (await client.inspectImage(image))?.id as Digest;
    },
    proof: (settings) =>
      openProof({ client, fatImage: fat, run: config, checks: [], probes: [], node: nodeOfThisMachine, ...settings }),
    leftovers: async () => {
      const found = await Promise.all(made.map(async (each) => ((await isThere(lab, each)) ? [each.join(' ')] : [])));
      return found.flat();
    },
  };
}

async function nodeOfThisMachine() {
  const source = { tree: new FileTree(new DirectoryIndex('/')), content: new DirectoryContent('/') };
  return bundleProgram({ source, path: process.execPath, resolve: programFiles });
}

export type Made = readonly [kind: 'container' | 'volume' | 'image', name: string];

/** A client that notes what it makes, volumes that come with containers included. */
function watched(client: DockerClient, { lab, made }: { lab: Lab; made: Made[] }): DockerClient {
  const volumes = '{{range .Mounts}}{{.Name}} {{end}}';
  const watching: Partial<DockerClient> = {
    async createContainer(spec) {
      const id = await client.createContainer(spec);
      const names = (await lab.docker.docker(['inspect', '--format', volumes, id])).trim().split(/\s+/);
      made.push(['container', id], ...names.filter((each) => each !== '').map((each) => ['volume', each] as const));
      return id;
    },
    async importImage(layer, reference) {
      const id = await client.importImage(layer, reference);
      made.push(['image', id]);
      return id;
    },
  };
  const get = (target: DockerClient, name: string | symbol): unknown => {
    const own = watching[name as keyof DockerClient];
    const value: unknown = own ?? target[name as keyof DockerClient];
    return typeof value === 'function' ? value.bind(own === undefined ? target : watching) : value;
  };
  return new Proxy(client, { get });
}

async function isThere({ docker }: Lab, [kind, name]: Made): Promise<boolean> {
  return (await docker.attempt([kind, 'inspect', name])).exitCode === 0;
}
