import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { asSkinnywhaleError, SkinnywhaleError } from '../../model/errors.ts';
import { fullDiskHint } from './full-disk.ts';

/** What is used of docker-modem, dockerode's HTTP client. */
export interface Modem {
  dial(
    options: {
      path: string;
      method: string;
      isStream: true;
      statusCodes: Record<number, true>;
      /** send a body although it is `{}` */
      allowEmpty: boolean;
      options: { _query: Record<string, string>; _body: object };
      file?: Readable;
      abortSignal: AbortSignal;
    },
    callback: (error: Error | null, response: unknown) => void,
  ): void;
}

/** One request to the engine. */
export interface EngineRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** made of constants and of names that `names.ts` let pass */
  readonly path: string;
  readonly query?: Record<string, string>;
  /** sent as JSON */
  readonly body?: object;
  /** sent as it is; see `upload.ts` */
  readonly upload?: Readable;
}

/** The engine answered, but not with what was asked for. */
export class EngineRefusal extends SkinnywhaleError {
  /** the HTTP status */
  readonly status: number;
  /** what the engine said */
  readonly reason: string;

  constructor(request: EngineRequest, status: number, reason: string) {
    const message = `the engine refused ${request.method} ${request.path} (${status}): ${reason}`;
    super('ENGINE', message, fullDiskHint(reason));
    this.status = status;
    this.reason = reason;
  }
}

/** The longest error message that is read, and the longest answer that is held in memory (a list of changes), in bytes. */
const REFUSAL_LIMIT = 64 << 10;
const ANSWER_LIMIT = 256 << 20;

/**
 * Every status is handed over by the modem, and every answer as a stream. Its own ways of reading an answer hang for ever
 * when the connection is cut in the middle of it, and do not bound what they hold.
 */
const EVERY_STATUS = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [index + 100, true as const]));

/**
 * Sends a request and resolves with the answer as soon as its head is there, with any status.
 * From then on `signal` ends the answer with its reason, and a cut connection ends it with an ENGINE error. `signal` has to
 * be this request's own: it is listened to for as long as it lives.
 * @throws ENGINE where there is no answer; the reason of `signal`
 */
function open(modem: Modem, request: EngineRequest, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(asSkinnywhaleError(signal.reason, signal));
    // the modem's signal is another one than ours: it would end the answer with an error that hides the reason
    const connection = new AbortController();
    let response: IncomingMessage | undefined;
    const abort = (): void => {
      const reason = asSkinnywhaleError(signal.reason, signal);
      reject(reason);
      response?.destroy(reason);
      connection.abort();
    };
    signal.addEventListener('abort', abort, { once: true });
    modem.dial(
      {
        // docker-modem puts the query after a path that ends in "?", and only there
        path: request.query === undefined ? request.path : `${request.path}?`,
        method: request.method,
        isStream: true,
        statusCodes: EVERY_STATUS,
        allowEmpty: request.body !== undefined,
        options: { _query: { ...request.query }, _body: { ...request.body } },
        ...(request.upload && { file: request.upload }),
        abortSignal: connection.signal,
      },
      (error, result) => {
        if (error !== null) return reject(connectionError(request, error));
        response = result as IncomingMessage;
        explainCuts(response, request);
        return resolve(response);
      },
    );
  });
}

/** {@link open}, for a status that is among `accepted`. @throws EngineRefusal on any other */
export async function openAccepted(
  modem: Modem,
  request: EngineRequest,
  accepted: readonly number[],
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const response = await open(modem, request, signal);
  const status = response.statusCode ?? 0;
  if (accepted.includes(status)) return response;
  throw new EngineRefusal(request, status, await refusalText(response));
}

/** The whole of an answer's body. @throws ENGINE where it is cut short or endless */
export async function readBody(response: IncomingMessage, limit = ANSWER_LIMIT): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > limit) throw new SkinnywhaleError('ENGINE', `the engine's answer is larger than ${limit} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}

/** The engine's message in a refusal. The refusal counts even where its text cannot be read. */
async function refusalText(response: IncomingMessage): Promise<string> {
  const status = response.statusMessage || 'no message';
  let text: string;
  try {
    text = (await readBody(response, REFUSAL_LIMIT)).toString('utf8').trim();
  } catch (error) {
    if (error instanceof SkinnywhaleError && error.code !== 'ENGINE') throw error;
    return status;
  }
  try {
    // Docker: {message}; Podman: {cause, message, response}
    const { message } = JSON.parse(text) as { message?: unknown };
    if (typeof message === 'string' && message !== '') return message.trim();
  } catch {
    // not JSON: a proxy's page, or an old engine
  }
  return text.slice(0, 500) || status;
}

/**
 * node ends an answer whose connection was cut with a bare "aborted", handed to `destroy`. Replaced there, the error is
 * the right one for every reader, without another stream in between.
 */
function explainCuts(response: IncomingMessage, request: EngineRequest): void {
  const destroy = response.destroy;
  response.destroy = (error) => destroy.call(response, error && connectionError(request, error));
}

function connectionError(request: EngineRequest, error: Error): SkinnywhaleError {
  if (error instanceof SkinnywhaleError) return error;
  const code = (error as NodeJS.ErrnoException).code;
  const why =
    code === 'ECONNRESET' || code === 'EPIPE'
      ? 'the engine closed the connection'
      : `the connection failed: ${error.message}`;
  return new SkinnywhaleError('ENGINE', `${why} during ${request.method} ${request.path}`, { cause: error });
}
