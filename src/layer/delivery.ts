import type { ContentStore } from '../filesystem/content-store.ts';
import type { Plan } from '../plan/plan.ts';
import type { OpenFeed } from '../subject/feed.ts';
import type { Snapshot } from '../subject/snapshot.ts';
import { EarlyLayer } from './early-layer.ts';
import { approximateLength, type LayerStream, layerLength, layerStream } from './layer-stream.ts';
import type { IsKept } from './settled.ts';
import { Transfer } from './transfer.ts';

/** A layer that is sent while it is made. */
export interface OutgoingLayer {
  /** Opens the layer, which can be read once. */
  readonly openLayer: () => LayerStream;
  /** bytes of the whole layer; known when it is planned */
  readonly layerLength: () => number;
}

export interface DeliverySettings<Stored> {
  readonly isKept: IsKept;
  /** what is settled is sent before the rest is known: where the layer's length need not be known first */
  readonly isEarly: boolean;
  readonly store: (layer: OutgoingLayer) => Promise<Stored>;
  /** bytes so far, and how many there will be, roughly, once that is known */
  readonly onProgress: (bytes: number, total: number | undefined) => void;
}

/** One layer on its way to where its image is stored: what is settled goes first, the rest when it is planned. */
export class Delivery<Stored extends AsyncDisposable> {
  readonly layer: EarlyLayer;
  readonly #settings: DeliverySettings<Stored>;
  readonly #transfer: Transfer<Stored>;
  /** known only when the layer may be under way already */
  #planned: { readonly plan: Plan; readonly content: ContentStore } | undefined;
  #sentBytes = 0;

  constructor(settings: DeliverySettings<Stored>) {
    this.#settings = settings;
    this.layer = new EarlyLayer(settings.isKept);
    this.#transfer = new Transfer((pieces) => settings.store(this.#outgoing(pieces)));
  }

  get sentBytes(): number {
    return this.#sentBytes;
  }

  /** Sends what is settled while the subject is read; undefined where nothing can be sent yet. */
  get feed(): OpenFeed | undefined {
    if (!this.#settings.isEarly) return undefined;
    return (source) => this.layer.feed(source, this.#transfer);
  }

  /** Sends what is settled while the rest is worked out, where that can be done and has not been done yet. */
  begin(snapshot: Snapshot): void {
    if (!this.#settings.isEarly || this.layer.sent > 0) return;
    this.#transfer.send(snapshot.content.outgoing(this.layer.settled(snapshot)));
  }

  /** Sends the rest of the layer. @throws what broke it off first */
  async finish(plan: Plan, { content }: Snapshot): Promise<Stored> {
    this.#planned = { plan, content };
    return await this.#transfer.finish(content.outgoing(plan.entries.slice(this.layer.sent)));
  }

  /** Does something while the layer may be under way. @throws what went wrong first, there or here, when nothing is left of it */
  async guard<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw await this.#transfer.abandon(error);
    }
  }

  /** Gives up what was made, or is being made, for a reason that is nobody's failure. */
  async abandon(reason: unknown): Promise<void> {
    await this.#transfer.abandon(reason);
  }

  #outgoing(pieces: AsyncIterable<Buffer>): OutgoingLayer {
    let total: number | undefined;
    return {
      openLayer: () =>
        layerStream(pieces, (bytes) => {
          this.#sentBytes = bytes;
          if (this.#planned !== undefined) total ??= approximateLength(this.#planned.plan);
          this.#settings.onProgress(bytes, total);
        }),
      layerLength: () => {
        if (this.#planned === undefined) throw new Error('the layer has no length before it is planned');
        return layerLength(this.#planned.plan, this.#planned.content);
      },
    };
  }
}
