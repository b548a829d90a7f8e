/** What went wrong, for machines. `cli/exit-codes.ts` maps each to an exit code. */
export type ErrorCode =
  | 'USAGE'
  | 'NO_SUCH_CONTAINER'
  | 'NO_ENGINE'
  | 'NOTHING_TO_SLIM'
  | 'UNRESOLVED'
  | 'INTERRUPTED'
  | 'ENGINE'
  | 'BAD_ARCHIVE'
  | 'TAG_TAKEN'
  | 'NO_REPORT'
  | 'CHECK_FAILED'
  | 'FAILED';

/** The only error that this library throws on purpose. `hint` says what a person can do next. */
export class SkinnywhaleError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'SkinnywhaleError';
    this.code = code;
    this.hint = options.hint;
  }
}

/** Anything that was thrown, as an error of ours; an aborted signal wins over the error that it caused. */
export function asSkinnywhaleError(error: unknown, signal?: AbortSignal): SkinnywhaleError {
  if (signal?.aborted) {
    const reason: unknown = signal.reason;
    if (reason instanceof SkinnywhaleError) return reason;
    return new SkinnywhaleError('INTERRUPTED', 'interrupted; nothing was changed', { cause: error });
  }
  if (error instanceof SkinnywhaleError) return error;
  const code = (error as NodeJS.ErrnoException | null)?.code;
  if (code === 'ENOSPC') {
    return new SkinnywhaleError('FAILED', 'no space left on the device that holds the temporary folder', {
      hint: 'Free some space, or name a folder on a larger disk with --temp-dir.',
      cause: error,
    });
  }
  return new SkinnywhaleError('FAILED', error instanceof Error ? error.message : String(error), { cause: error });
}
