import type { ErrorCode } from '../model/errors.ts';

/** What each exit code means; `--help-all` and the README show this. */
export const EXIT_CODE_MEANINGS = {
  0: 'done',
  1: 'failed; also: there is nothing to slim, or nothing to explain',
  2: 'invalid usage: bad option, name or pattern',
  3: 'no such container or image',
  4: 'no engine answers',
  5: 'a dependency is unresolved, with --strict',
  6: 'a check or probe failed; nothing was tagged',
  130: 'interrupted',
} as const satisfies Record<number, string>;

export type ExitCode = keyof typeof EXIT_CODE_MEANINGS;

const BY_ERROR = {
  USAGE: 2,
  NO_SUCH_CONTAINER: 3,
  NO_ENGINE: 4,
  NOTHING_TO_SLIM: 1,
  UNRESOLVED: 5,
  INTERRUPTED: 130,
  ENGINE: 1,
  BAD_ARCHIVE: 1,
  TAG_TAKEN: 1,
  NO_REPORT: 1,
  CHECK_FAILED: 6,
  FAILED: 1,
} as const satisfies Record<ErrorCode, ExitCode>;

/** The exit code of a run that ended with this error. */
export function exitCodeOf(code: ErrorCode): ExitCode {
  return BY_ERROR[code];
}
