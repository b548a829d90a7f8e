import type { ConfigFile } from '../image/config-file.ts';
import type { LayerStream } from '../layer/layer-stream.ts';
import type { Digest } from '../model/digest.ts';

/** What is to become an image. */
export interface ImageContent {
  /** Opens the layer anew. */
  readonly openLayer: () => LayerStream;
  /** bytes of the whole layer; worked out when it is asked for */
  readonly layerLength: () => number;
  /** The config file, which names the layer's digest. Asked for once, when the layer is on its way and before the image is. */
  readonly configFor: (layer: Digest) => Promise<ConfigFile>;
}

/** An image that the engine has, without a tag. */
export interface StoredImage {
  readonly imageId: Digest;
  readonly layer: Digest;
}

/** A way to give an image to an engine. */
export interface ImageSink {
  /** Stores the image without a tag; where it fails, what it made is gone. */
  store(content: ImageContent): Promise<StoredImage>;
}
