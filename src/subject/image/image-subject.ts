import type { Engine, ImageInfo } from '../../engine/client.ts';
import { SkinnywhaleError } from '../../model/errors.ts';
import { defaultImageReference, repositoryOf } from '../../model/image-reference.ts';
import { LABEL } from '../../model/labels.ts';
import { readImageOverlay } from '../access/overlay/read-overlay.ts';
import { checkSpace } from '../access/space.ts';
import type { Snapshot } from '../snapshot.ts';
import type { Base, ReadRequest, Subject, Unchanged } from '../subject.ts';
import { readSavedImage } from './read-saved-image.ts';

export interface ImageSubjectOptions {
  readonly engine: Engine;
  readonly image: ImageInfo;
  /** as the caller named it, or a name that it has; undefined: by its id alone */
  readonly reference: string | undefined;
  readonly base: Base;
}

/** An image that an engine has as what is slimmed. It is itself what can be run to see what it does, and stays. */
export function imageSubject(options: ImageSubjectOptions): Subject {
  const { engine, image, reference, base } = options;
  const { client } = engine;
  const repository = reference === undefined ? undefined : repositoryOf(reference);
  return {
    origin: {
      kind: 'image',
      location: { kind: 'engine', endpoint: client.endpoint },
      id: image.id,
      reference,
    },
    base,
    config: {
      platform: image.platform,
      ...(image.author === undefined ? {} : { author: image.author }),
      created: image.created,
      run: image.config,
    },
    defaultReference: defaultImageReference(reference, image.id),
    identity: {
      labels: { [LABEL.image]: image.id, ...(repository !== undefined && { [LABEL.repository]: repository }) },
      text: repository === undefined ? 'this image' : `an image ${repository}`,
    },
    size: image.size,
    mounts: [],
    read: (request) => read(options, request),
    runnable: async () => ({ client, image: image.id, [Symbol.asyncDispose]: async () => {} }),
    [Symbol.asyncDispose]: async () => {},
  };
}

async function read(options: ImageSubjectOptions, request: ReadRequest): Promise<Snapshot | Unchanged> {
  const { engine, image, base } = options;
  const { access, directory, onEvent } = request;
  if (image.layers.length === 0) return { unchanged: 'it has no layers' };
  if (access !== 'engine') {
    const local = await readImageOverlay({ engine, image, above: image.layers.length - base.layers });
    if (!('reason' in local)) return local;
    if (access === 'local') {
      throw new SkinnywhaleError('USAGE', `the image can't be read in the engine's folders: ${local.reason}`, {
        hint: 'Without --source local it is read through the engine.',
      });
    }
    onEvent({ type: 'debug', message: `the image is read through the engine: ${local.reason}` });
  }
  await checkSpace(directory, image.size);
  return await readSavedImage({ engine, image, base, directory, onEvent });
}
