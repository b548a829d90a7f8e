import { SkinnywhaleError } from '../model/errors.ts';
import { LayerChannel } from './layer-channel.ts';

/**
 * A layer on its way, which is still being written while it is read at the other end. Both sides may fail, also at once;
 * what everyone gets to see is the cause that came first.
 */
export class Transfer<Stored extends AsyncDisposable> {
  readonly #channel = new LayerChannel();
  readonly #store: (layer: AsyncIterable<Buffer>) => Promise<Stored>;
  #stored: Promise<Stored> | undefined;
  #sending: Promise<void> = Promise.resolve();
  #cause: { readonly error: unknown } | undefined;

  /** @param store reads the layer, and gives what was made of it; called when there is something to send */
  constructor(store: (layer: AsyncIterable<Buffer>) => Promise<Stored>) {
    this.#store = store;
  }

  /** Takes a piece of the layer, to which nobody may write again. */
  write(piece: Buffer): void {
    this.#channel.write(piece);
    this.#begin();
  }

  /** Resolves when there is room for more. @throws the first cause, where nothing more will be read */
  async ready(): Promise<void> {
    if (!(await this.#channel.hasRoom())) throw await this.#whyOver();
  }

  /** Sends pieces of the layer, one after the other. `finish` reports what goes wrong. */
  send(pieces: Iterable<Buffer>): void {
    const before = this.#sending;
    this.#sending = (async () => {
      await before;
      if (this.#cause !== undefined) return;
      try {
        for (const piece of pieces) {
          this.write(piece);
          await this.ready();
        }
      } catch (error) {
        this.#break(error);
      }
    })();
  }

  /** Sends the rest of the layer and waits for what is made of it. @throws the first cause */
  async finish(rest: Iterable<Buffer>): Promise<Stored> {
    this.send(rest);
    await this.#sending;
    this.#throwCause();
    this.#channel.end();
    const stored = await this.#begin();
    this.#throwCause();
    return stored;
  }

  /**
   * Breaks it off, waits until nothing of it goes on, and disposes of what was made, if anything was. Gives the cause that
   * came first: `error`, or another one.
   */
  async abandon(error: unknown): Promise<unknown> {
    const first = this.#cause === undefined && this.#channel.isAbandoned ? await this.#whyOver() : error;
    this.#break(first);
    await this.#sending;
    const [outcome] = await Promise.allSettled([this.#stored]);
    if (outcome.status === 'fulfilled') await outcome.value?.[Symbol.asyncDispose]();
    return this.#cause?.error;
  }

  #begin(): Promise<Stored> {
    if (this.#stored === undefined) {
      this.#stored = this.#store(this.#channel);
      // It is waited for in `finish` or `abandon`; where it fails before it reads the layer, it must not be waited for by us.
      this.#stored.catch((error: unknown) => {
        this.#break(error);
        this.#channel.abandon();
      });
    }
    return this.#stored;
  }

  /** Takes down what broke it off, the first time. */
  #break(error: unknown): void {
    this.#cause ??= { error };
    this.#channel.fail(this.#cause.error);
  }

  #throwCause(): void {
    if (this.#cause !== undefined) throw this.#cause.error;
  }

  /** The reader goes before it says why, if it does. */
  async #whyOver(): Promise<unknown> {
    if (this.#cause !== undefined) return this.#cause.error;
    const [outcome] = await Promise.allSettled([this.#stored]);
    if (outcome.status === 'rejected') return outcome.reason;
    return new SkinnywhaleError('ENGINE', 'the image was stored before all of its layer was sent');
  }
}
