import { execa } from 'execa';
import type { DockerCli } from '../../fixture/docker-cli.ts';

/**
 * A docker command whose input or output is an archive.
 * @param env further variables of the command
 * @throws Error with its stderr on a non-zero exit code
 */
export async function binaryDocker(
  docker: DockerCli,
  args: readonly string[],
  input?: Buffer,
  env: Readonly<Record<string, string>> = {},
): Promise<Buffer> {
  const result = await execa('docker', ['--host', docker.host, ...args], {
    env: { DOCKER_CONTEXT: undefined, DOCKER_HOST: undefined, ...env },
    encoding: 'buffer',
    maxBuffer: 1 << 30,
    reject: false,
    ...(input === undefined ? { stdin: 'ignore' } : { input }),
  });
  if (result.exitCode !== 0) {
    throw new Error(`docker ${args.join(' ')} exited with ${result.exitCode}:\n${Buffer.from(result.stderr)}`);
  }
  return Buffer.from(result.stdout);
}
