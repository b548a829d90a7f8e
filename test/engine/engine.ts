import { randomBytes } from 'node:crypto';
import { baseImage } from './base-image.ts';
import { findEngine } from './discovery.ts';
import { type DockerCli, dockerCli } from './docker-cli.ts';
import { installMissing, whyNoPackages } from './packages.ts';
import { startPrivateDockerd } from './private-dockerd.ts';

export interface Engine {
  /** `unix:///tmp/sw-XXXXXX/docker.sock` */
  readonly host: string;
  /** started: a private one, which ends with this object; found: somebody's, left as it was but for the base image */
  readonly origin: 'started' | 'found';
  /** `[0-9a-f]+`; what this run makes in the engine bears it */
  readonly run: string;
  readonly docker: DockerCli;
  /** The reference of a minimal Debian 12, made if need be. */
  baseImage(): Promise<string>;
}

export interface EngineOptions {
  /** what is about to be done, a line at a time; stderr unless told */
  readonly log?: (line: string) => void;
  /** this engine and no other */
  readonly host?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The engine for tests, demo and benchmarks: the one that answers (the given host or SKINNYWHALE_TEST_HOST; DOCKER_HOST,
 * the current docker context, rootless and default sockets), else a private dockerd, installed first on Debian or Ubuntu
 * as root. SKINNYWHALE_ENGINE=external forbids to install or start anything.
 *
 * A test runner passes its engine on with `engineEnvironment`, and so each test file gets the same one here.
 *
 * @throws Error that says what is missing
 */
export async function provideEngine(options: EngineOptions = {}): Promise<Engine & AsyncDisposable> {
  const log = options.log ?? ((line) => process.stderr.write(`engine: ${line}\n`));
  const { signal } = options;
  const inherited = process.env['SKINNYWHALE_TEST_RUN'];
  const run = inherited ?? randomBytes(4).toString('hex');
  const found = await findEngine({ host: options.host ?? process.env['SKINNYWHALE_TEST_HOST'], signal });
  if (found.host !== undefined) {
    const { host } = found;
    const docker = dockerCli(host, run);
    if (inherited === undefined) log(`using the engine at ${host}; what this run makes there is removed at the end`);
    const dispose = inherited === undefined ? () => docker.sweep() : async () => undefined;
    return engineAt({ docker, run, origin: 'found', log, signal, dispose });
  }
  refuseWhereForbidden(found.why);
  for (const line of found.why.split('\n')) log(line);
  await installMissing({ dockerd: 'docker.io', unshare: 'util-linux' }, { log, signal });
  // From Debian 13 on, docker.io leaves the command line out.
  await installMissing({ docker: 'docker-cli' }, { log, signal });
  const dockerd = await startPrivateDockerd({ log, signal });
  const docker = dockerCli(dockerd.host, run);
  const dispose = async () => {
    await docker.killAll();
    await dockerd[Symbol.asyncDispose]();
  };
  return engineAt({ docker, run, origin: 'started', log, signal, dispose });
}

/** What child processes need in their environment to get the same engine from `provideEngine`. */
export function engineEnvironment(engine: Engine): Record<string, string> {
  return { SKINNYWHALE_TEST_HOST: engine.host, SKINNYWHALE_TEST_RUN: engine.run, DOCKER_HOST: engine.host };
}

function engineAt(parts: {
  readonly docker: DockerCli;
  readonly run: string;
  readonly origin: Engine['origin'];
  readonly log: (line: string) => void;
  readonly signal: AbortSignal | undefined;
  readonly dispose: () => Promise<void>;
}): Engine & AsyncDisposable {
  const { docker, run, origin, log, signal } = parts;
  let disposed: Promise<void> | undefined;
  return {
    host: docker.host,
    origin,
    run,
    docker,
    baseImage: () => baseImage(docker, { log, signal }),
    [Symbol.asyncDispose]() {
      disposed ??= parts.dispose();
      return disposed;
    },
  };
}

function refuseWhereForbidden(why: string): void {
  if (process.env['SKINNYWHALE_ENGINE'] === 'external') {
    throw new Error(`${why}\nSKINNYWHALE_ENGINE=external forbids to start one`);
  }
  const refusal = whyNoPackages();
  if (refusal !== undefined) throw new Error(`${why}\nNone can be started here: ${refusal}. Set DOCKER_HOST.`);
}
