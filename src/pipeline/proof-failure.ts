import { SkinnywhaleError } from '../model/errors.ts';
import { type Failure, isOfOriginal, isOutOfTime } from '../proof/compare/failures.ts';
import type { ProofResult } from '../proof/prove.ts';
import { failureText } from '../report/failure-text.ts';

/** What a person can be told beside what has failed. */
export interface FailureDetails {
  /** the name under which the image stays */
  readonly keptAs?: string | undefined;
  /** what was found out about why it fails, in lines */
  readonly explanation?: readonly string[];
  /** why files that the checks use are not in the image; `nothing`: all that they are seen to use is there */
  readonly missing?: 'excluded' | 'not kept' | 'nothing' | undefined;
}

/** A candidate that did not do what the container does. */
export class ProofFailure extends SkinnywhaleError {
  readonly result: ProofResult;
  readonly keptAs: string | undefined;

  constructor(result: ProofResult, details: FailureDetails = {}) {
    const failed = result.items.filter(({ passed }) => !passed);
    const { keptAs, explanation = [] } = details;
    const { length } = result.items;
    const title = length === 1 ? [] : [`${failed.length} of ${length} checks failed`];
    super('CHECK_FAILED', [...title, ...failed.flatMap(failureText), ...explanation].join('\n'), {
      hint: hintFor(
        failed.flatMap(({ failures }) => failures),
        details,
      ),
    });
    this.result = result;
    this.keptAs = keptAs;
  }

  /** The same with what was found out since. */
  explained(details: Omit<FailureDetails, 'keptAs'>): ProofFailure {
    return new ProofFailure(this.result, { keptAs: this.keptAs, ...details });
  }
}

/** One thing to do next, and what is there now. */
function hintFor(failures: readonly Failure[], { keptAs, missing }: FailureDetails): string {
  const ofOriginal = failures.filter(isOfOriginal);
  if (ofOriginal.some(isOutOfTime)) return `${LONGER} Nothing was made.`;
  if (ofOriginal.length > 0) return 'It fails in the original, too, so it proves nothing: nothing was made.';
  const left =
    keptAs === undefined
      ? 'Nothing was tagged; --keep-failed keeps the image under another name.'
      : `The image is there as ${keptAs}.`;
  if (missing === undefined && failures.every(isOutOfTime)) return `${left} ${LONGER}`;
  return `${left} ${REMEDIES[missing ?? 'not kept']}`;
}

const LONGER = 'If it only needs more time: --check-timeout SECONDS, or `timeout:` in the check file.';

const REMEDIES: { readonly [M in NonNullable<FailureDetails['missing']>]: string } = {
  excluded: 'Exclude less.',
  'not kept': '--include keeps what is missing.',
  nothing: 'The difference may lie outside of files: compare its output in both with `docker run`.',
};
