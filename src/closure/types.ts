import type { ContentStore } from '../filesystem/content-store.ts';
import type { FileTree } from '../filesystem/file-tree.ts';
import type { PathValues } from '../filesystem/path-sets.ts';
import type { TreeEntry } from '../filesystem/tree-entry.ts';
import type { Platform, RunConfig } from '../model/image-config.ts';
import type { ImagePath } from '../model/image-path.ts';
import type { Finding } from './findings.ts';

/** Why a path is kept: the rule, and the kept path that asked for it (none where the caller or the config did). */
export interface Reason {
  readonly rule: string;
  readonly by: ImagePath | null;
}

/** A path that something asks for; a byte string as it stands there, symbolic links not yet resolved. */
export interface Need {
  readonly path: string;
  readonly reason: Reason;
  /** where a relative path starts; default: the root */
  readonly from?: ImagePath;
  /** false: a symbolic link at the end is itself what is asked for */
  readonly followLast?: boolean;
}

/** What analyzers and roots look at: pure data and bounded reads, no engine. */
export interface AnalysisView {
  readonly tree: FileTree;
  readonly content: Pick<ContentStore, 'content'>;
  readonly run: RunConfig;
  /** what the image is for; without it programs for other machines are not told */
  readonly platform?: Platform;
}

/** What an analyzer says of one file. */
export interface Analysis {
  readonly needs: readonly Need[];
  readonly findings: readonly Finding[];
}

export const NOTHING: Analysis = { needs: [], findings: [] };

/** One kind of file's own dependencies. */
export type Analyzer = (entry: TreeEntry, view: AnalysisView) => Analysis;

/** What has to be in the result, each path with its reasons (at least one), and what could not be settled. */
export interface Closure {
  readonly kept: PathValues<readonly Reason[]>;
  /** what rules would add and were not let: each path with the names of those rules, and the kept files that asked */
  readonly declined: ReadonlyMap<ImagePath, readonly Reason[]>;
  readonly findings: readonly Finding[];
}
