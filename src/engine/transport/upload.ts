import { finished, type Readable } from 'node:stream';
import { asSkinnywhaleError, SkinnywhaleError } from '../../model/errors.ts';
import { type EngineRequest, type Modem, openAccepted } from './exchange.ts';
import { type ProgressMessage, progressMessages } from './ndjson.ts';

/**
 * Sends `source` as the body of a request and hands each message of the engine's answer to `onMessage`, which may throw.
 *
 * Whichever side fails, the other one is ended as well and the first cause is what is thrown: the reason of `signal`, the
 * source's error, the engine's message. docker-modem alone waits for ever for a source that was destroyed without an
 * error, and leaves the source open when the engine refuses.
 * @throws ENGINE where the engine refuses, reports an error or goes away; FAILED where the source ends before its end
 */
export async function upload(
  modem: Modem,
  request: EngineRequest & { readonly upload: Readable },
  signal: AbortSignal | undefined,
  onMessage: (message: ProgressMessage) => void,
): Promise<void> {
  const source = request.upload;
  const stop = new AbortController();
  const interrupt = (): void => stop.abort(asSkinnywhaleError(signal?.reason, signal));
  if (signal?.aborted) interrupt();
  signal?.addEventListener('abort', interrupt, { once: true });
  // its listeners stay, so that destroying the source below is no uncaught error
  finished(source, { writable: false }, (error) => {
    if (error) stop.abort(sourceError(error));
  });
  try {
    const response = await openAccepted(modem, request, [200], stop.signal);
    for await (const message of progressMessages(response)) onMessage(message);
    // an engine may stop reading at the archive's end marker; what wrote the rest of it must not wait for ever
    source.unpipe().resume();
  } catch (error) {
    const cause = asSkinnywhaleError(error, stop.signal);
    source.destroy(cause);
    throw cause;
  } finally {
    // an engine that answers before it has read everything, and reads no more, would keep the connection open
    stop.abort(new SkinnywhaleError('ENGINE', 'the engine has answered'));
    signal?.removeEventListener('abort', interrupt);
  }
}

function sourceError(error: NodeJS.ErrnoException): SkinnywhaleError {
  if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') return asSkinnywhaleError(error);
  return new SkinnywhaleError('FAILED', 'what was being sent to the engine ended before its end', { cause: error });
}
