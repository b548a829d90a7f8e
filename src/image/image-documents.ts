import { completeName } from '../model/complete-name.ts';
import { type Digest, digestFromHex } from '../model/digest.ts';
import { sha256 } from './config-document.ts';
import type { ConfigFile } from './config-file.ts';
import { blobName, MEDIA_TYPE } from './manifest.ts';

/** The documents of an image of one uncompressed layer: what an OCI layout needs, and what `docker load` reads. */
export interface ImageDocuments {
  /** the manifest's own name and bytes */
  readonly manifest: { readonly digest: Digest; readonly bytes: Buffer };
  /** `index.json` */
  readonly index: Buffer;
  /** `manifest.json` */
  readonly archiveManifest: Buffer;
}

/** `oci-layout` (OCI image-spec image-layout.md) */
export const LAYOUT_FILE = Buffer.from('{"imageLayoutVersion":"1.0.0"}');

/** A name as long as any blob's. */
export const ANY_BLOB_NAME = blobName(digestFromHex('0'.repeat(64)));

/** @param layer an uncompressed one, so that its digest is its diff id. @param size its bytes. @param reference `app:1.0` */
export function imageDocuments(
  config: ConfigFile,
  layer: { readonly digest: Digest; readonly size: number },
  reference: string,
): ImageDocuments {
  const manifest = json({
    schemaVersion: 2,
    mediaType: MEDIA_TYPE.manifest,
    config: { mediaType: MEDIA_TYPE.config, digest: config.imageId, size: config.bytes.length },
    layers: [{ mediaType: MEDIA_TYPE.layer, digest: layer.digest, size: layer.size }],
  });
  const digest = sha256(manifest);
  const name = completeName(reference);
  const annotations = name && {
    'io.containerd.image.name': `${name.repository}:${name.tag}`,
    'org.opencontainers.image.ref.name': name.tag,
  };
  return {
    manifest: { digest, bytes: manifest },
    index: json({
      schemaVersion: 2,
      mediaType: MEDIA_TYPE.index,
      manifests: [{ mediaType: MEDIA_TYPE.manifest, digest, size: manifest.length, annotations }],
    }),
    archiveManifest: json([
      { Config: blobName(config.imageId), RepoTags: [reference], Layers: [blobName(layer.digest)] },
    ]),
  };
}

function json(document: unknown): Buffer {
  return Buffer.from(JSON.stringify(document));
}
