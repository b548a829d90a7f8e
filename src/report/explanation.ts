import type { DroppedEntry, KeptEntry } from './ledger.ts';
import type { ReportedReason } from './reported-reason.ts';

/** What became of one path of a container, and why. Paths are text for people. */
export type Explanation = KeptExplanation | DroppedExplanation | UnreadExplanation | UnknownExplanation;

/** How the asked path leads to the one that is explained. */
interface Asked {
  /** the path as it was asked for */
  readonly asked: string;
  /** the links crossed on the way to it */
  readonly links: readonly string[];
}

/** Where a path that is a symbolic link leads; `missing`: to nothing in the container. */
export interface LinkEnd {
  readonly path: string;
  readonly status: 'kept' | 'dropped' | 'missing';
}

export interface KeptExplanation extends Asked {
  readonly status: 'kept';
  readonly entry: KeptEntry;
  /** the shortest way from the path to something that needs no reason: the change layer, the configuration, an option */
  readonly chain: readonly ChainLink[];
  readonly leadsTo?: LinkEnd;
}

/** `path` is kept for `reason`, in which the next link's path asks; the last one's is a root. */
export interface ChainLink {
  readonly path: string;
  readonly reason: ReportedReason;
}

export interface DroppedExplanation extends Asked {
  readonly status: 'dropped';
  readonly entry: DroppedEntry;
  /** what would have kept it, the closest fit first */
  readonly remedies: readonly Remedy[];
  readonly leadsTo?: LinkEnd;
}

export interface Remedy {
  /** as on the command line, quoted for a shell; null where no option helps */
  readonly option: string | null;
  /** what it would do, or what to do instead */
  readonly effect: string;
}

/** A path that the report does not have, since the parent image was not read whole: it is not in the result. */
export interface UnreadExplanation {
  readonly status: 'unread';
  readonly asked: string;
  readonly remedies: readonly Remedy[];
}

export interface UnknownExplanation {
  readonly status: 'unknown';
  readonly asked: string;
  /** the nearest path above that is there, and what it is */
  readonly nearest: { readonly path: string; readonly type: string };
}
