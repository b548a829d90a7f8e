import { StartRefusal } from '../../src/engine/api/start-refusal.ts';
import type { DockerClient } from '../../src/engine/client.ts';
import type { ContainerSpec } from '../../src/engine/container-spec.ts';
import { EngineRefusal } from '../../src/engine/transport/exchange.ts';
import { type Digest, digestFromHex } from '../../src/model/digest.ts';

export const FAT: Digest = digestFromHex('f'.repeat(64));
export const SKINNY: Digest = digestFromHex('5'.repeat(64));

/** What images are imported as. */
export const PROBER: Digest = digestFromHex('9'.repeat(64));

/** What one run of a program is to do. */
export interface Behaviour {
  readonly stdout?: string;
  readonly stderr?: string;
  readonly exitCode?: number;
  /** with an exit code: the kernel killed it */
  readonly outOfMemory?: boolean;
  /** it runs until it is killed */
  readonly hangs?: boolean;
  /** the engine refuses to start it, with these words */
  readonly refused?: string;
}

/** An engine whose images run one program each; the number is that of the image's run, from 0. */
export function programClient(images: { readonly [image: string]: (run: number, spec: ContainerSpec) => Behaviour }): {
  readonly client: DockerClient;
  /** of each container ever made */
  readonly specs: readonly ContainerSpec[];
  /** what is there now */
  readonly containers: ReadonlySet<string>;
} {
  const specs: ContainerSpec[] = [];
  const containers = new Set<string>();
  const running = new Map<string, Behaviour & { readonly killed: Promise<void>; readonly kill: () => void }>();
  const behaviourOf = (id: string) => running.get(id) ?? fail(`no container ${id}`);
  const client: Partial<DockerClient> = {
    async createContainer(spec) {
      const id = `c${specs.length}`;
      const run = specs.filter(({ image }) => image === spec.image).length;
      specs.push(spec);
      containers.add(id);
      let kill = (): void => {};
      const killed = new Promise<void>((resolve) => {
        kill = resolve;
      });
      const behave = images[spec.image] ?? fail(`no image ${spec.image}`);
      running.set(id, { ...behave(run, spec), killed, kill });
      return id;
    },
    async startContainer(id) {
      const { refused } = behaviourOf(id);
      if (refused !== undefined) throw new StartRefusal(new EngineRefusal({ method: 'POST', path: '/' }, 400, refused));
    },
    async attachOutput(id) {
      const { stdout = '', stderr = '', hangs, killed } = behaviourOf(id);
      return {
        async *[Symbol.asyncIterator]() {
          yield { stream: 'stdout', data: Buffer.from(stdout) } as const;
          yield { stream: 'stderr', data: Buffer.from(stderr) } as const;
          if (hangs === true) await killed;
        },
        [Symbol.dispose]: () => {},
      };
    },
    async sendInput() {
      return { [Symbol.dispose]: () => {} };
    },
    async waitContainer(id) {
      const { exitCode = 0, hangs, killed } = behaviourOf(id);
      if (hangs === true) await killed;
      return hangs === true ? 137 : exitCode;
    },
    async containerState(id) {
      const { exitCode = 0, outOfMemory = false } = behaviourOf(id);
      const state = { running: false, exitCode, oomKilled: outOfMemory, pid: 0, paused: false, startedAt: '' };
      return { ...state, health: undefined, lastHealthCheck: undefined };
    },
    async importImage(archive) {
      archive.resume();
      return PROBER;
    },
    async removeImage() {
      return true;
    },
    async killContainer(id) {
      behaviourOf(id).kill();
    },
    async removeContainer(id) {
      behaviourOf(id).kill();
      containers.delete(id);
    },
  };
  return { client: client as DockerClient, specs, containers };
}

function fail(why: string): never {
  throw new Error(why);
}
