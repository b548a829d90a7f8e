import { LayerChannel } from './layer-channel.ts';

/** An image on its way to the engine, whose layer is still being written. */
export class Transfer<Stored> {
  readonly #channel = new LayerChannel();
  readonly #publish: (layer: AsyncIterable<Buffer>) => Promise<Stored>;
  #publication: Promise<Stored> | undefined;
  #sending: Promise<void> | undefined;

  /** @param publish sends the layer and gives the image its name; called when there is something to send */
  constructor(publish: (layer: AsyncIterable<Buffer>) => Promise<Stored>) {
    this.#publish = publish;
  }

  /** Takes a piece of the layer, to which nobody may write again. */
  write(piece: Buffer): void {
    this.#channel.write(piece);
    if (this.#publication !== undefined) return;
    this.#publication = this.#publish(this.#channel);
    // It is waited for in `finish` or `abandon`; one that fails before it reads the layer must not be waited for by us.
    this.#publication.catch(() => this.#channel.abandon());
  }

  /** Resolves when there is room for more. @throws Error where nothing will be sent; `abandon` tells why */
  ready(): Promise<void> {
    return this.#channel.ready();
  }

  /** Sends pieces of the layer, one after the other. What goes wrong is told by `finish`. */
  send(pieces: Iterable<Buffer>): void {
    const before = this.#sending;
    this.#sending = (async () => {
      await before;
      for (const piece of pieces) {
        this.write(piece);
        await this.ready();
      }
    })();
    this.#sending.catch(() => {});
  }

  /** Sends the rest of the layer and waits for the image. */
  async finish(rest: Iterable<Buffer>): Promise<Stored> {
    this.send(rest);
    await this.#sending;
    this.#channel.end();
    this.#publication ??= this.#publish(this.#channel);
    return await this.#publication;
  }

  /** Breaks it off, and waits until nothing is left of it. Gives the error that came first: ours or the engine's. */
  async abandon(error: unknown): Promise<unknown> {
    const isOurs = !this.#channel.isAbandoned;
    this.#channel.fail(error);
    await this.#sending?.catch(() => {});
    const [outcome] = await Promise.allSettled([this.#publication]);
    return isOurs || outcome.status === 'fulfilled' ? error : outcome.reason;
  }
}
