import { performance } from 'node:perf_hooks';
import { StartRefusal } from '../../engine/api/start-refusal.ts';
import type { DockerClient } from '../../engine/client.ts';
import type { ContainerSpec } from '../../engine/container-spec.ts';
import { BoundedOutput } from '../../engine/transport/bounded-output.ts';
import type { CheckSpec } from '../spec/check-spec.ts';
import { containerOf, type Runnable } from './runnable.ts';

/** What a program wrote to one stream. */
export interface Output {
  /** its first {@link OUTPUT_LIMIT} bytes */
  readonly kept: Buffer;
  /** bytes, all of it */
  readonly length: number;
  /** SHA-256 of what was not kept, in hex; undefined where everything was */
  readonly restDigest: string | undefined;
}

/** What became of a command. */
export interface RunResult {
  /** `refused`: the engine could not start it, which is what `exitCode` is for then, as with `docker run` */
  readonly end: 'exited' | 'timed-out' | 'refused';
  readonly exitCode: number;
  readonly stdout: Output;
  /** the engine's words where it was refused */
  readonly stderr: Output;
  /** from the start to the end */
  readonly seconds: number;
}

/** 128 and the number of SIGKILL. */
const KILLED = 137;

/** How much of each output is kept, in bytes. */
export const OUTPUT_LIMIT = 1 << 20;

/** What a run needs besides its container. */
export interface RunLimits {
  readonly client: DockerClient;
  /** undefined: there is no input */
  readonly stdin?: string | undefined;
  /** seconds until it is killed */
  readonly timeout: number;
  /** kills it at once; the result is then of no use */
  readonly stop?: AbortSignal | undefined;
}

/**
 * Runs a check in a new container of an image, which is gone afterwards, whatever happens. What the check does there is
 * judged by nobody here.
 * @throws ENGINE where the engine can't do its part; the reason of the client's signal
 */
export async function runCheck(spec: CheckSpec, subject: Runnable): Promise<RunResult> {
  const { stdin, timeout } = spec;
  return await runContainer(checkContainer(spec, subject), { client: subject.client, stdin, timeout });
}

function checkContainer(spec: CheckSpec, subject: Runnable): ContainerSpec {
  const container = containerOf(subject);
  const { command, network = 'none', user, env, workingDir, stdin } = spec;
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

/** Makes a container, runs it to its end and removes it, as {@link runCheck} does. */
export async function runContainer(container: ContainerSpec, limits: RunLimits): Promise<RunResult> {
  const { client } = limits;
  const id = await client.createContainer(container);
  try {
    return await runToEnd(id, limits);
  } finally {
    await client.removeContainer(id, { force: true });
  }
}

async function runToEnd(id: string, { client, stdin, timeout, stop }: RunLimits): Promise<RunResult> {
  const output = { stdout: new BoundedOutput(OUTPUT_LIMIT), stderr: new BoundedOutput(OUTPUT_LIMIT) };
  using pieces = await client.attachOutput(id);
  using _input = stdin === undefined ? undefined : await client.sendInput(id, Buffer.from(stdin));
  const started = performance.now();
  const result = (end: RunResult['end'], exitCode: number): RunResult => ({
    end,
    exitCode,
    stdout: outputOf(output.stdout),
    stderr: outputOf(output.stderr),
    seconds: (performance.now() - started) / 1000,
  });
  try {
    await client.startContainer(id);
  } catch (error) {
    if (!(error instanceof StartRefusal)) throw error;
    output.stderr.push(Buffer.from(`${error.reason}\n`));
    return result('refused', error.exitCode);
  }
  await using limit = killAfter(timeout, stop, () => client.killContainer(id));
  const reading = async (): Promise<number> => {
    for await (const { stream, data } of pieces) output[stream].push(data);
    return await client.waitContainer(id);
  };
  const exitCode = await Promise.race([reading(), limit.failed]);
  return result(limit.struck() && exitCode === KILLED ? 'timed-out' : 'exited', exitCode);
}

interface TimeLimit extends AsyncDisposable {
  /** rejects where the engine can't kill */
  readonly failed: Promise<never>;
  struck(): boolean;
}

/** Kills after a while or with a signal, once. */
function killAfter(seconds: number, stop: AbortSignal | undefined, kill: () => Promise<void>): TimeLimit {
  let killing: Promise<void> | undefined;
  let fail: (error: unknown) => void = () => {};
  const failed = new Promise<never>((_resolve, reject) => {
    fail = reject;
  });
  failed.catch(() => {});
  const strike = (): void => {
    killing ??= kill().catch(fail);
  };
  const timer = setTimeout(strike, seconds * 1000);
  if (stop?.aborted) strike();
  stop?.addEventListener('abort', strike, { once: true });
  return {
    failed,
    struck: () => killing !== undefined,
    [Symbol.asyncDispose]: async () => {
      clearTimeout(timer);
      stop?.removeEventListener('abort', strike);
      await killing;
    },
  };
}

/** An {@link Output} as it is now. */
export function outputOf({ kept, length, restDigest }: BoundedOutput): Output {
  return { kept, length, restDigest };
}
