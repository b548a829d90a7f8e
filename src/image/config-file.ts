import { createHash } from 'node:crypto';
import { type Digest, digestFromHex } from '../model/digest.ts';
import type { ImageConfig } from '../model/image-config.ts';

/** A config file of an image, and the image's id, which is its digest. */
export interface ConfigFile {
  readonly bytes: Buffer;
  readonly imageId: Digest;
}

/**
 * The config file of an image with one layer (OCI image-spec config.md, with Docker's own fields). The same input gives
 * the same bytes, and so the same image id.
 */
export function configFile(config: ImageConfig, layer: Digest, createdBy: string): ConfigFile {
  const { platform, author, created, run } = config;
  const document = {
    architecture: platform.architecture,
    ...(platform.variant === undefined ? {} : { variant: platform.variant }),
    os: platform.os,
    ...(platform.osVersion === undefined ? {} : { 'os.version': platform.osVersion }),
    ...(author === undefined ? {} : { author }),
    created,
    config: sorted(run),
    history: [{ created, created_by: createdBy }],
    rootfs: { type: 'layers', diff_ids: [layer] },
  };
  const bytes = Buffer.from(JSON.stringify(document));
  return { bytes, imageId: digestFromHex(createHash('sha256').update(bytes).digest('hex')) };
}

/** Keys in one order at every level, independent of the engine's order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, one]) => one !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, one]) => [key, sorted(one)]));
}
