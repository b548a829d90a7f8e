import type { AnalysisView } from '../filesystem/analysis-view.ts';
import type { TreeEntry } from '../filesystem/tree-entry.ts';
import type { Finding } from '../model/finding.ts';
import type { Need } from '../model/reason.ts';

/** What an analyzer says of one file. */
export interface Analysis {
  readonly needs: readonly Need[];
  readonly findings: readonly Finding[];
}

export const NOTHING: Analysis = { needs: [], findings: [] };

/** One kind of file's own dependencies. */
export type Analyzer = (entry: TreeEntry, view: AnalysisView) => Analysis;
