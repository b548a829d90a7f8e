import { setTimeout as sleep } from 'node:timers/promises';
import type { DockerCli, Outcome } from '../fixture/docker-cli.ts';
import type { HomeCase, HomeService, Way } from './home-case.ts';

const READY_TIMEOUT_MS = 60_000;

/** Who asks a service: Perl is in every Debian, and the service's own image need not have a client. */
const CLIENT = `
use IO::Socket::INET;
for (@ARGV) {
  my ($port, $path) = m{^(\\d+)(/.*)$} or die;
  my ($socket, $answer);
  for (1 .. 20) {
    $socket = IO::Socket::INET->new(PeerAddr => "127.0.0.1:$port") and last;
    select undef, undef, undef, 0.2;
  }
  $socket or die "no answer at $port";
  print $socket "GET $path HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n";
  { local $/; $answer = <$socket>; }
  $answer =~ m{^HTTP/[\\d.]+ (\\d+).*?\\r?\\n\\r?\\n(.*)}s or die "no HTTP";
  print "$1 $2\\n";
}`;

/**
 * Runs a case from an image in a new container without a network: what it prints and ends with, or what its service
 * answers.
 *
 * @param how.way the image's, which says where its configuration is
 * @param how.client an image that has Perl
 */
export async function observe(
  docker: DockerCli,
  home: HomeCase,
  image: string,
  { way, client }: { readonly way: Way; readonly client: string },
): Promise<Outcome> {
  const { stdin, service } = home;
  const { options: args, command } = runArguments(home, way);
  if (service === undefined) return docker.run(image, command, { stdin, args });
  const created = ['create', '--network=none', '--label', docker.label, ...args, image, ...command];
  const container = (await docker.docker(created)).trim();
  try {
    const started = await docker.attempt(['start', container]);
    if (started.exitCode !== 0) return started;
    const outcome = await serve(docker, service, { container, client });
    if (outcome.exitCode === 0) return outcome;
    const logs = await docker.attempt(['logs', container]);
    return { ...outcome, stderr: `${outcome.stderr}${logs.stdout}${logs.stderr}` };
  } finally {
    await docker.remove({ containers: [container] });
  }
}

/** What `docker run` is given: all of the configuration where the image has none of it. */
export function runArguments(home: HomeCase, way: Way): { readonly options: string[]; readonly command: string[] } {
  if (way === 'configured' || way === 'image') return { options: [], command: [...(home.run ?? [])] };
  const {
    entrypoint: [entrypoint, ...first] = [],
    cmd = [],
    env = {},
    workdir,
    user,
    volumes = [],
    healthcheck,
  } = home.config ?? {};
  const options = [
    ...Object.entries(env).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
    ...volumes.flatMap((path) => ['--volume', path]),
    ...(workdir === undefined ? [] : ['--workdir', workdir]),
    ...(user === undefined ? [] : ['--user', user]),
    ...(healthcheck === undefined ? [] : ['--health-cmd', healthcheck, '--health-interval=1s', '--health-retries=20']),
    ...(entrypoint === undefined ? [] : ['--entrypoint', entrypoint]),
  ];
  return { options, command: [...first, ...(home.run ?? cmd)] };
}

async function serve(
  docker: DockerCli,
  { fetch = [], log, healthy }: HomeService,
  { container, client }: { readonly container: string; readonly client: string },
): Promise<Outcome> {
  if (healthy) return until(() => health(docker, container));
  if (log !== undefined) return until(() => logged(docker, container, log));
  const args = ['run', '--rm', '--network', `container:${container}`, client, 'perl', '-e', CLIENT, ...fetch];
  return until(async () => {
    const answer = await docker.attempt(args);
    return answer.exitCode === 0 || !(await isRunning(docker, container)) ? answer : undefined;
  });
}

async function health(docker: DockerCli, container: string): Promise<Outcome | undefined> {
  const format = '{{.State.Status}} {{.State.Health.Status}}';
  const stdout = await docker.docker(['inspect', '--format', format, container]);
  return stdout.startsWith('running starting') ? undefined : outcome(stdout.includes('running healthy'), stdout);
}

async function logged(docker: DockerCli, container: string, pattern: RegExp): Promise<Outcome | undefined> {
  const { stdout, stderr } = await docker.attempt(['logs', container]);
  const match = pattern.exec(stdout + stderr);
  if (match !== null) return outcome(true, match[0]);
  return (await isRunning(docker, container)) ? undefined : outcome(false, '');
}

async function isRunning(docker: DockerCli, container: string): Promise<boolean> {
  return (await docker.docker(['inspect', '--format', '{{.State.Running}}', container])).trim() === 'true';
}

function outcome(good: boolean, stdout: string): Outcome {
  return { exitCode: good ? 0 : 1, stdout, stderr: '' };
}

/** Asks until there is an outcome, or the time is over. */
async function until(ask: () => Promise<Outcome | undefined>): Promise<Outcome> {
  const deadline = Date.now() + READY_TIMEOUT_MS;
  for (;;) {
    const found = await ask();
    if (found !== undefined) return found;
    if (Date.now() > deadline) return { exitCode: 1, stdout: '', stderr: 'it did not get that far in time\n' };
    await sleep(300);
  }
}
