import type { BoundedOutput } from '../../docker/bounded-output.ts';
import { SkinnywhaleError } from '../../model/errors.ts';
import type { CheckSpec } from '../check-spec.ts';
import type { LearnedPath } from './learned-path.ts';
import {
  imageOf,
  lastLines,
  type TracedRun,
  type TracedSpec,
  type TraceSetting,
  whileTraced,
} from './traced-container.ts';

/** A command to be traced; a check is one, too. */
export type TraceSpec = TracedSpec & Pick<CheckSpec, 'command' | 'entrypoint' | 'timeout'>;

/** What a traced command did. */
export interface TracedCommandResult {
  /** in path order; of a command that was ended by its time limit, what it used until then */
  readonly learned: readonly LearnedPath[];
  /** the command's own; 128 and the signal's number where a signal ended it */
  readonly exitCode: number;
  readonly timedOut: boolean;
  /** the first MiB of each */
  readonly stdout: BoundedOutput;
  readonly stderr: BoundedOutput;
}

/** What a traced service did. */
export interface TracedServiceResult<T> {
  readonly learned: readonly LearnedPath[];
  /** what the caller's callback gave */
  readonly result: T;
}

/** How long a service may take to end when it is told to, in seconds. */
const GRACE = 10;

/**
 * Runs a command in a throw-away container of the fat image under a tracer that is put into it, with the engine's default
 * confinement, and tells which of the image's files it used.
 * @throws FAILED where the command can't be started, or the tracer can't trace
 */
export async function traceCommand(spec: TraceSpec, setting: TraceSetting): Promise<TracedCommandResult> {
  const image = await imageOf(setting);
  const { Entrypoint = [], Cmd = [] } = image.config;
  const isWhole = spec.command !== undefined && spec.entrypoint === 'replace';
  const argv = [...(isWhole ? [] : Entrypoint), ...(spec.command ?? Cmd)];
  return await whileTraced({ argv: checked(argv), place: 'above', spec, image, setting }, async (run) => {
    const { timedOut, exitCode } = await withinTime(run, spec.timeout, setting);
    const { learned, started } = await run.trace();
    if (!started && !timedOut) throw notStarted(argv, run);
    return { learned, exitCode, timedOut, stdout: run.stdout, stderr: run.stderr };
  });
}

/**
 * Starts the image's own Entrypoint and Cmd under the tracer, as the container's first process, and tells which files it
 * used until `use` was through and it had ended. `use` gets the container's id, to reach it by network `container:<id>`.
 * @throws FAILED where the service ends before `use` does, or there is none; what `use` rejects with
 */
export async function traceService<T>(
  use: (containerId: string) => Promise<T>,
  spec: TracedSpec,
  setting: TraceSetting,
): Promise<TracedServiceResult<T>> {
  const image = await imageOf(setting);
  const { Entrypoint = [], Cmd = [], StopSignal } = image.config;
  const argv = checked([...Entrypoint, ...Cmd]);
  return await whileTraced({ argv, place: 'beside', spec, image, setting }, async (run) => {
    const early = run.ended.then((exitCode): never => {
      const said = lastLines(run.stderr);
      throw new SkinnywhaleError('FAILED', `the service ended with ${exitCode} while it was traced${said}`);
    });
    const result = await Promise.race([use(run.id), early]);
    await setting.client.killContainer(run.id, StopSignal ?? 'SIGTERM');
    await withinTime(run, GRACE, setting);
    const { learned, started } = await run.trace();
    if (!started) throw notStarted(argv, run);
    return { learned, result };
  });
}

/** Waits for the end of a run, and kills it where that takes longer than `seconds`. */
async function withinTime(
  { id, ended }: TracedRun,
  seconds: number,
  { client }: TraceSetting,
): Promise<{ exitCode: number; timedOut: boolean }> {
  let timedOut = false;
  let timer: NodeJS.Timeout | undefined;
  const failed = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      timedOut = true;
      client.killContainer(id).catch(reject);
    }, seconds * 1000);
  });
  try {
    const exitCode = await Promise.race([ended, failed]);
    return { exitCode, timedOut };
  } finally {
    clearTimeout(timer);
  }
}

function checked(argv: readonly string[]): readonly string[] {
  if (argv.length > 0) return argv;
  throw new SkinnywhaleError('FAILED', 'the image has neither Entrypoint nor Cmd, so there is nothing to trace');
}

/** Not a program's failure: either there is none of that name, or the engine's machine allows no tracing. */
function notStarted(argv: readonly string[], { stderr }: TracedRun): SkinnywhaleError {
  return new SkinnywhaleError('FAILED', `${argv[0]} could not be traced${lastLines(stderr)}`, {
    hint: 'The program has to be in the image, and the engine has to allow ptrace, as Docker does from Linux 4.8 on.',
  });
}
