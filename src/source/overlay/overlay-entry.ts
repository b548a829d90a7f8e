import type { Attributes } from '../../filesystem/attributes.ts';
import type { NodeType, TreeEntry } from '../../filesystem/tree-entry.ts';
import type { ImagePath } from '../../model/image-path.ts';
import type { FileFacts, LayerFiles } from './layer-files.ts';
import { type MergedName, NO_LAYERS } from './merged-layers.ts';

/** What few entries have. */
interface Rare {
  readonly target: string;
  /** the entry of the file's first name, for a further one */
  readonly first: OverlayEntry | undefined;
  /** undefined where there are none, null where they have not been looked at */
  readonly capabilities: Buffer | undefined | null;
}

const UNSEEN: Rare = { target: '', first: undefined, capabilities: null };
const USUAL: Rare = { target: '', first: undefined, capabilities: undefined };

/**
 * A file as it lies in a layer. Its extended attributes are read when they are asked for. There may be a hundred thousand:
 * what most have in common is held once, and one that is no directory says by itself what its name stands for.
 */
export class OverlayEntry implements TreeEntry, MergedName {
  readonly number: number;
  readonly path: ImagePath;
  readonly size: number;
  readonly mtime: number;
  /** the layer that has it */
  readonly place: number;
  readonly #files: LayerFiles;
  readonly #attributes: Attributes;
  #rare: Rare;

  /** @param first the entry of another name of the same file, where one is known already */
  constructor(
    files: LayerFiles,
    at: { number: number; path: ImagePath; layer: number; attributes: Attributes },
    facts: FileFacts,
    first: OverlayEntry | undefined,
  ) {
    this.#files = files;
    this.number = at.number;
    this.path = at.path;
    this.size = first === undefined ? facts.size : 0;
    this.mtime = facts.seconds;
    this.place = at.layer;
    this.#attributes = at.attributes;
    const target = at.attributes.type === 'symlink' ? files.target(at.layer, at.path) : '';
    this.#rare = target === '' && first === undefined ? UNSEEN : { target, first, capabilities: null };
  }

  get type(): NodeType {
    return this.#attributes.type;
  }

  get mode(): number {
    return this.#attributes.mode;
  }

  get uid(): number {
    return this.#attributes.uid;
  }

  get gid(): number {
    return this.#attributes.gid;
  }

  get target(): string {
    return this.#rare.target;
  }

  get inode(): OverlayEntry {
    return this.#rare.first ?? this;
  }

  get layer(): number {
    return this.place;
  }

  get layers(): readonly number[] {
    return NO_LAYERS;
  }

  /** The archive's header is made when it is asked for. */
  get headerLength(): number {
    return 0;
  }

  get hasCapabilities(): boolean {
    return this.capabilities() !== undefined;
  }

  /** The value of `security.capability`. @throws NotPlainLayers where the layer does not hold the whole file */
  capabilities(): Buffer | undefined {
    if (this.#rare.capabilities === null) {
      const capabilities = this.type === 'file' ? this.#files.capabilities(this.place, this.path) : undefined;
      this.#rare = this.#rare === UNSEEN && capabilities === undefined ? USUAL : { ...this.#rare, capabilities };
    }
    return this.#rare.capabilities ?? undefined;
  }
}
