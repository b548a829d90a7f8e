import { execa } from 'execa';

/** No other engine than the one that is named: DOCKER_CONTEXT beside --host is an error or a warning. */
const ENV = { DOCKER_CONTEXT: undefined, DOCKER_HOST: undefined };

/**
 * Runs a bash script, whose pipes are the kernel's: nothing passes through this process.
 * @param args `$0`, `$1` and so on
 * @returns stdout, without its last newline, and the seconds from start to end
 * @throws Error with stderr where any part of it fails; the reason of `signal`
 */
export async function shell(
  script: string,
  args: readonly string[],
  signal?: AbortSignal,
): Promise<{ readonly stdout: string; readonly seconds: number }> {
  const start = performance.now();
  const { exitCode, stdout, stderr } = await execa('bash', ['-euo', 'pipefail', '-c', script, ...args], {
    env: ENV,
    stdin: 'ignore',
    reject: false,
    ...(signal === undefined ? {} : { cancelSignal: signal }),
  });
  const seconds = (performance.now() - start) / 1000;
  signal?.throwIfAborted();
  if (exitCode !== 0) throw new Error(stderr || `${script}: exit code ${exitCode}`);
  return { stdout, seconds };
}
