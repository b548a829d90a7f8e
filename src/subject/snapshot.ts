import type { ContentStore } from '../filesystem/content-store.ts';
import type { FileTree } from '../filesystem/file-tree.ts';
import type { ImagePath, ImagePaths } from '../model/image-path.ts';

/** A large file most of which is holes: a layer has all of it, since engines know no holes in archives. */
export interface SparseFile {
  readonly path: ImagePath;
  /** bytes as programs see it, and as they lie on the disk */
  readonly size: number;
  readonly allocated: number;
}

/** A subject's files at one moment. Disposing of it removes what it stored for the time being. */
export interface Snapshot extends AsyncDisposable {
  /** where it was read: through the engine's interface, in its folders on this machine, or in an archive */
  readonly source: 'engine' | 'local' | 'archive';
  /** the merged tree: what programs see, mounts left out */
  readonly tree: FileTree;
  /** every entry of the tree is known, so that walking it costs nothing */
  readonly isWhole: boolean;
  /** the paths of the tree that belong to the change layer, in path order */
  readonly changed: ImagePaths;
  readonly content: ContentStore;
  /** which layer of the image a path came from, the lowest is 0; undefined for a container's own changes. Absent where it is not known */
  readonly layerOf?: (path: ImagePath) => number | undefined;
  /** mount targets whose data is not part of any image */
  readonly mounts: readonly string[];
  /** the large sparse files of the change layer; absent where that can't be seen */
  readonly sparse?: readonly SparseFile[];
  /**
   * To be called when all that is needed has been read, before what is made of it gets a name; absent where nothing can change
   * the subject. @throws FAILED where this is no single moment of it
   */
  readonly confirm?: () => Promise<void>;
  /** bytes that crossed the engine's interface */
  readonly transferredBytes: number;
  /** bytes of temporary disk space that it takes */
  readonly temporaryBytes: number;
}
