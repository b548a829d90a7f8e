import type { OwnRun, Platform, RunConfig } from '../model/image-config.ts';
import type { ContentStore } from './content-store.ts';
import type { FileTree } from './file-tree.ts';

/** What the analysis looks at: pure data and bounded reads, no engine. */
export interface AnalysisView {
  readonly tree: FileTree;
  readonly content: Pick<ContentStore, 'content'>;
  readonly run: RunConfig;
  /** how the container itself was run, where that is another way than the image's */
  readonly ranAs?: OwnRun | undefined;
  /** what the image is for; without it programs for other machines are not told */
  readonly platform?: Platform;
}
