import { randomBytes } from 'node:crypto';
import { keptAnyway } from '../closure/roots/kept-anyway.ts';
import { archiveSink } from '../destination/archive-sink.ts';
import { layerFirstSink } from '../destination/layer-first-sink.ts';
import { type PublishedImage, publish } from '../destination/publish.ts';
import type { ImageSink, StoredImage } from '../destination/sink.ts';
import { configFile } from '../image/config-file.ts';
import { EarlyLayer } from '../layer/early-layer.ts';
import type { EarlyReceiver, UnfinishedSource } from '../layer/feed/early.ts';
import { approximateLength, layerLength, layerStream } from '../layer/layer-stream.ts';
import { Transfer } from '../layer/transfer.ts';
import { SkinnywhaleError } from '../model/errors.ts';
import { packageVersion } from '../model/version.ts';
import type { ResolvedOptions } from '../options.ts';
import type { Plan } from '../plan/plan.ts';
import type { Snapshot } from '../subject/snapshot.ts';
import { dropFailed } from './failed-image.ts';
import { ProofFailure } from './proof-failure.ts';
import type { Subject } from './subject.ts';

export interface DeliverySettings {
  readonly options: ResolvedOptions;
  readonly subject: Subject;
  /** looks at the image before it gets its name */
  readonly accept: ((image: StoredImage) => Promise<void>) | undefined;
}

/** One image on its way to the engine. */
export class Delivery {
  readonly layer: EarlyLayer;
  readonly #settings: DeliverySettings;
  readonly #transfer: Transfer<PublishedImage>;
  /** known only when the layer may be under way already */
  #planned: { readonly plan: Plan; readonly snapshot: Snapshot } | undefined;
  #sentBytes = 0;
  #isOver = false;

  constructor(settings: DeliverySettings) {
    this.#settings = settings;
    this.layer = new EarlyLayer(keptAnyway(settings.options));
    this.#transfer = new Transfer((pieces) => this.#publish(pieces));
  }

  /** How the layer is sent: with all of the image, or before it. */
  get sink(): 'load' | 'import' {
    return sendsArchive(this.#settings.options, this.#settings.subject) ? 'load' : 'import';
  }

  get sentBytes(): number {
    return this.#sentBytes;
  }

  /** Sends what is settled while the container is read. undefined where nothing can be sent yet. */
  get receive(): ((source: UnfinishedSource) => EarlyReceiver) | undefined {
    if (!this.#canBegin) return undefined;
    return (source) => this.layer.receiver(source, this.#transfer);
  }

  /** Sends what is settled while the rest is worked out, where that can be done and has not been done yet. */
  begin(snapshot: Snapshot): void {
    if (!this.#canBegin || this.layer.sent > 0) return;
    this.#transfer.send(snapshot.content.outgoing(this.layer.settled(snapshot)));
  }

  /** Sends the rest of the layer, and gives the image its name. */
  async finish(plan: Plan, snapshot: Snapshot): Promise<PublishedImage> {
    this.#planned = { plan, snapshot };
    // Nothing else is to be done any more, and where this is broken off the engine must not have the end of the layer.
    this.#settings.subject.client.holdUploads();
    const rest = snapshot.content.outgoing(plan.entries.slice(this.layer.sent));
    const published = await this.#transfer.finish(rest);
    if (this.#settings.accept !== undefined) await dropFailed(this.#settings);
    return published;
  }

  /** Breaks it off, and waits until nothing is left of it. Gives the error that came first; once it is over, `error`. */
  async abandon(error: unknown): Promise<unknown> {
    if (this.#isOver) return error;
    this.#isOver = true;
    return await this.#transfer.abandon(error);
  }

  /** An archive of an image begins with the layer's length, which is known only at the end. */
  get #canBegin(): boolean {
    const { options, subject } = this.#settings;
    return !options.dryRun && !sendsArchive(options, subject);
  }

  async #publish(pieces: AsyncIterable<Buffer>): Promise<PublishedImage> {
    const { options, subject, accept } = this.#settings;
    const { client, container, config } = subject;
    let total: number | undefined;
    const onProgress = (bytes: number): void => {
      this.#sentBytes = bytes;
      if (this.#planned !== undefined) total ??= approximateLength(this.#planned.plan);
      options.onEvent({ type: 'progress', phase: 'output', bytes, ...(total !== undefined && { total }) });
    };
    return await publish({
      client,
      sink: chooseSink(options, subject),
      content: {
        openLayer: () => layerStream(pieces, onProgress),
        layerLength: () => {
          if (this.#planned === undefined) throw new Error('the layer has no length before it is planned');
          return layerLength(this.#planned.plan, this.#planned.snapshot.content);
        },
        configFor: async (layer) => configFile(config, layer, `skinnywhale ${packageVersion()} ${container.id}`),
      },
      reference: options.reference,
      containerId: container.id,
      accept,
      leavesRejected: (reason) => reason instanceof ProofFailure && reason.keptAs !== undefined,
      force: options.force,
      signal: options.signal,
    });
  }
}

function chooseSink(options: ResolvedOptions, subject: Subject): ImageSink {
  if (sendsArchive(options, subject)) return archiveSink(subject.client);
  return layerFirstSink(subject.client, `skinnywhale-carrier:${randomBytes(8).toString('hex')}`);
}

/** @throws USAGE where the engine can't do what is asked for */
function sendsArchive({ sink }: ResolvedOptions, { engine }: Subject): boolean {
  if (sink === 'load') return true;
  const isNeeded = engine.containerdStore || engine.podman;
  if (isNeeded && sink === 'import') {
    throw new SkinnywhaleError(
      'USAGE',
      'this engine takes no layer before its image: --sink import does not work here',
      {
        hint: 'Leave --sink out, or say --sink load.',
      },
    );
  }
  return isNeeded;
}
