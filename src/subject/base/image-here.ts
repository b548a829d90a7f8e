import type { HistoryStep } from '../../image/config-document.ts';
import type { Digest } from '../../model/digest.ts';
import type { RunConfig } from '../../model/image-config.ts';

/** An image that lies where the subject does: in the same engine, or in the same archive. */
export interface ImageHere {
  readonly id: Digest;
  /** `debian:bookworm` */
  readonly tags: readonly string[];
  /** `debian@sha256:...`: names by which it came from a registry, or went there */
  readonly digests: readonly string[];
  /** diff ids, the lowest layer first */
  readonly layers: readonly Digest[];
  /** RFC 3339 */
  readonly created: string;
  readonly config: RunConfig;
}

/** An image whose base is looked for. */
export interface BuiltImage extends ImageHere {
  /** the oldest step first; may be empty */
  readonly history: readonly HistoryStep[];
}

/** Whether `below` consists of the lowest layers of `image`, and has fewer. */
export function isBelow(below: Pick<ImageHere, 'layers'>, image: Pick<ImageHere, 'layers'>): boolean {
  const { layers } = below;
  return layers.length > 0 && layers.length < image.layers.length && layers.every((id, at) => id === image.layers[at]);
}
