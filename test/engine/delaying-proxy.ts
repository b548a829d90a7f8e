import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type NetConnectOpts, type Socket } from 'node:net';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** At the start of what a client writes: a body is not mistaken for one, as it does not begin like this. */
const REQUEST_LINE = /^(GET|HEAD|POST|PUT|DELETE) (\/\S*) HTTP\/1\.[01]\r\n/;

export interface DelayingProxy extends AsyncDisposable {
  /** `tcp://127.0.0.1:port` */
  readonly host: string;
  /** method and path of every request, as they came */
  readonly requests: readonly string[];
}

/**
 * The engine at `host` (unix:// or tcp://), as far away as `milliseconds` in each direction make it. All bytes come late,
 * and none slower: it has a delay, and no bandwidth. Connecting alone is as fast as ever.
 */
export async function delayEngine(host: string, milliseconds: number): Promise<DelayingProxy> {
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  const note = (chunk: Buffer): void => {
    const [, method, path] = REQUEST_LINE.exec(chunk.toString('latin1', 0, 4096)) ?? [];
    if (method !== undefined) requests.push(`${method} ${path}`);
  };
  // The side that has said all it has to say still listens: that is how a request ends in a half-closed connection.
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const engine = connect({ ...engineAddress(host), allowHalfOpen: true });
    for (const socket of [client, engine]) {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    }
    client.on('data', note);
    // Where one of them breaks, pipeline closes the other one, which is all there is to be done.
    pipeline(client, delay(milliseconds), engine).catch(() => client.destroy());
    pipeline(engine, delay(milliseconds), client).catch(() => engine.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    host: `tcp://127.0.0.1:${port}`,
    requests,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function engineAddress(host: string): NetConnectOpts {
  if (host.startsWith('unix://')) return { path: host.slice('unix://'.length) };
  const { hostname, port } = new URL(host);
  return { host: hostname, port: Number(port) };
}

/** Timers of one length go off in the order in which they were set. */
function delay(milliseconds: number): Transform {
  return new Transform({
    transform(chunk, _encoding, done) {
      setTimeout(() => this.push(chunk), milliseconds);
      done();
    },
    flush(done) {
      setTimeout(done, milliseconds);
    },
  });
}
