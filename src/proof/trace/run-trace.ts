import { setTimeout as sleep } from 'node:timers/promises';
import type { BoundedOutput } from '../../engine/transport/bounded-output.ts';
import { SkinnywhaleError } from '../../model/errors.ts';
import type { RunEnd, RunningContainer } from '../container-run/lifecycle.ts';
import type { LearnedPath } from '../profile/learned-path.ts';
import { mergeProfiles } from '../profile/profile.ts';
import type { CheckSpec } from '../spec/check-spec.ts';
import type { ReadTrace } from './parse-strace.ts';
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

/** What a run used. */
export interface Learned {
  /** in path order; of a run that was ended by its time limit, what it used until then */
  readonly learned: readonly LearnedPath[];
  /** programs that used files whose names the tracer could not read: what those were is not known */
  readonly unreadable: readonly string[];
  /** programs that were still at work when the command itself had ended */
  readonly outliving: readonly string[];
}

/** What a traced command did. */
export interface TracedCommandResult extends Learned {
  /** the command's own; 128 and the signal's number where a signal ended it */
  readonly exitCode: number;
  readonly timedOut: boolean;
  /** the first MiB of each */
  readonly stdout: BoundedOutput;
  readonly stderr: BoundedOutput;
}

/** What a traced service did. */
export interface TracedServiceResult<T> extends Learned {
  /** what the caller's callback gave */
  readonly result: T;
}

/**
 * What is done with a service while it is traced. Its network can be reached as `container:<id>`; the signal says that the
 * service has ended, and that it may stop.
 */
export type ServiceUse<T> = (service: RunningContainer, signal: AbortSignal) => Promise<T>;

/** A traced run gets so many times the limit of an untraced one: each call that is traced stops the program twice. */
export const TRACED_PATIENCE = 5;

/** How long what a command has started may go on after it, in seconds: a daemon would never end. */
const AFTERWARDS = 5;

/** How long a service may take to end after it was asked to, in seconds; then it is killed. */
const GRACE = 5;

/**
 * Runs a command in a throw-away container of the fat image under a tracer that is put into it, with the engine's default
 * confinement, and tells which of the image's files it used.
 *
 * Where a program in it gives up root's rights and can't be traced further, the command runs a second time, with that made
 * to do nothing; what both used is learned, and the rest is as the first one did it.
 * @throws FAILED where the command can't be started, or the tracer can't trace
 */
export async function traceCommand(spec: TraceSpec, setting: TraceSetting): Promise<TracedCommandResult> {
  const image = await imageOf(setting);
  const { Entrypoint = [], Cmd = [] } = image.config;
  const isWhole = spec.command !== undefined && spec.entrypoint === 'replace';
  const argv = checked([...(isWhole ? [] : Entrypoint), ...(spec.command ?? Cmd)]);
  const runOnce = (keepsRights: boolean) =>
    whileTraced({ argv, place: 'above', spec, image, setting, keepsRights }, async (run) => {
      const { stdout, stderr } = run.container;
      const { end, exitCode: last } = await untilAlone(run, spec.timeout * TRACED_PATIENCE);
      const trace = await run.trace();
      const timedOut = end === 'timed-out' && trace.exitCode === undefined;
      const exitCode = end === 'timed-out' ? (trace.exitCode ?? last) : last;
      if (!trace.started && !timedOut) throw notStarted(argv, run);
      return { trace, exitCode, timedOut, stdout, stderr };
    });
  const { trace, ...first } = await runOnce(false);
  if (trace.unreadable.length === 0) return { ...first, ...learnedFrom(trace) };
  const second = await runOnce(true);
  const isAlike = second.exitCode === first.exitCode && !second.timedOut;
  return { ...first, ...learnedFrom(trace, second.trace, isAlike) };
}

/**
 * Starts the image's own Entrypoint and Cmd under the tracer, as the container's first process, and tells which files it
 * used until `use` was through and it had ended. As with {@link traceCommand} there may be a second time, for `use`, too;
 * that it fails then is no error.
 * @throws FAILED where the service ends before `use` does, or there is none; what `use` rejects with
 */
