import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DockerCli, Outcome } from '../fixture/docker-cli.ts';
import type { Program, ProgramCommand, ProgramService } from './program.ts';

const READY_TIMEOUT_MS = 30_000;

/** What a program did, step by step: equal for two images that behave the same. Stderr is there to be shown only. */
export interface Behaviour {
  readonly steps: readonly { readonly what: string; readonly exitCode: number; readonly stdout: string }[];
  readonly stderr: string;
}

/** The program with a port that was free just now in place of each `{port}`. */
export async function withFreePort(program: Program): Promise<Program> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return JSON.parse(JSON.stringify(program).replaceAll('{port}', String(port))) as Program;
}

/**
 * Installs a program into a new container of the base image, which stays, stopped.
 * @param clean without apt's lists and archives, which are 170 MB or more
 */
export async function install(
  docker: DockerCli,
  program: Program,
  baseImage: string,
  { clean = false } = {},
): Promise<string> {
  const proxies = ['http_proxy', 'https_proxy', 'no_proxy'].filter((name) => process.env[name] !== undefined);
  const container = await docker.start(baseImage, {
    network: 'host',
    args: proxies.flatMap((name) => ['--env', name]),
  });
  const packages = program.packages.join(' ');
  await docker.sh(
    container,
    `export DEBIAN_FRONTEND=noninteractive
     apt-get update -qq
     apt-get install -y -qq --no-install-recommends ${packages}
     ${clean ? 'apt-get clean; rm -rf /var/lib/apt/lists/*' : ''}`,
  );
  for (const [path, text] of Object.entries(program.files ?? {})) await docker.write(container, path, text);
  if (program.prepare !== undefined) await docker.sh(container, program.prepare);
  await docker.docker(['kill', container]);
  return container;
}

/** Runs all of a program's commands in new containers of an image, and its service. */
export async function behaviour(docker: DockerCli, program: Program, image: string): Promise<Behaviour> {
  const steps: { what: string; exitCode: number; stdout: string }[] = [];
  let stderr = '';
  const note = (what: readonly string[], outcome: Outcome): void => {
    steps.push({ what: what.join(' '), exitCode: outcome.exitCode, stdout: outcome.stdout });
    stderr += `$ ${what.join(' ')}\n${outcome.stderr}`;
  };
  for (const step of program.run) {
    note(step.command, await docker.run(image, step.command, { ...step, user: step.user ?? '0', args: HOSTS }));
  }
  if (program.service !== undefined) await serve({ docker, image, service: program.service, note });
  return { steps, stderr };
}

/** A name that only /etc/hosts knows. */
const HOSTS = ['--add-host', 'whale.example:127.0.0.9'];

async function serve(options: {
  readonly docker: DockerCli;
  readonly image: string;
  readonly service: ProgramService;
  readonly note: (what: readonly string[], outcome: Outcome) => void;
}): Promise<void> {
  const { docker, image, service, note } = options;
  const network = service.fetch === undefined ? 'none' : 'host';
  const container = await docker.start(image, { command: service.command, user: service.user, network });
  try {
    for (const [index, url] of (service.fetch ?? []).entries()) {
      const ask = () => get(url);
      note(['GET', url], index === 0 ? await untilItAnswers(ask) : await ask());
    }
    for (const [index, step] of (service.talk ?? []).entries()) {
      const ask = () => talk(docker, container, step);
      note(step.command, index === 0 ? await untilItAnswers(ask) : await ask());
    }
    await docker.attempt(['stop', '--time', '20', container]);
    const exitCode = Number(await docker.docker(['inspect', '--format', '{{.State.ExitCode}}', container]));
    const { stdout, stderr } = await docker.attempt(['logs', container]);
    note(['stop', ...service.command], { exitCode, stdout: '', stderr: stdout + stderr });
  } finally {
    await docker.remove({ containers: [container] });
  }
}

function talk(docker: DockerCli, container: string, step: ProgramCommand): Promise<Outcome> {
  return docker.exec(container, step.command, step);
}

/** An HTTP answer as an outcome: status, type and body; exit code 1 where none came. */
async function get(url: string): Promise<Outcome> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(10_000) });
    const body = await response.text();
    return { exitCode: 0, stdout: `${response.status} ${response.headers.get('content-type')}\n${body}`, stderr: '' };
  } catch (error) {
    return { exitCode: 1, stdout: '', stderr: String(error) };
  }
}

/** Asks until the exit code is 0, or the time is over: the last outcome. */
async function untilItAnswers(ask: () => Promise<Outcome>): Promise<Outcome> {
  const deadline = Date.now() + READY_TIMEOUT_MS;
  for (;;) {
    const outcome = await ask();
    if (outcome.exitCode === 0 || Date.now() > deadline) return outcome;
    await sleep(200);
  }
}
