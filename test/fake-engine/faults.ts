import { setTimeout as wait } from 'node:timers/promises';
import type { Route } from './fake-engine.ts';

/** Never answers. */
export const hang: Route = () => {};

/** Answers with `status` and Docker's form of a message. */
export function refuse(status: number, message: string): Route {
  return ({ json }) => json(status, { message });
}

/** Answers with `status` and `part`, then cuts the connection as if there were more. */
export function cutAfter(part: string | Buffer, status = 200): Route {
  return ({ response }) => {
    response.writeHead(status, { 'Content-Type': 'application/x-tar' });
    response.write(part, () => response.destroy());
  };
}

/** Answers with `part` and never ends. */
export function stallAfter(part: string | Buffer): Route {
  return ({ response }) => {
    response.writeHead(200).write(part);
  };
}

/** Cuts the connection after `bytes` of the upload, without a word. */
export function cutUploadAfter(bytes: number): Route {
  return async ({ request, response }) => {
    await takeBytes(request, bytes);
    response.destroy();
  };
}

/** Answers `status` after `bytes` of the upload and closes the connection at once, the rest unread. */
export function refuseUploadAfter(bytes: number, status: number, message: string): Route {
  return async ({ request, response }) => {
    await takeBytes(request, bytes);
    response.writeHead(status, { 'Content-Type': 'application/json', Connection: 'close' });
    response.end(JSON.stringify({ message }), () => request.socket.destroy());
  };
}

/** Takes the whole upload, then answers 200 with these lines, each of them as it is. */
export function progressLines(...lines: readonly string[]): Route {
  return async ({ body, response }) => {
    await body();
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(lines.join('\r\n'));
  };
}

/** Takes the upload a piece at a time, `pause` milliseconds apart, then answers by `then`. */
export function readSlowly(pause: number, then: Route): Route {
  return async (exchange) => {
    for await (const _piece of exchange.request) await wait(pause);
    await then(exchange);
  };
}

async function takeBytes(stream: NodeJS.ReadableStream, bytes: number): Promise<void> {
  let taken = 0;
  await new Promise<void>((resolve) => {
    const take = (piece: Buffer): void => {
      taken += piece.length;
      if (taken < bytes) return;
      stream.off('data', take);
      stream.pause();
      resolve();
    };
    stream.on('data', take);
  });
}
