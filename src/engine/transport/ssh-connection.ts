import { Duplex } from 'node:stream';
import type { EngineAddress } from './types.ts';

type SshAddress = Extract<EngineAddress, { kind: 'ssh' }>;

/** How much of what ssh says is kept for the error message. */
const STDERR_LIMIT = 4096;

/** The arguments of ssh; `--` keeps the host from being read as an option. */
export function sshArguments({ host, user, port, socketPath }: SshAddress): string[] {
  return [
    ...(user === undefined ? [] : ['-l', user]),
    ...(port === undefined ? [] : ['-p', String(port)]),
    '-T',
    '--',
    host,
    'docker',
    ...(socketPath === undefined ? [] : [`--host=unix://${socketPath}`]),
    'system',
    'dial-stdio',
  ];
}

/**
 * A connection to the engine on another machine, over the user's own ssh: so ~/.ssh/config, agents and the check of the
 * host's key apply as they do on the command line. The other side is what the docker command uses for ssh:// as well.
 */
export async function dialSsh(address: SshAddress, env: NodeJS.ProcessEnv): Promise<Duplex> {
  const { execa } = await import('execa');
  const child = execa('ssh', sshArguments(address), {
    env,
    extendEnv: false,
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'pipe',
    buffer: false,
    reject: false,
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    if (said.length < STDERR_LIMIT) said = (said + text).slice(0, STDERR_LIMIT);
  });
  child.stdout.pause();

  const connection = new Duplex({
    read() {
      child.stdout.resume();
    },
    // a write that fails shows in the exit of ssh, which comes with what ssh said
    write(chunk: Buffer, _encoding, callback) {
      child.stdin.write(chunk, () => callback());
    },
    final(callback) {
      child.stdin.end(() => callback());
    },
    destroy(error, callback) {
      child.kill();
      callback(error);
    },
  });
  child.stdout.on('data', (chunk: Buffer) => {
    if (!connection.push(chunk)) child.stdout.pause();
  });
  child.stdin.on('error', () => {});
  child.stdout.on('error', (error) => connection.destroy(error));
  const fail = (why: string): unknown => connection.destroy(new Error(`ssh: ${said.trim() || why}`));
  // the end is passed on when ssh has gone as well: what it said at its exit is the reason for an end that comes early
  const ended = new Promise((resolve) => child.stdout.once('end', resolve));
  child.once('exit', async (code, signal) => {
    if (code !== 0) return fail(code === null ? `ended by ${signal}` : `exit code ${code}`);
    await ended;
    return connection.push(null);
  });
  void child.then((result) => {
    if (result.exitCode === undefined) fail(result.shortMessage ?? 'it could not be started');
  });
  return connection;
}
