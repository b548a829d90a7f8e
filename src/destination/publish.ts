import type { DockerClient } from '../engine/client.ts';
import type { ConfigFile } from '../image/config-file.ts';
import { SkinnywhaleError } from '../model/errors.ts';
import { LABEL } from '../model/labels.ts';
import { removeWhenThere } from './remove-image.ts';
import type { ImageContent, ImageSink, StoredImage } from './sink.ts';

export interface Publication {
  readonly client: DockerClient;
  readonly sink: ImageSink;
  readonly content: ImageContent;
  readonly reference: string;
  readonly containerId: string;
  /** Looks at the image before it gets its name; where it rejects, there is none. */
  readonly accept?: ((image: StoredImage) => Promise<void>) | undefined;
  /** whether an image that `accept` refuses for this reason is to stay */
  readonly leavesRejected?: ((reason: unknown) => boolean) | undefined;
  /** take the name whoever has it */
  readonly force: boolean;
  readonly signal: AbortSignal;
}

/** An image as the engine has it now, under its name. */
export interface PublishedImage extends StoredImage {
  /** bytes, as the engine counts */
  readonly size: number;
}

/**
 * Stores the image, checks what the engine made of it, and only then gives it its name. All or nothing: where anything
 * fails, an image that was not there before is gone again, and the name is what it was.
 * @throws TAG_TAKEN where another image has the name, ENGINE where the engine has something else than was sent
 */
export async function publish(publication: Publication): Promise<PublishedImage> {
  const { client, sink, content, reference, signal } = publication;
  let config: ConfigFile | undefined;
  let isOurs = false;
  const configFor: ImageContent['configFor'] = async (layer) => {
    config = await content.configFor(layer);
    isOurs = (await client.inspectImage(config.imageId)) === undefined;
    return config;
  };
  let stored: StoredImage | undefined;
  try {
    stored = await sink.store({ ...content, configFor });
    const info = await client.inspectImage(stored.imageId);
    if (info === undefined || info.layers.length !== 1 || info.layers[0] !== stored.layer) {
      throw new SkinnywhaleError('ENGINE', 'the engine took the image, but does not show it as it was sent', {
        hint: 'Nothing was tagged. The log of the engine may say why.',
      });
    }
    await publication.accept?.(stored);
    await checkTag(publication);
    signal.throwIfAborted();
    await client.tagImage(stored.imageId, reference);
    return { ...stored, size: info.size };
  } catch (error) {
    const isLeft = publication.leavesRejected?.(error) === true;
    if (isOurs && config !== undefined && !isLeft) await removeWhenThere(client, stored?.imageId ?? config.imageId);
    throw error;
  }
}

/** @throws TAG_TAKEN where a name belongs to an image which was not made from the same container */
export async function checkTag({
  client,
  reference,
  containerId,
  force,
}: Pick<Publication, 'client' | 'reference' | 'containerId' | 'force'>): Promise<void> {
  const holder = await client.inspectImage(reference);
  if (holder === undefined || force || holder.config.Labels?.[LABEL.container] === containerId) return;
  throw new SkinnywhaleError(
    'TAG_TAKEN',
    `there is an image ${reference} already, and it was not made from this container`,
    {
      hint: 'Give another name with --tag, or overwrite it with --force.',
    },
  );
}
