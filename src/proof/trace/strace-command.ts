import type { Bundle } from '../container-run/bundle.ts';
import { DROPPING_CALLS, TRACED_CALLS } from './call-paths.ts';

/** Variables that change what a loader does: the image's values are for the program, not for the tracer. Empty means unset. */
const LOADER_VARIABLES = ['LD_PRELOAD', 'LD_LIBRARY_PATH', 'LD_AUDIT', 'LD_DEBUG', 'GLIBC_TUNABLES'];

/** How a command is started under the tracer. */
export interface TracedStart {
  /** what is started: the tracer with its options, and the command as its last arguments */
  readonly argv: readonly string[];
  /** what has to be added to the container's environment */
  readonly env: Readonly<Record<string, string>>;
}

export interface TracedCommand {
  /** the program and its arguments */
  readonly argv: readonly string[];
  /** all that the command is to have in its environment, `NAME=value` each */
  readonly env: readonly string[];
  /**
   * where the tracer is. `above`: the first process of the container, and the exit code is the command's. `beside`: the
   * command itself is the first process, gets the signals that the engine sends, and may insist on its number.
   */
  readonly place: 'above' | 'beside';
  /** true: giving up rights seems to work and does nothing, so that the tracer can read on */
  readonly keepsRights: boolean;
}

/** Absolute path of the trace in the container. */
export function traceFile(tracer: Bundle): string {
  return `${tracer.output}/trace`;
}

/**
 * strace's command line (strace(1)): all children, descriptors with their paths, no signals, strings cut short but for
 * paths, which are always whole. Bytes that are not ASCII are written as C does it, so that every name is exact.
 *
 * With `--seccomp-bpf` (5.3 and later) only the calls that are traced cost time. Beside a program's arguments strace takes
 * variables for it by `-E`: its own loader is not to follow the image's.
 */
export function tracedStart(tracer: Bundle, { argv, env, place, keepsRights }: TracedCommand): TracedStart {
  const given = new Map(env.map((entry) => [entry.split('=', 1)[0] as string, entry]));
  const moved = LOADER_VARIABLES.flatMap((name) => given.get(name) ?? []);
  return {
    argv: [
      ...tracer.command,
      ...(place === 'beside' ? ['-D'] : []),
      ...(tracer.mentions('seccomp-bpf') ? ['--seccomp-bpf'] : []),
      ...['-f', '-q', '-y', '-a', '0', '-s', '1', '-e', 'signal=none', '-e', `trace=${TRACED_CALLS}`],
      ...(keepsRights ? ['-e', `inject=${DROPPING_CALLS}:retval=0`] : []),
      ...['-o', traceFile(tracer)],
      ...moved.flatMap((entry) => ['-E', entry]),
      '--',
      ...argv,
    ],
    env: Object.fromEntries(moved.map((entry) => [entry.split('=', 1)[0] as string, ''])),
  };
}
