import type { PathValues } from '../filesystem/path-sets.ts';
import type { Finding } from '../model/finding.ts';
import type { ImagePath } from '../model/image-path.ts';
import type { Reason, RuleReason } from '../model/reason.ts';

/** What has to be in the result, each path with its reasons (at least one), and what could not be settled. */
export interface Closure {
  readonly kept: PathValues<readonly Reason[]>;
  /** what rules would add and were not let: each path with the names of those rules, and the kept files that asked */
  readonly declined: ReadonlyMap<ImagePath, readonly RuleReason[]>;
  readonly findings: readonly Finding[];
}
