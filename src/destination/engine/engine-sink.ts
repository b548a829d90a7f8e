import type { Digest } from '../../model/digest.ts';
import type { ImageContent } from '../destination.ts';

/** An image that an engine has, without a tag. */
export interface UnnamedImage {
  readonly id: Digest;
  readonly layer: Digest;
}

/** A way to give an image to an engine. */
export interface EngineSink {
  /** Stores the image without a tag; where it fails, everything else that it made is gone. */
  store(content: ImageContent): Promise<UnnamedImage>;
}
