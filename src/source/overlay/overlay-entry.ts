import type { NodeType, TreeEntry } from '../../filesystem/tree-entry.ts';
import type { ImagePath } from '../../model/image-path.ts';
import type { FileFacts, LayerFiles } from './layer-files.ts';

/** A file as it lies in a layer. Its extended attributes are read when they are asked for. */
export class OverlayEntry implements TreeEntry {
  readonly path: ImagePath;
  readonly type: NodeType;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly mtime: number;
  readonly target: string;
  readonly inode: OverlayEntry;
  /** the layer that has it */
  readonly place: number;
  /** the archive's header is made when it is asked for */
  readonly headerLength = 0;
  readonly #files: LayerFiles;
  #capabilities: Buffer | undefined | null = null;

  /** @param first the entry of another name of the same file, where one is known already */
  constructor(
    files: LayerFiles,
    at: { path: ImagePath; layer: number; type: NodeType },
    facts: FileFacts,
    first: OverlayEntry | undefined,
  ) {
    this.#files = files;
    this.path = at.path;
    this.type = at.type;
    this.mode = facts.mode & 0o7777;
    this.uid = facts.uid;
    this.gid = facts.gid;
    this.size = first === undefined ? facts.size : 0;
    this.mtime = facts.seconds;
    this.target = at.type === 'symlink' ? files.target(at.layer, at.path) : '';
    this.inode = first ?? this;
    this.place = at.layer;
  }

  get hasCapabilities(): boolean {
    return this.capabilities() !== undefined;
  }

  /** The value of `security.capability`. @throws NotPlainLayers where the layer does not hold the whole file */
  capabilities(): Buffer | undefined {
    if (this.#capabilities === null) {
      this.#capabilities = this.type === 'file' ? this.#files.capabilities(this.place, this.path) : undefined;
    }
    return this.#capabilities;
  }
}
