import { capabilitiesOf } from '../../engine/capabilities.ts';
import type { ContainerInfo, Engine, ImageInfo } from '../../engine/client.ts';
import { holdImage, useImage } from '../../engine/held-image.ts';
import { SkinnywhaleError } from '../../model/errors.ts';
import { defaultReference } from '../../model/image-reference.ts';
import { LABEL } from '../../model/labels.ts';
import { ownCommand } from '../../programs/container-command.ts';
import { locateLayers } from '../access/overlay/locate.ts';
import { type NotHere, readOverlay } from '../access/overlay/read-overlay.ts';
import { checkSpace } from '../access/space.ts';
import type { Snapshot } from '../snapshot.ts';
import type { Base, ReadRequest, Runnable, Subject, Unchanged } from '../subject.ts';
import { readContainer } from './engine-source.ts';
import { rememberState } from './one-moment.ts';
import { type Paused, pauseContainer } from './pause.ts';

export interface ContainerSubjectOptions {
  readonly engine: Engine;
  readonly container: ContainerInfo;
  /** the container's */
  readonly image: ImageInfo;
  /** another one than its image */
  readonly base?: Base | undefined;
  /** as the caller named it */
  readonly name: string;
  /** whose configuration counts: the image's, or the container's as `docker commit` takes it */
  readonly config: 'image' | 'container';
  readonly standsFor?: (() => Promise<Subject>) | undefined;
}

/**
 * A container as what is slimmed. Its image's configuration is the usual one: its own is often an installer's shell, with
 * secrets in its environment.
 */
export function containerSubject(options: ContainerSubjectOptions): Subject {
  const { engine, container, image, base = ownImage(image) } = options;
  const { client } = engine;
  return {
    origin: {
      kind: 'container',
      endpoint: client.endpoint,
      id: container.id,
      name: container.name,
      running: container.running,
      paused: container.paused,
    },
    base,
    config: {
      platform: image.platform,
      ...(image.author === undefined ? {} : { author: image.author }),
      created: image.created,
      run: options.config === 'container' ? container.config : image.config,
    },
    ranAs: ownCommand(container.config, image.config),
    environment: (container.config.Env ?? []).filter((text) => image.config.Env?.includes(text) !== true),
    defaultReference: defaultReference(options.name),
    identity: { labels: { [LABEL.container]: container.id }, text: 'this container' },
    size: image.size,
    mounts: container.mountTargets,
    read: (request) => read(options, request),
    ...(options.standsFor !== undefined && { standsFor: options.standsFor }),
    runnable: () => commitState(options),
    [Symbol.asyncDispose]: async () => {},
  };
}

function ownImage({ id, tags, layers }: ImageInfo): Base {
  return { evidence: 'container', id, name: tags[0], layers: layers.length };
}

async function read(options: ContainerSubjectOptions, request: ReadRequest): Promise<Snapshot | Unchanged> {
  const { client, info } = options.engine;
  const { listsWhileExporting } = capabilitiesOf(info);
  const { access, directory, pause, feed, onEvent } = request;
  const { container, image, base } = options;
  if (access !== 'engine') {
    const local = await readLocally(options, request);
    if (!('reason' in local)) return local;
    if (access === 'local') {
      throw new SkinnywhaleError('USAGE', `the container can't be read in the engine's folders: ${local.reason}`, {
        hint: 'Without --source local it is read through the engine.',
      });
    }
    onEvent({ type: 'debug', message: `the container is read through the engine: ${local.reason}` });
  }
  // What the container has changed comes on top of its image, and may all have to be set aside.
  const changed = await client.changedBytes(container.id).catch(() => 0);
  await checkSpace(directory, image.size + changed);
  return await readContainer({
    client,
    container,
    base: base?.id,
    pause,
    listsWhileExporting,
    directory,
    feed,
    onEvent,
  });
}

/** A container that runs is paused until the snapshot is disposed of: its files are read all the while. */
async function readLocally(
  { engine, container, image, base }: ContainerSubjectOptions,
  { pause, takesLong, onEvent }: ReadRequest,
): Promise<Snapshot | Unchanged | NotHere> {
  const pauses = pause && container.running && !container.paused;
  if (pauses && takesLong) return { reason: 'the container runs, and would be paused while the checks are run' };
  const above = base === undefined ? 0 : image.layers.length - base.layers;
  if (!pauses) {
    const confirm = await rememberState(engine.client, container.id);
    const read = await readOverlay({ engine, container, above });
    return 'tree' in read ? { ...read, confirm } : read;
  }
  const still = { ...container, paused: true };
  const located = await locateLayers({ endpoint: engine.client.endpoint, engine: engine.info, container: still });
  if ('reason' in located) return located;
  const paused = await pauseContainer(engine.client, container, onEvent);
  try {
    const confirm = await rememberState(engine.client, container.id);
    const read = await readOverlay({ engine, container: still, above });
    if ('tree' in read) return untilDisposed({ ...read, confirm }, paused);
    await paused[Symbol.asyncDispose]();
    return read;
  } catch (error) {
    await paused[Symbol.asyncDispose]().catch(() => {});
    throw error;
  }
}

function untilDisposed(snapshot: Snapshot, paused: Paused): Snapshot {
  return {
    ...snapshot,
    [Symbol.asyncDispose]: async () => {
      try {
        await snapshot[Symbol.asyncDispose]();
      } finally {
        await paused[Symbol.asyncDispose]();
      }
    },
  };
}

/** An image of the container's state, which is removed in the end. */
async function commitState({ engine, container, image: ownImage }: ContainerSubjectOptions): Promise<Runnable> {
  const { client } = engine;
  const image = await client.commitContainer(container.id);
  const held = await holdImage(client, image);
  const used = await useImage(client, image).catch(async (error: unknown) => {
    await held[Symbol.asyncDispose]();
    throw error;
  });
  return {
    client,
    image,
    ranAs: { container, image: ownImage.config },
    [Symbol.asyncDispose]: async () => {
      // An image that a container is made from can't be removed.
      try {
        await used[Symbol.asyncDispose]();
      } finally {
        await held[Symbol.asyncDispose]();
      }
    },
  };
}
