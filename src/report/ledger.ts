import type { NodeType } from '../filesystem/tree-entry.ts';
import type { TrimGroup } from '../options.ts';
import type { ReportedReason } from './reported-reason.ts';

/** A rule that would add a path, and was not let: it is one for special uses, or what it adds is large. */
export interface DeclinedRule {
  readonly rule: string;
  /** the kept file that asks */
  readonly by: string;
}

/** A path of the subject. Paths are text for people (`displayPath`). */
export interface LedgerEntry {
  readonly path: string;
  readonly type: NodeType;
  /** of content; a hardlinked file's counts at one of its names, so that all entries add up to the report's sizes */
  readonly bytes: number;
  /** whether the change layer brought it, or the base */
  readonly from: 'change' | 'base';
  /** which layer of the image brought it, the lowest is 0; left out where that is not known, and for a container's own changes */
  readonly layer?: number;
  /** null where no package database has it, or several packages share the directory */
  readonly package: string | null;
  /** a symbolic link's target, as it stands in the link */
  readonly target?: string;
  /** the name at which the content of this hardlinked file counts */
  readonly hardlinkTo?: string;
}

export interface KeptEntry extends LedgerEntry {
  /** the first few, at least one: those that lead to a root come first, then the one that it was found by */
  readonly reasons: readonly ReportedReason[];
  /** how many more there are; left out where there are none */
  readonly moreReasons?: number;
}

/**
 * Why a path was left out: `unreached`: no kept file depends on it; `trimmed`: by `--trim`, and nothing asks for it;
 * `excluded`: by `--exclude`; `whiteout-name`: no image layer can hold the name; `mount`: a mount point that the engine
 * made; `package-record`: a record of package managers that would not be true of the result.
 */
export type DropReason = 'unreached' | 'trimmed' | 'excluded' | 'whiteout-name' | 'mount' | 'package-record';

export interface DroppedEntry extends LedgerEntry {
  readonly reason: DropReason;
  /** where trimmed */
  readonly group?: TrimGroup;
  /** where excluded: the glob */
  readonly glob?: string;
  readonly declined?: readonly DeclinedRule[];
}

/** Paths of the subject in path order, and what became of each. */
export interface Ledger {
  /** whether it has every path; else what is in neither list is in the base or nowhere, and not in the result */
  readonly complete: boolean;
  readonly kept: readonly KeptEntry[];
  readonly dropped: readonly DroppedEntry[];
}
