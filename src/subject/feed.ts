import type { ContentStore } from '../filesystem/content-store.ts';
import type { FileTree } from '../filesystem/file-tree.ts';
import type { Numbered } from '../filesystem/path-sets.ts';
import type { TreeEntry } from '../filesystem/tree-entry.ts';
import type { ImagePaths } from '../model/image-path.ts';

/** What is known of a subject while it is being read. */
export interface UnfinishedSource {
  readonly tree: Pick<FileTree, 'get'> & Numbered;
  readonly content: Pick<ContentStore, 'header'>;
}

/** Takes entries of the change layer while the rest of the subject is still being read. */
export interface LayerFeed {
  /**
   * Whether an entry will be in the result, as it is, no matter what else is found.
   * @param changed paths of the change layer, as far as they are known: see `isSettled` in `layer/settled.ts`
   */
  takes(entry: TreeEntry, changed: Pick<ImagePaths, 'has'>): boolean;
  /** An entry of which that is true; its data follows. */
  entry(entry: TreeEntry, header: Buffer): void;
  /** A piece of the present entry's data, the padding included. Nobody writes to it again. */
  data(piece: Buffer): void;
  /** Resolves when more can be taken. Rejects with the reason where nothing will be. */
  ready(): Promise<void>;
}

/** Begins to feed a layer from what is being read. */
export type OpenFeed = (source: UnfinishedSource) => LayerFeed;
