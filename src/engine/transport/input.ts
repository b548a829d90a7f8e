import { type IncomingMessage, request } from 'node:http';
import type { Duplex } from 'node:stream';
import { asSkinnywhaleError, SkinnywhaleError } from '../../model/errors.ts';
import { deadline } from './deadline.ts';
import type { EndpointAgent } from './endpoint-agent.ts';
import { readBody } from './exchange.ts';

/** Where and how a connection for a program's input is opened. */
export interface InputRequest {
  readonly agent: EndpointAgent;
  /** the Host header */
  readonly host: string;
  /** with the API's version and the query */
  readonly path: string;
  readonly signal: AbortSignal | undefined;
  /** how long the engine may take to answer, in milliseconds */
  readonly timeout: number;
}

/** The longest refusal that is read, in bytes. */
const REFUSAL_LIMIT = 64 << 10;

/**
 * Sends `input` to a program and then its end; resolves as soon as the engine takes it, which may be long before the
 * program does.
 *
 * On a connection of its own, which becomes a plain one in both directions ("upgrade"): closing the half of it that we
 * write is what tells the end. Output comes another way, so that a program that ends without reading all of its input
 * loses nothing of what it wrote. Not through docker-modem, which announces a chunked body there: engines take what
 * follows the request's head for input.
 * @throws ENGINE where the engine refuses or goes away; the reason of `signal`
 */
export async function sendInput(input: Buffer, options: InputRequest): Promise<Disposable> {
  const { agent, host, path, signal, timeout } = options;
  using limit = deadline(signal, timeout, () => late(timeout));
  const head = { Host: host, 'User-Agent': 'skinnywhale', Connection: 'Upgrade', Upgrade: 'tcp', 'Content-Length': 0 };
  try {
    const connection = await new Promise<Duplex>((resolve, reject) => {
      request({ agent, path, method: 'POST', headers: head, signal: limit.signal })
        .once('upgrade', (_response, socket) => resolve(socket))
        .once('response', (response) => void refusal(response).then(reject, reject))
        .on('error', reject)
        .end();
    });
    // a program need not read its input: what is left of it when the program ends is no error
    connection.on('error', () => {});
    connection.resume();
    connection.end(input);
    const destroy = (): void => void connection.destroy();
    signal?.addEventListener('abort', destroy, { once: true });
    connection.once('close', () => signal?.removeEventListener('abort', destroy));
    return { [Symbol.dispose]: destroy };
  } catch (error) {
    if (limit.signal.aborted || error instanceof SkinnywhaleError) throw asSkinnywhaleError(error, limit.signal);
    throw new SkinnywhaleError('ENGINE', `the engine does not take a program's input: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

async function refusal(response: IncomingMessage): Promise<SkinnywhaleError> {
  const text = (await readBody(response, REFUSAL_LIMIT)).toString('utf8').trim();
  return new SkinnywhaleError('ENGINE', `the engine refused a program's input (${response.statusCode}): ${text}`);
}

function late(timeout: number): SkinnywhaleError {
  return new SkinnywhaleError('ENGINE', `the engine did not take a program's input within ${timeout / 1000} s`);
}
