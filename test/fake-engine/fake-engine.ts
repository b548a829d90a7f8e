import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';

/** One request to the fake engine, and the answer that a route gives to it. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** without the API version and the query */
  readonly path: string;
  readonly query: URLSearchParams;
  /** what the `*` of the route's pattern stood for */
  readonly name: string;
  json(status: number, body: unknown): void;
  /** the whole of the request's body */
  body(): Promise<Buffer>;
}

export type Route = (exchange: Exchange) => void | Promise<void>;

/** Routes by method and path, such as `GET /containers/*\/json`; one `*` stands for a name, slashes included. */
export type Routes = Readonly<Record<string, Route>>;

export interface FakeEngine extends AsyncDisposable {
  readonly socketPath: string;
  /** for `--host` */
  readonly host: string;
  /** method and URL of every request so far, as they came */
  readonly requests: readonly string[];
  /** what was sent, to its end, over connections that were made plain ones ("upgraded") */
  readonly inputs: readonly Buffer[];
  /** Resolves when no connection is open any more. A connection that the engine does not read from counts as open. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

/** An engine on a temporary socket that answers by `routes`, the first set that has one for a request, or with 404. */
export async function startFakeEngine(...routes: readonly Routes[]): Promise<FakeEngine> {
  const folder = await mkdtemp(join(tmpdir(), 'fake-engine-'));
  const socketPath = join(folder, 'docker.sock');
  const requests: string[] = [];
  const inputs: Buffer[] = [];
  const upgraded = new Set<Duplex>();
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    // a client that goes away in the middle is what some tests are about
    request.on('error', () => {});
    response.on('error', () => {});
    void answer(routes, request, response);
  });
  server.on('upgrade', (request, socket, head) => {
    requests.push(`upgrade ${request.url}`);
    upgraded.add(socket.on('error', () => {}));
    socket.write('HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n');
    if (head.length > 0) socket.unshift(head);
    buffer(socket).then(
      (input) => inputs.push(input),
      () => {},
    );
  });
  // requests that are left unanswered on purpose must not be ended by the server
  server.requestTimeout = 0;
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(socketPath, resolve));
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    for (const socket of upgraded) socket.destroy();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
    await rm(folder, { recursive: true, force: true });
  };
  return {
    socketPath,
    host: `unix://${socketPath}`,
    requests,
    inputs,
    idle: async () => {
      while ((await openConnections(server)) > 0) await wait(5);
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

function openConnections(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.getConnections((error, count) => (error === null ? resolve(count) : reject(error)));
  });
}

async function answer(sets: readonly Routes[], request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://engine');
  const path = decodeURIComponent(url.pathname.replace(/^\/v\d+\.\d+(?=\/)/, ''));
  const found = findRoute(sets, `${request.method} ${path}`);
  const json = (status: number, body: unknown): void => {
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
  };
  if (found === undefined) return json(404, { message: 'page not found' });
  const body = (): Promise<Buffer> => buffer(request);
  try {
    await found.route({ request, response, path, query: url.searchParams, name: found.name, json, body });
  } catch (error) {
    if (response.headersSent) response.destroy();
    else json(500, { message: `fake engine: ${error}` });
  }
}

function findRoute(sets: readonly Routes[], target: string): { route: Route; name: string } | undefined {
  for (const routes of sets) {
    for (const [pattern, route] of Object.entries(routes)) {
      const [before = '', after] = pattern.split('*');
      if (after === undefined ? target === before : isBetween(target, before, after)) {
        return { route, name: after === undefined ? '' : target.slice(before.length, target.length - after.length) };
      }
    }
  }
  return undefined;
}

function isBetween(target: string, before: string, after: string): boolean {
  return target.length > before.length + after.length && target.startsWith(before) && target.endsWith(after);
}
