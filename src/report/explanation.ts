import type { DroppedEntry, KeptEntry, LedgerReason } from './ledger.ts';

/** What became of one path of a container, and why. Paths are text for people. */
export type Explanation = KeptExplanation | DroppedExplanation | UnreadExplanation | UnknownExplanation;

/** How the asked path leads to the one that is told of. */
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

/** `path` is kept by `rule`, which was applied to the next link's path; `by` is null in the last one. */
export interface ChainLink extends LedgerReason {
  readonly path: string;
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
