import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { asSkinnywhaleError, SkinnywhaleError } from '../../model/errors.ts';
import { deadline } from '../transport/deadline.ts';
import { type EngineRequest, type Modem, openAccepted, readBody } from '../transport/exchange.ts';
import type { ProgressMessage } from '../transport/ndjson.ts';
import { upload } from '../transport/upload.ts';

/** What all requests of a client have in common. */
export interface RequestSettings {
  /** ends every request except the uninterrupted ones */
  readonly signal: AbortSignal | undefined;
  readonly debug: (message: string) => void;
  /** how long a plain answer may take, in milliseconds */
  readonly plainTimeout: number;
}

export interface PlainOptions {
  /** the statuses that are no error; 200 alone where nothing is said */
  readonly accepted?: readonly number[];
  /** milliseconds */
  readonly timeout?: number;
  /** true: is done although the run was interrupted, because it undoes what the run did, or must not be done by half */
  readonly uninterrupted?: boolean;
}

/** The ways of asking an engine something: for a small answer, for a stream, or with a stream. */
export class EngineRequests {
  readonly signal: AbortSignal | undefined;
  readonly debug: (message: string) => void;
  readonly #modem: Modem;
  readonly #plainTimeout: number;

  constructor(modem: Modem, { signal, debug, plainTimeout }: RequestSettings) {
    this.#modem = modem;
    this.signal = signal;
    this.debug = debug;
    this.#plainTimeout = plainTimeout;
  }

  async json(request: EngineRequest, options: PlainOptions = {}): Promise<unknown> {
    return parse(request, await this.plain(request, options));
  }

  /** A request whose answer is held in memory; all of it has to be there in time. */
  async plain(request: EngineRequest, options: PlainOptions = {}): Promise<Buffer> {
    const { accepted = [200], timeout = this.#plainTimeout, uninterrupted = false } = options;
    this.debug(`${request.method} ${request.path}`);
    const runSignal = uninterrupted ? undefined : this.signal;
    using limit = deadline(runSignal, timeout, () => late(request, timeout));
    try {
      return await readBody(await openAccepted(this.#modem, request, accepted, limit.signal));
    } catch (error) {
      throw asSkinnywhaleError(error, limit.signal);
    }
  }

  /**
   * A request whose answer is a stream: its head has to come within `headTimeout` milliseconds (undefined: whenever it
   * does), its body may take as long as it likes. The signal ends both.
   */
  async stream(request: EngineRequest, headTimeout: number | undefined): Promise<IncomingMessage> {
    const stop = new AbortController();
    const interrupt = (): void => stop.abort(asSkinnywhaleError(this.signal?.reason, this.signal));
    if (this.signal?.aborted) interrupt();
    this.signal?.addEventListener('abort', interrupt, { once: true });
    const release = (): void => this.signal?.removeEventListener('abort', interrupt);
    const giveUp = (): void => stop.abort(late(request, headTimeout ?? 0));
    const timer = headTimeout === undefined ? undefined : setTimeout(giveUp, headTimeout);
    this.debug(`${request.method} ${request.path}`);
    try {
      const response = await openAccepted(this.#modem, request, [200], stop.signal);
      response.once('close', release);
      return response;
    } catch (error) {
      release();
      throw asSkinnywhaleError(error, this.signal);
    } finally {
      clearTimeout(timer);
    }
  }

  /** A request whose answer comes when something has ended, however long that takes. */
  async jsonWhenever(request: EngineRequest): Promise<unknown> {
    return parse(request, await readBody(await this.stream(request, undefined)));
  }

  /** Sends a stream and hands each message of the answer to `onMessage`; see {@link upload}. */
  async upload(
    request: EngineRequest & { readonly upload: Readable },
    onMessage: (message: ProgressMessage) => void,
  ): Promise<void> {
    this.debug(`${request.method} ${request.path}`);
    await upload(this.#modem, request, this.signal, onMessage);
  }

  /**
   * A request that makes something whose id is known from the answer alone: once sent it is waited for in any case,
   * and where the run was interrupted meanwhile `undo` gets the id.
   */
  async make(
    request: EngineRequest,
    options: { readonly timeout?: number; readonly undo: (answer: unknown) => Promise<unknown> },
  ): Promise<unknown> {
    if (this.signal?.aborted) throw asSkinnywhaleError(this.signal.reason, this.signal);
    const { timeout = this.#plainTimeout, undo } = options;
    const answer = await this.json(request, { accepted: [201], timeout, uninterrupted: true });
    if (!this.signal?.aborted) return answer;
    await undo(answer).catch((error: unknown) => this.debug(`it could not be undone: ${error}`));
    throw asSkinnywhaleError(this.signal.reason, this.signal);
  }
}

function parse(request: EngineRequest, body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8')) as unknown;
  } catch (cause) {
    throw new SkinnywhaleError('ENGINE', `the answer to ${request.method} ${request.path} is not JSON`, { cause });
  }
}

function late(request: EngineRequest, timeout: number): SkinnywhaleError {
  const message = `the engine did not answer ${request.method} ${request.path} within ${timeout / 1000} s`;
  return new SkinnywhaleError('ENGINE', message);
}
