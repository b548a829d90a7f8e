import { StartRefusal } from '../../engine/api/start-refusal.ts';
import type { ContainerSpec } from '../../engine/container-spec.ts';
import type { CheckSpec } from '../spec/check-spec.ts';
import { type RunEnd, whileRunning } from './lifecycle.ts';
import { type Output, outputOf, whole } from './output.ts';
import { containerOf, type Runnable } from './runnable.ts';

/** What became of a command. */
export interface RunResult {
  /** `refused`: the engine could not start it, which is what `exitCode` is for then, as with `docker run` */
  readonly end: RunEnd['end'] | 'refused';
  readonly exitCode: number;
  readonly stdout: Output;
  /** the engine's words where it was refused */
  readonly stderr: Output;
  /** from the start to the end */
  readonly seconds: number;
}

/**
 * Runs a check in a new container of an image, which is removed afterwards in any case. What the check does there is
 * judged by nobody here.
 * @throws as `whileRunning`, but for a program that can't be started
 */
export async function runCheck(spec: CheckSpec, runnable: Runnable): Promise<RunResult> {
  const { stdin, timeout } = spec;
  try {
    return await whileRunning(checkContainer(spec, runnable), { client: runnable.client, stdin }, async (container) => {
      const ended = await container.untilEnd(timeout);
      const { stdout, stderr, seconds } = container;
      return { ...ended, stdout: outputOf(stdout), stderr: outputOf(stderr), seconds };
    });
  } catch (error) {
    if (!(error instanceof StartRefusal)) throw error;
    const { exitCode, reason } = error;
    const nothing = whole(Buffer.alloc(0));
    return { end: 'refused', exitCode, stdout: nothing, stderr: whole(Buffer.from(`${reason}\n`)), seconds: 0 };
  }
}

function checkContainer(spec: CheckSpec, runnable: Runnable): ContainerSpec {
  const container = containerOf(runnable);
  const { command, network = container.network, user, env, workingDir, stdin } = spec;
  const replaced = { entrypoint: command ?? [], command: [] };
  return {
    ...container,
    ...(command !== undefined && (spec.entrypoint === 'keep' ? { command } : replaced)),
    ...(user !== undefined && { user }),
    ...(workingDir !== undefined && { workingDir }),
    ...(env !== undefined && { env: { ...container.env, ...env } }),
    // the machine's own name is what counts in its network
    ...(network === 'host' && { hostname: undefined }),
    network,
    stdin: stdin !== undefined,
  };
}
