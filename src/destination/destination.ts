import type { ConfigFile } from '../image/config-file.ts';
import type { OutgoingLayer } from '../layer/delivery.ts';
import type { Digest } from '../model/digest.ts';

/** What is to become an image. */
export interface ImageContent extends OutgoingLayer {
  /** The config file, which names the layer's digest. Asked for once, when the layer is on its way and before the image is. */
  readonly configFor: (layer: Digest) => Promise<ConfigFile>;
}

/** An image under its name. */
export interface StoredImage {
  /** as the destination counts: the digest of its config, or of its manifest */
  readonly id: Digest;
  readonly layers: readonly Digest[];
}

/**
 * An image that is stored, and checked against what was sent, and has no name yet. Disposed of without a commit, it is gone
 * again, unless it was there before or has been named by someone else.
 */
export interface Candidate extends AsyncDisposable {
  readonly id: Digest;
  readonly layers: readonly Digest[];
  /**
   * Gives it its name. Nothing is undone after that.
   * @throws TAG_TAKEN where the name belongs to something that was made from another subject
   */
  commit(reference: string): Promise<StoredImage>;
}

/** Where the result goes. */
export interface Destination {
  /** `import`: a layer is taken before the rest of its image, and before its length is known; `load`: all in one archive */
  readonly way: 'import' | 'load';
  /**
   * Looks whether a name can be given, before anything long is done.
   * @throws TAG_TAKEN
   */
  checkName(reference: string): Promise<void>;
  /** Stores an image. All or nothing: where it rejects, nothing that was not there before is left. */
  store(content: ImageContent): Promise<Candidate>;
  /** Takes a name away from what was made from the same subject, with the image where it has no other name. */
  withdraw(reference: string): Promise<void>;
  /** From here on no more is handed over than is taken at once: where it is broken off, nothing goes on by itself. */
  holdUploads(): void;
}
