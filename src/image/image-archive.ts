import type { ByteSource } from '../elf/byte-source.ts';
import type { Digest } from '../model/digest.ts';
import { parseDigest } from '../model/digest.ts';
import { type ConfigDocument, readConfigDocument, sha256 } from './config-document.ts';
import { badImage, documentBytes, type ImageFiles, parseDocument, shown } from './image-files.ts';
import {
  type ArchiveManifest,
  blobName,
  type Descriptor,
  isAttestation,
  isIndex,
  readArchiveManifests,
  readIndex,
  readManifest,
} from './manifest.ts';

/** A layer as it is stored. */
export interface StoredLayer {
  /** its name in the archive, for messages */
  readonly name: string;
  readonly bytes: ByteSource;
  /** of the bytes as they are stored, where the name says so */
  readonly digest: Digest | undefined;
  /** of the layer uncompressed, as the config says */
  readonly diffId: Digest;
}

/** An image whose config has been read, and whose layers have not. */
export interface StoredImage {
  readonly references: readonly string[];
  readonly document: ConfigDocument;
  /** the lowest first */
  readonly layers: readonly StoredLayer[];
}

/** An image of which only the name has been read. */
export interface ListedImage {
  /** `debian:bookworm`, as the archive has it; of an OCI layout perhaps the tag alone */
  readonly references: readonly string[];
  /** @throws BAD_ARCHIVE where its config is not sound, or a layer is missing */
  open(): StoredImage;
}

/** Indexes inside of indexes are followed so far. */
const DEEPEST = 3;

/**
 * The images of an archive: what `docker save` writes, before version 25 (a folder a layer) and since (an OCI layout with a
 * manifest.json), or an OCI layout alone.
 * @throws BAD_ARCHIVE
 */
export function listImages(files: ImageFiles): readonly ListedImage[] {
  if (files.find('manifest.json') !== undefined) {
    const document = parseDocument(documentBytes(files, 'manifest.json'), 'manifest.json');
    return readArchiveManifests(document).map((manifest) => listedInArchive(files, manifest));
  }
  if (files.find('index.json') === undefined) throw badImage('it has neither a manifest.json nor an index.json');
  const index = readIndex(parseDocument(documentBytes(files, 'index.json'), 'index.json'));
  return listedInLayout(files, index.manifests, 1);
}

function listedInArchive(files: ImageFiles, { config, references, layers }: ArchiveManifest): ListedImage {
  return {
    references,
    open: () =>
      openImage(files, { references, config, layers: layers.map((name) => ({ name, digest: digestIn(name) })) }),
  };
}

function listedInLayout(files: ImageFiles, descriptors: readonly Descriptor[], depth: number): ListedImage[] {
  if (depth > DEEPEST) throw badImage('its indexes lead too deep');
  // Of an image for several platforms, an archive need not have them all.
  const there = descriptors.filter((each) => !isAttestation(each) && files.find(blobName(each.digest)) !== undefined);
  return there.flatMap((descriptor): ListedImage[] => {
    const references = referencesIn(descriptor);
    if (isIndex(descriptor)) {
      const index = readIndex(parseDocument(checkedBytes(files, descriptor), 'an index'));
      const inside = listedInLayout(files, index.manifests, depth + 1);
      return inside.map((image) => ({ ...image, references: [...references, ...image.references] }));
    }
    const open = (): StoredImage => {
      const { config, layers } = readManifest(parseDocument(checkedBytes(files, descriptor), 'a manifest'));
      const named = layers.map(({ digest }) => ({ name: blobName(digest), digest }));
      return openImage(files, { references, config: blobName(config.digest), layers: named });
    };
    return [{ references, open }];
  });
}

/** What containerd and the OCI call an image in an index. */
function referencesIn({ annotations = {} }: Descriptor): string[] {
  const names = [annotations['io.containerd.image.name'], annotations['org.opencontainers.image.ref.name']];
  return names.filter((name) => name !== undefined);
}

function checkedBytes(files: ImageFiles, { digest }: Descriptor): Buffer {
  const bytes = documentBytes(files, blobName(digest));
  if (sha256(bytes) !== digest) throw badImage(`${blobName(digest)} has another digest than its name says`);
  return bytes;
}

interface ImageParts {
  readonly references: readonly string[];
  /** names of files */
  readonly config: string;
  readonly layers: readonly { readonly name: string; readonly digest: Digest | undefined }[];
}

function openImage(files: ImageFiles, { references, config, layers }: ImageParts): StoredImage {
  const bytes = documentBytes(files, config);
  const document = readConfigDocument(bytes);
  const named = /(?:^|[/:])([0-9a-f]{64})(?:\.json)?$/.exec(config)?.[1];
  if (named !== undefined && document.id !== `sha256:${named}`) {
    throw badImage(`${shown(config)} has another digest than its name says`);
  }
  const { diffIds } = document;
  if (diffIds.length !== layers.length) {
    throw badImage(`the config has ${diffIds.length} layers and the manifest ${layers.length}`);
  }
  return {
    references,
    document,
    layers: layers.map(({ name, digest }, index) => {
      const layer = files.find(name);
      if (layer === undefined) throw badImage(`the layer ${shown(name)} is missing`);
      return { name: shown(name), bytes: layer, digest, diffId: diffIds[index] as Digest };
    }),
  };
}

/** A blob's name says what its digest is; the folders of the older form are called by other numbers. */
function digestIn(name: string): Digest | undefined {
  return name.startsWith('blobs/sha256/') ? parseDigest(`sha256:${name.slice('blobs/sha256/'.length)}`) : undefined;
}
