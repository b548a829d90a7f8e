import type { Digest } from '../model/digest.ts';
import type { Platform } from '../model/image-config.ts';
import { defined, fields, text, textMap, texts } from '../model/json-fields.ts';
import { requiredDigest } from './config-document.ts';
import { badImage } from './image-files.ts';

/** What a manifest says of a blob (OCI image-spec descriptor.md). */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  /** bytes */
  readonly size: number;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly platform?: Platform;
}

/** An image as its parts (OCI image-spec manifest.md, also Docker's schema 2). */
export interface Manifest {
  readonly config: Descriptor;
  /** the lowest first */
  readonly layers: readonly Descriptor[];
}

/** Images, or indexes of them (OCI image-spec image-index.md, also Docker's manifest lists). */
export interface Index {
  readonly manifests: readonly Descriptor[];
}

/** An image of a docker-archive: an element of manifest.json (moby image/tarexport: manifestItem). Names are the members'. */
export interface ArchiveManifest {
  readonly config: string;
  /** `debian:bookworm`, also with a registry */
  readonly references: readonly string[];
  /** the lowest first */
  readonly layers: readonly string[];
}

export const MEDIA_TYPE = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar',
} as const;

/** Media types of what holds images for several platforms. */
const INDEXES: readonly string[] = [MEDIA_TYPE.index, 'application/vnd.docker.distribution.manifest.list.v2+json'];

export function isIndex({ mediaType }: Descriptor): boolean {
  return INDEXES.includes(mediaType);
}

/** Whether a manifest only tells how another image was built (docs.docker.com/build/metadata/attestations). */
export function isAttestation({ annotations, platform }: Descriptor): boolean {
  return annotations?.['vnd.docker.reference.type'] !== undefined || platform?.os === 'unknown';
}

/** Where an OCI layout has a blob. */
export function blobName(digest: Digest): string {
  return `blobs/${digest.replace(':', '/')}`;
}

/** @throws BAD_ARCHIVE */
export function readManifest(document: unknown): Manifest {
  const { config, layers } = fields(document) as { config?: unknown; layers?: unknown };
  if (!Array.isArray(layers)) throw badImage('a manifest has no list of layers');
  return { config: readDescriptor(config), layers: layers.map(readDescriptor) };
}

/** @throws BAD_ARCHIVE */
export function readIndex(document: unknown): Index {
  const { manifests } = fields(document) as { manifests?: unknown };
  if (!Array.isArray(manifests)) throw badImage('an index has no list of manifests');
  return { manifests: manifests.map(readDescriptor) };
}

/** @throws BAD_ARCHIVE */
export function readArchiveManifests(document: unknown): ArchiveManifest[] {
  if (!Array.isArray(document)) throw badImage('manifest.json is no list of images');
  return document.map((item) => {
    const image = fields(item);
    const config = text(image['Config']);
    if (config === undefined) throw badImage('manifest.json names an image without a config');
    const layers: unknown = image['Layers'] ?? [];
    if (!Array.isArray(layers) || !layers.every((layer) => typeof layer === 'string')) {
      throw badImage('manifest.json has an image whose layers are no list of names');
    }
    return { config, references: texts(image['RepoTags']) ?? [], layers };
  });
}

function readDescriptor(document: unknown): Descriptor {
  const descriptor = fields(document);
  const { size } = descriptor as { size?: unknown };
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) throw badImage('a descriptor has no size');
  const platform = fields(descriptor['platform']);
  const architecture = text(platform['architecture']);
  return {
    mediaType: text(descriptor['mediaType']) ?? '',
    digest: requiredDigest(descriptor['digest'], 'a descriptor'),
    size,
    ...defined({
      annotations: textMap(descriptor['annotations']),
      platform:
        architecture === undefined
          ? undefined
          : { os: text(platform['os']) ?? '', architecture, ...defined({ variant: text(platform['variant']) }) },
    }),
  };
}
