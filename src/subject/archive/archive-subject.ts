import { statSync } from 'node:fs';
import { FileSource } from '../../filesystem/file-source.ts';
import { ArchiveMembers } from '../../image/archive-members.ts';
import { chooseImage } from '../../image/choose-image.ts';
import { type ListedImage, listImages, type StoredImage } from '../../image/image-archive.ts';
import { whereRead } from '../../image/image-files.ts';
import { SkinnywhaleError } from '../../model/errors.ts';
import { defaultImageReference, repositoryOf } from '../../model/image-reference.ts';
import { LABEL } from '../../model/labels.ts';
import { readLayerSnapshot } from '../access/layer-stack/layer-snapshot.ts';
import { findBase } from '../base/find-base.ts';
import type { BuiltImage } from '../base/image-here.ts';
import type { Base, ReadRequest, Subject } from '../subject.ts';

export interface ArchiveSubjectOptions {
  /** what `docker save` has written */
  readonly file: string;
  /** which image of it: a reference, or `@` and its number; undefined where there is but one */
  readonly reference?: string | undefined;
  /** an image of the same archive that it was built on, or `none` */
  readonly base?: string | undefined;
  readonly signal: AbortSignal;
}

/**
 * An image in an archive as what is slimmed. No engine is asked for anything, and the archive stays open until the subject is
 * disposed of.
 * @throws USAGE where there is no such file, or no such image in it; BAD_ARCHIVE where it is no archive of images
 */
export async function openArchiveSubject(options: ArchiveSubjectOptions): Promise<Subject> {
  const { file } = options;
  const source = openFile(file);
  try {
    const { image, base } = await whereRead(file, () => {
      const images = listImages(new ArchiveMembers(source));
      const chosen = chooseImage(images, options.reference, file);
      const image = chosen.open();
      return { image, base: findBase(asBuilt(image), others(images, chosen), options.base) };
    });
    return archiveSubject(options, image, base, source);
  } catch (error) {
    source[Symbol.dispose]();
    throw error;
  }
}

function archiveSubject(options: ArchiveSubjectOptions, image: StoredImage, base: Base, source: FileSource): Subject {
  const { file, signal } = options;
  const { document, layers } = image;
  const wanted = options.reference?.startsWith('@') === true ? undefined : options.reference;
  const reference = wanted ?? image.references[0];
  const repository = reference === undefined ? undefined : repositoryOf(reference);
  return {
    origin: { kind: 'image', location: { kind: 'docker-archive', file }, id: document.id, reference },
    base,
    config: document.config,
    defaultReference: defaultImageReference(reference, document.id),
    identity: {
      labels: { [LABEL.image]: document.id, ...(repository !== undefined && { [LABEL.repository]: repository }) },
      text: repository === undefined ? 'this image' : `an image ${repository}`,
    },
    size: layers.reduce((sum, { bytes }) => sum + bytes.size, 0),
    mounts: [],
    read: ({ directory, onEvent }: ReadRequest) =>
      whereRead(file, () =>
        readLayerSnapshot({
          layers,
          base,
          directory,
          signal,
          source: 'archive',
          transferredBytes: 0,
          onProgress: (bytes) => onEvent({ type: 'progress', phase: 'export', bytes }),
        }),
      ),
    [Symbol.asyncDispose]: async () => source[Symbol.dispose](),
  };
}

/** @throws USAGE */
function openFile(file: string): FileSource {
  const problem = (why: string, hint: string, cause?: unknown): SkinnywhaleError =>
    new SkinnywhaleError('USAGE', `${file} can't be read: ${why}`, { hint, ...(cause !== undefined && { cause }) });
  try {
    if (!statSync(file).isFile()) {
      throw problem('it is not a file', 'Give the archive that `docker save -o FILE IMAGE` has written.');
    }
    return new FileSource(file);
  } catch (error) {
    if (error instanceof SkinnywhaleError) throw error;
    throw problem((error as Error).message, 'Give the archive that `docker save -o FILE IMAGE` has written.', error);
  }
}

/** The other images of the archive, as far as they are whole: the base may be among them. */
function others(images: readonly ListedImage[], chosen: ListedImage): BuiltImage[] {
  return images.flatMap((image) => {
    if (image === chosen) return [];
    try {
      return asBuilt(image.open());
    } catch (error) {
      if (error instanceof SkinnywhaleError) return [];
      throw error;
    }
  });
}

function asBuilt({ references, document: { id, config, history, diffIds } }: StoredImage): BuiltImage {
  return { id, tags: references, digests: [], layers: diffIds, created: config.created, config: config.run, history };
}
