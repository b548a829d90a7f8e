import { SkinnywhaleError } from '../model/errors.ts';
import { isOfFat } from '../proof/compare/failures.ts';
import { failureText } from '../proof/diff-text.ts';
import type { ProofResult } from '../proof/prove.ts';

/** What a person can be told beside what has failed. */
export interface FailureDetails {
  /** the name under which the image stays */
  readonly keptAs?: string | undefined;
  /** what was found out about why it fails, in lines */
  readonly explanation?: readonly string[];
  /** whether something that the checks use was excluded by the caller */
  readonly isExcluded?: boolean;
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
      hint: failed.some(({ failures }) => failures.some(isOfFat))
        ? 'It fails in the container, too: nothing was made.'
        : hintFor(details),
    });
    this.result = result;
    this.keptAs = keptAs;
  }

  /** The same with what was found out since. */
  explained(details: Omit<FailureDetails, 'keptAs'>): ProofFailure {
    return new ProofFailure(this.result, { keptAs: this.keptAs, ...details });
  }
}

function hintFor({ keptAs, isExcluded = false }: FailureDetails): string {
  const left =
    keptAs === undefined
      ? 'Nothing was tagged; --keep-failed leaves the image under another name.'
      : `The image is there as ${keptAs}.`;
  return `${left} ${isExcluded ? 'Exclude less.' : '--include keeps what is missing.'}`;
}