export async function traceService<T>(
  use: ServiceUse<T>,
  spec: TracedSpec,
  setting: TraceSetting,
): Promise<TracedServiceResult<T>> {
  const image = await imageOf(setting);
  const { Entrypoint = [], Cmd = [], StopSignal } = image.config;
  const argv = checked([...Entrypoint, ...Cmd]);
  const runOnce = (keepsRights: boolean) =>
    whileTraced({ argv, place: 'beside', spec, image, setting, keepsRights }, async (run) => {
      const [outcome] = await Promise.allSettled([whileItRuns(run, use)]);
      if (outcome.status === 'rejected' && (!keepsRights || isEnd(outcome.reason))) throw outcome.reason;
      await setting.client.killContainer(run.container.id, StopSignal ?? 'SIGTERM');
      await run.container.untilEnd(GRACE);
      const trace = await run.trace();
      if (!trace.started) throw notStarted(argv, run);
      return { trace, outcome };
    });
  const { trace, outcome } = await runOnce(false);
  const { value: result } = outcome as PromiseFulfilledResult<T>;
  if (trace.unreadable.length === 0) return { result, ...learnedFrom(trace), outliving: [] };
  const second = await runOnce(true);
  const learned = learnedFrom(trace, second.trace, second.outcome.status === 'fulfilled');
  // all of a service ends with its first process
  return { result, ...learned, outliving: [] };
}

/** Waits until all has ended: the command, and soon after it what it has left behind. */
async function untilAlone(run: TracedRun, seconds: number): Promise<RunEnd> {
  const [over, ended] = [new AbortController(), new AbortController()];
  const watching = watchFirst(run, ended.signal)
    .then(() => over.abort())
    .catch(() => {});
  try {
    return await run.container.untilEnd(seconds, over.signal);
  } finally {
    ended.abort();
    // the trace can't be read while its container goes
    await watching;
  }
}

/** Looks into the trace now and then, less and less often: its length is that of what the command does. */
async function watchFirst(run: TracedRun, signal: AbortSignal): Promise<void> {
  for (let wait = 2; ; wait *= 2) {
    await sleep(wait * 1000, undefined, { signal });
    if ((await run.trace()).exitCode === undefined) continue;
    await sleep(AFTERWARDS * 1000, undefined, { signal });
    return;
  }
}

/** @param isAlike whether the second run did what the first one did, and so what the first one's tracer could not read */
function learnedFrom(first: ReadTrace, second?: ReadTrace, isAlike = false): Learned {
  const { outliving } = first;
  if (second === undefined) return { learned: first.learned, unreadable: first.unreadable, outliving };
  const unreadable = isAlike ? second.unreadable : [...new Set([...first.unreadable, ...second.unreadable])];
  return { learned: mergeProfiles(first.learned, second.learned), unreadable, outliving };
}

/** An interrupted run, or an engine that fails: not what a service is like. */
function isEnd(error: unknown): boolean {
  return error instanceof SkinnywhaleError && ['INTERRUPTED', 'ENGINE'].includes(error.code);
}

async function whileItRuns<T>({ container }: TracedRun, use: ServiceUse<T>): Promise<T> {
  const over = new AbortController();
  const early = container.ended.then((exitCode): never => {
    const said = lastLines(container.stderr);
    throw new SkinnywhaleError('FAILED', `the service ended with ${exitCode} while it was traced${said}`);
  });
  const inUse = use(container, over.signal);
  try {
    return await Promise.race([inUse, early]);
  } finally {
    over.abort();
    await inUse.catch(() => {});
  }
}

function checked(argv: readonly string[]): readonly string[] {
  if (argv.length > 0) return argv;
  throw new SkinnywhaleError('FAILED', 'the image has neither Entrypoint nor Cmd, so there is nothing to trace');
}

/** Not a program's failure: either there is none of that name, or the engine's machine allows no tracing. */
function notStarted(argv: readonly string[], { container }: TracedRun): SkinnywhaleError {
  return new SkinnywhaleError('FAILED', `${argv[0]} could not be traced${lastLines(container.stderr)}`, {
    hint: 'The program has to be in the image, and the engine has to allow ptrace, as Docker does from Linux 4.8 on.',
  });
}
