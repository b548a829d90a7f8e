import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** Where in an exchange with the engine something is to happen. */
export interface Moment {
  /** method and path, without the version of the API: `POST /images/create` */
  readonly request: RegExp;
  /** before the request reaches the engine; when so many bytes of its body have; or when so many of the answer's have */
  readonly at: 'start' | { readonly sent: number } | { readonly received: number };
}

export interface TappedEngine extends AsyncDisposable {
  readonly host: string;
  /** method and path of every request, as they came */
  readonly requests: readonly string[];
}

/**
 * The engine at `host` (unix://), through a socket that calls `then` at a moment, once. What is under way waits until
 * `then` has resolved, so that moments are exact and not a matter of luck.
 */
export async function tapEngine(host: string, moment: Moment, then: () => Promise<unknown>): Promise<TappedEngine> {
  const folder = mkdtempSync(join(tmpdir(), 'sw-tap-'));
  const socketPath = join(folder, 'docker.sock');
  const requests: string[] = [];
  let isOver = false;
  const reach = async (): Promise<void> => {
    if (isOver) return;
    isOver = true;
    await then();
  };
  /** Passes a stream on, and stops it at so many bytes until the moment is over. */
  async function* passing(stream: AsyncIterable<Buffer>, limit: number | undefined): AsyncGenerator<Buffer> {
    let passed = 0;
    for await (const chunk of stream) {
      yield chunk;
      passed += chunk.length;
      if (limit !== undefined && passed >= limit) await reach();
    }
  }
  const server = createServer(async (request, response) => {
    const line = `${request.method} ${(request.url ?? '').replace(/^\/v\d+\.\d+/, '')}`;
    requests.push(line);
    const at = moment.request.test(line) ? moment.at : undefined;
    if (at === 'start') await reach();
    const { method, url, headers } = request;
    const onward = httpRequest({ socketPath: host.replace('unix://', ''), method, path: url, headers });
    const counted = typeof at === 'object' ? at : undefined;
    const sent = counted !== undefined && 'sent' in counted ? counted.sent : undefined;
    const received = counted !== undefined && 'received' in counted ? counted.received : undefined;
    // a client that goes away takes its request to the engine along, as it would without us
    response.once('close', () => onward.destroy());
    onward.once('error', () => response.destroy());
    onward.once('response', (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      response.flushHeaders();
      pipeline(answer, (chunks: AsyncIterable<Buffer>) => passing(chunks, received), response).catch(() => {});
    });
    pipeline(request, (chunks: AsyncIterable<Buffer>) => passing(chunks, sent), onward).catch(() => {});
  });
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  return {
    host: `unix://${socketPath}`,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
