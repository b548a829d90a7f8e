import type { Attributes } from '../../../filesystem/attributes.ts';
import { CompactEntry, type Rare } from '../../../filesystem/compact-entry.ts';
import type { ImagePath } from '../../../model/image-path.ts';
import type { FileFacts, LayerFiles } from './layer-files.ts';
import { type MergedName, NO_LAYERS } from './merged-layers.ts';

interface RareInLayers extends Rare {
  /** undefined where there are none, null where they have not been looked at */
  readonly capabilities: Buffer | undefined | null;
}

const UNSEEN: RareInLayers = { target: '', first: undefined, capabilities: null };
const USUAL: RareInLayers = { ...UNSEEN, capabilities: undefined };

/**
 * A file as it lies in a layer. Its extended attributes are read when they are asked for. One that is no directory says by
 * itself what its name stands for.
 */
export class OverlayEntry extends CompactEntry<RareInLayers> implements MergedName {
  readonly #files: LayerFiles;

  /**
   * @param at `place` is the layer that has it
   * @param first the entry of another name of the same file, where one is known already
   */
  constructor(
    files: LayerFiles,
    at: { number: number; path: ImagePath; place: number },
    attributes: Attributes,
    facts: FileFacts,
    first: OverlayEntry | undefined,
  ) {
    const target = attributes.type === 'symlink' ? files.target(at.place, at.path) : '';
    const isUsual = target === '' && first === undefined;
    super(
      { ...at, size: first === undefined ? facts.size : 0, mtime: facts.seconds },
      attributes,
      isUsual ? UNSEEN : { ...UNSEEN, target, first },
    );
    this.#files = files;
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
    if (this.rare.capabilities === null) {
      const capabilities = this.type === 'file' ? this.#files.capabilities(this.place, this.path) : undefined;
      this.rare = this.rare === UNSEEN && capabilities === undefined ? USUAL : { ...this.rare, capabilities };
    }
    return this.rare.capabilities ?? undefined;
  }
}
