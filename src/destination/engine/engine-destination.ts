import { isMissing } from '../../engine/api/refusals.ts';
import { capabilitiesOf } from '../../engine/capabilities.ts';
import type { DockerClient, Engine, ImageInfo } from '../../engine/client.ts';
import { type HeldImage, holdImage, removedMeanwhile, temporaryName } from '../../engine/held-image.ts';
import { EngineRefusal } from '../../engine/transport/exchange.ts';
import type { Digest } from '../../model/digest.ts';
import { SkinnywhaleError } from '../../model/errors.ts';
import type { Identity } from '../../subject/subject.ts';
import type { Candidate, Destination, ImageContent } from '../destination.ts';
import type { EngineSink, UnnamedImage } from './engine-sink.ts';
import { layerFirstSink } from './layer-first.ts';
import { removeUnanswered } from './remove-image.ts';
import { archiveSink } from './whole-archive.ts';

export interface EngineDestinationOptions {
  readonly engine: Engine;
  /** how the layer is to be sent */
  readonly way: 'auto' | Destination['way'];
  /** what an image may be made from that loses its name */
  readonly identity: Identity;
  /** take a name whoever has it */
  readonly force: boolean;
  /** no name is given after it was aborted */
  readonly signal: AbortSignal;
}

/** An engine as the place where the result goes. @throws USAGE where the engine can't do what is asked for */
export function engineDestination(options: EngineDestinationOptions): Destination {
  const { client } = options.engine;
  const way = chooseWay(options);
  const sink = (): EngineSink =>
    way === 'load' ? archiveSink(client) : layerFirstSink(client, temporaryName('carrier'));
  return {
    way,
    checkName: (reference) => checkName(reference, options),
    store: (content) => store(content, sink(), options),
    async withdraw(reference) {
      const holder = await client.inspectImage(reference);
      if (holder !== undefined && isOfSame(holder, options)) await client.removeImage(reference);
    },
    holdUploads: () => client.holdUploads(),
  };
}

function chooseWay({ engine, way }: EngineDestinationOptions): Destination['way'] {
  const { kind, layerFirst } = capabilitiesOf(engine.info);
  const needsArchive = !layerFirst;
  if (needsArchive && way === 'import') {
    throw new SkinnywhaleError('USAGE', `${kind} cannot import a layer separately, so --sink import is unavailable`, {
      hint: 'Leave --sink out, or say --sink load.',
    });
  }
  return needsArchive || way === 'load' ? 'load' : 'import';
}

/** @throws TAG_TAKEN where a name belongs to an image which was not made from the same subject */
async function checkName(reference: string, options: EngineDestinationOptions): Promise<void> {
  const holder = await options.engine.client.inspectImage(reference);
  if (holder === undefined || options.force || isOfSame(holder, options)) return;
  throw new SkinnywhaleError(
    'TAG_TAKEN',
    `there is an image ${reference} already, and it was not made from ${options.identity.text}`,
    { hint: 'Give another name with --tag, or overwrite it with --force.' },
  );
}

function isOfSame({ config }: ImageInfo, { identity }: EngineDestinationOptions): boolean {
  return Object.entries(identity.labels).some(([label, value]) => config.Labels?.[label] === value);
}

/** Stores the image, and checks what the engine made of it. */
async function store(content: ImageContent, sink: EngineSink, options: EngineDestinationOptions): Promise<Candidate> {
  const { client } = options.engine;
  const { stored, isNew } = await send(content, sink, options);
  const held = isNew ? await hold(client, stored.id) : undefined;
  try {
    const info = await client.inspectImage(stored.id);
    if (info?.layers.length !== 1 || info.layers[0] !== stored.layer) throw notAsSent();
    return candidate(stored, held, options);
  } catch (error) {
    await held?.[Symbol.asyncDispose]();
    throw error;
  }
}

/** Stores the image, and tells whether the engine had it before: ids are the engine's own, and so known only afterwards. */
async function send(
  content: ImageContent,
  sink: EngineSink,
  { engine: { client }, identity }: EngineDestinationOptions,
): Promise<{ readonly stored: UnnamedImage; readonly isNew: boolean }> {
  const labels = Object.entries(identity.labels).map(([name, value]) => `${name}=${value}`);
  let before: ReadonlySet<Digest> = new Set();
  let sent: Digest | undefined;
  const configFor: ImageContent['configFor'] = async (layer) => {
    const config = await content.configFor(layer);
    before = await client.imageIds(labels);
    sent = layer;
    return config;
  };
  try {
    const stored = await sink.store({ ...content, configFor });
    return { stored, isNew: !before.has(stored.id) };
  } catch (error) {
    if (sent !== undefined) await removeUnanswered(client, { labels, layer: sent, before });
    throw error;
  }
}

async function hold(client: DockerClient, id: Digest): Promise<HeldImage> {
  try {
    return await holdImage(client, id);
  } catch (error) {
    throw error instanceof EngineRefusal && isMissing(error) ? notAsSent(error) : error;
  }
}

function notAsSent(cause?: unknown): SkinnywhaleError {
  return new SkinnywhaleError('ENGINE', 'the engine took the image, but does not show it as it was sent', {
    hint: 'Nothing was tagged. The log of the engine may say why.',
    cause,
  });
}

/** @param held undefined for an image that was there before, which stays as it was */
function candidate(
  { id, layer }: UnnamedImage,
  held: HeldImage | undefined,
  options: EngineDestinationOptions,
): Candidate {
  const { client } = options.engine;
  const layers: readonly Digest[] = [layer];
  return {
    id,
    layers,
    async commit(reference) {
      await checkName(reference, options);
      options.signal.throwIfAborted();
      await client.tagImage(id, reference).catch((error: unknown) => {
        throw error instanceof EngineRefusal && isMissing(error) ? removedMeanwhile(error) : error;
      });
      await held?.[Symbol.asyncDispose]();
      return { id, layers };
    },
    async [Symbol.asyncDispose]() {
      await held?.[Symbol.asyncDispose]();
    },
  };
}
