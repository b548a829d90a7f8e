import { ANY_BLOB_NAME, imageDocuments, LAYOUT_FILE } from '../../image/image-documents.ts';
import { blobName } from '../../image/manifest.ts';
import type { Candidate, Destination, ImageContent } from '../destination.ts';
import { ArchiveFile, checkTarget } from './archive-file.ts';

export interface ArchiveDestinationOptions {
  /** a file that is there already is replaced when the new one is whole */
  readonly file: string;
  /** nothing is put there after it was aborted */
  readonly signal: AbortSignal;
}

/**
 * A file as the place where the result goes, without any engine: an archive in the form that `docker save` has since version
 * 25, which `docker load` of any version reads, and which is an OCI layout, too.
 */
export function archiveDestination(options: ArchiveDestinationOptions): Destination {
  return {
    way: 'load',
    async checkName() {
      await checkTarget(options.file);
    },
    store: (content) => store(content, options),
    async withdraw() {},
    holdUploads() {},
  };
}

async function store(
  { openLayer, layerLength, configFor }: ImageContent,
  { file, signal }: ArchiveDestinationOptions,
): Promise<Candidate> {
  const archive = await ArchiveFile.create(file);
  try {
    const layer = openLayer();
    const size = layerLength();
    await archive.directory('blobs');
    await archive.directory('blobs/sha256');
    await archive.streamed(size, layer.stream, () => blobName(layer.digest()), ANY_BLOB_NAME);
    const digest = layer.digest();
    const config = await configFor(digest);
    await archive.member(blobName(config.imageId), config.bytes);
    const stored = { id: config.imageId, layers: [digest] };
    return {
      ...stored,
      async commit(reference) {
        const documents = imageDocuments(config, { digest, size }, reference);
        await archive.member(blobName(documents.manifest.digest), documents.manifest.bytes);
        await archive.member('index.json', documents.index);
        await archive.member('manifest.json', documents.archiveManifest);
        await archive.member('oci-layout', LAYOUT_FILE);
        signal.throwIfAborted();
        await archive.place();
        return stored;
      },
      [Symbol.asyncDispose]: () => archive[Symbol.asyncDispose](),
    };
  } catch (error) {
    await archive[Symbol.asyncDispose]();
    throw error;
  }
}
