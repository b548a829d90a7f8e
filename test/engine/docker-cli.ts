import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { execa } from 'execa';

/** What a command did, whatever its exit code. */
export interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a command runs in a container. */
export interface CommandOptions {
  readonly user?: string | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly stdin?: string | undefined;
}

/** The docker command against one engine. What it makes is marked as this test run's, and swept at the end. */
export interface DockerCli {
  readonly host: string;
  /** Any docker command; resolves with its stdout. @throws Error with stderr on a non-zero exit code */
  docker(args: readonly string[], options?: { readonly stdin?: string | Readable }): Promise<string>;
  /** Any docker command, whatever its exit code. */
  attempt(args: readonly string[], options?: { readonly stdin?: string | Readable }): Promise<Outcome>;
  /** Starts a container (a sleeping one unless a command is given) and resolves with its id. */
  start(image: string, options?: StartOptions): Promise<string>;
  /** Runs a command in a new container of an image, which is removed afterwards. */
  run(image: string, command: readonly string[], options?: CommandOptions & RunOptions): Promise<Outcome>;
  exec(container: string, command: readonly string[], options?: CommandOptions): Promise<Outcome>;
  /** Runs a shell script in a container, stopping at its first failure. @throws Error with its output */
  sh(container: string, script: string): Promise<string>;
  /** Makes a file, and its folders, in a running container that has a shell. */
  write(container: string, path: string, text: string): Promise<void>;
  /** The name of an image of this run: `skinnywhale-test/<name>:<run>`. */
  imageName(name: string): string;
  /** bytes, as the engine counts; undefined where there is no such image */
  imageSize(reference: string): Promise<number | undefined>;
  /** Removes containers and images, in that order, as far as they are there. */
  remove(what: { readonly containers?: readonly string[]; readonly images?: readonly string[] }): Promise<void>;
  /** Ends every running container of the engine at once: a daemon that stops would wait 10 s for each. */
  killAll(): Promise<void>;
  /** Removes all that this run made. */
  sweep(): Promise<void>;
}

export interface RunOptions {
  /** `none` (a loopback of its own, nothing else) unless told; `host` can reach package mirrors */
  readonly network?: 'none' | 'host';
  /** further arguments of `docker run`, as they are */
  readonly args?: readonly string[];
}

export type StartOptions = CommandOptions & RunOptions & { readonly command?: readonly string[] };

const LABEL = 'skinnywhale.test';
const REPOSITORY = 'skinnywhale-test';

/** @param run names this test run: `[a-z0-9]+` */
export function dockerCli(host: string, run: string): DockerCli {
  const attempt: DockerCli['attempt'] = async (args, options = {}) => {
    const input = options.stdin;
    const child = execa('docker', ['--host', host, ...args], {
      // DOCKER_CONTEXT beside --host is an error or a warning, depending on the version.
      env: { DOCKER_CONTEXT: undefined, DOCKER_HOST: undefined },
      reject: false,
      stripFinalNewline: false,
      ...(input === undefined ? { stdin: 'ignore' } : typeof input === 'string' ? { input } : {}),
    });
    // Where docker ends early, that is what its exit code is for.
    if (typeof input === 'object' && child.stdin) pipeline(input, child.stdin).catch(() => undefined);
    const result = await child;
    if (result.code === 'ENOENT') throw new Error('the docker command is needed here, and it is not on PATH');
    return { exitCode: result.exitCode ?? 1, stdout: result.stdout, stderr: result.stderr };
  };
  const docker: DockerCli['docker'] = async (args, options) => {
    const { exitCode, stdout, stderr } = await attempt(args, options);
    if (exitCode !== 0) throw new Error(`docker ${args.join(' ')} exited with ${exitCode}:\n${stdout}${stderr}`);
    return stdout;
  };
  const runArguments = (options: CommandOptions & RunOptions): string[] => [
    ...['--label', `${LABEL}=${run}`, `--network=${options.network ?? 'none'}`],
    ...commandArguments(options),
    ...(options.args ?? []),
  ];
  const exec: DockerCli['exec'] = (container, command, options = {}) =>
    attempt(['exec', ...commandArguments(options), container, ...command], stdinOf(options));
  const removeImages = (images: readonly string[]) => attempt(['image', 'rm', '--force', ...images]);
  return {
    host,
    docker,
    attempt,
    exec,
    async start(image, options = {}) {
      const command = options.command ?? ['sleep', 'infinity'];
      return (await docker(['run', '--detach', ...runArguments(options), image, ...command])).trim();
    },
    run: (image, command, options = {}) =>
      attempt(['run', '--rm', ...runArguments(options), image, ...command], stdinOf(options)),
    async sh(container, script) {
      const { exitCode, stdout, stderr } = await exec(container, ['sh', '-euc', script]);
      if (exitCode !== 0) throw new Error(`a script in a container exited with ${exitCode}:\n${stdout}${stderr}`);
      return stdout;
    },
    async write(container, path, text) {
      const script = 'mkdir -p "$(dirname "$1")" && cat > "$1"';
      const result = await exec(container, ['sh', '-euc', script, 'sh', path], { stdin: text });
      if (result.exitCode !== 0) throw new Error(`can't write ${path} in a container: ${result.stderr}`);
    },
    imageName: (name) => `${REPOSITORY}/${name}:${run}`,
    async imageSize(reference) {
      const result = await attempt(['image', 'inspect', '--format', '{{.Size}}', reference]);
      return result.exitCode === 0 ? Number(result.stdout) : undefined;
    },
    async remove({ containers = [], images = [] }) {
      if (containers.length > 0) await attempt(['rm', '--force', '--volumes', ...containers]);
      if (images.length > 0) await removeImages(images);
    },
    async killAll() {
      const running = lines((await attempt(['ps', '--quiet'])).stdout);
      if (running.length > 0) await attempt(['kill', ...running]);
    },
    async sweep() {
      const containers = lines(await docker(['ps', '-aq', '--filter', `label=${LABEL}=${run}`]));
      if (containers.length > 0) await attempt(['rm', '--force', '--volumes', ...containers]);
      const format = '{{.Repository}}:{{.Tag}}';
      const images = lines(
        await docker(['images', '--format', format, '--filter', `reference=${REPOSITORY}/*:${run}`]),
      );
      if (images.length > 0) await removeImages(images);
    },
  };
}

function commandArguments({ user, env = {}, stdin }: CommandOptions): string[] {
  return [
    ...(stdin === undefined ? [] : ['--interactive']),
    ...(user === undefined ? [] : ['--user', user]),
    ...Object.entries(env).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
  ];
}

function stdinOf({ stdin }: CommandOptions): { stdin?: string } {
  return stdin === undefined ? {} : { stdin };
}

function lines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}
