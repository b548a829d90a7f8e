/** What the script is to ask; its only argument, as JSON. */
export interface ProberQuestion {
  readonly url?: string;
  readonly port?: number;
  /** the status to wait for; without it any will do that is no 5xx */
  readonly status?: number;
  /** seconds */
  readonly timeout: number;
}

/** What it writes to standard output, as JSON. Contents are in base64. */
export type ProberAnswer =
  | {
      readonly kind: 'http';
      readonly status: number;
      readonly contentType: string;
      readonly body: string;
      /** bytes in all, of which at most a MiB is in `body` */
      readonly length: number;
      /** SHA-256 of the rest, in hex; null where there is none */
      readonly restDigest: string | null;
    }
  | { readonly kind: 'tcp'; readonly banner: string }
  | { readonly kind: 'none'; readonly reason: string };

/**
 * Asks a service until it answers: a program for node, which runs beside the service in a container of its own. It needs
 * no name service, since it knows what localhost is.
 *
 * A status other than the one that is waited for counts after three seconds of it: a service may say 503 while it starts.
 */
export const PROBER_SCRIPT = `
'use strict';
const question = JSON.parse(process.argv[1]);
const LIMIT = 1 << 20;
const deadline = Date.now() + question.timeout * 1000;
const lookup = (host, options, callback) =>
  options.all ? callback(null, [{ address: '127.0.0.1', family: 4 }, { address: '::1', family: 6 }])
    : callback(null, '127.0.0.1', 4);
const left = () => Math.max(1, deadline - Date.now());

function http() {
  const url = new URL(question.url);
  const secure = url.protocol === 'https:';
  const signal = AbortSignal.timeout(left());
  const options = {
    ...{ agent: false, lookup, autoSelectFamily: true, rejectUnauthorized: false, signal },
    headers: { Accept: '*/*' },
  };
  return new Promise((resolve, reject) => {
    const request = require(secure ? 'node:https' : 'node:http').get(url, options, (response) => {
      const chunks = [];
      const rest = require('node:crypto').createHash('sha256');
      let length = 0;
      response.on('data', (chunk) => {
        const room = Math.max(0, LIMIT - length);
        length += chunk.length;
        if (room > 0) chunks.push(chunk.subarray(0, room));
        if (chunk.length > room) rest.update(chunk.subarray(room));
      });
      response.on('error', (error) => request.emit('error', error));
      response.on('end', () => resolve({
        kind: 'http',
        status: response.statusCode,
        contentType: response.headers['content-type'] || '',
        body: Buffer.concat(chunks).toString('base64'),
        length,
        restDigest: length > LIMIT ? rest.digest('hex') : null,
      }));
    });
    request.on('error', (error) =>
      reject(signal.aborted ? new Error('it accepts connections, but gives no whole answer') : error));
  });
}

function tcp() {
  return new Promise((resolve, reject) => {
    const chunks = [];
    let length = 0;
    const options = { host: 'localhost', port: question.port, lookup, autoSelectFamily: true };
    const socket = require('node:net').connect(options);
    const done = () => {
      socket.destroy();
      resolve({ kind: 'tcp', banner: Buffer.concat(chunks).subarray(0, 4096).toString('base64') });
    };
    socket.setTimeout(left(), () => socket.destroy(new Error('no connection comes about')));
    socket.on('connect', () => setTimeout(done, 300));
    socket.on('data', (chunk) => {
      length += chunk.length;
      chunks.push(chunk);
      if (length > 4096) done();
    });
    socket.on('error', (error) => (chunks.length > 0 ? done() : reject(error)));
  });
}

const wanted = ({ kind, status }) =>
  kind === 'tcp' || (question.status === undefined ? status < 500 : status === question.status);

async function ask() {
  let reason = 'nothing listens';
  let since;
  while (Date.now() < deadline) {
    try {
      const answer = await (question.url === undefined ? tcp() : http());
      since ??= Date.now();
      if (wanted(answer) || Date.now() - since > 3000) return answer;
    } catch (error) {
      const first = error.errors ? error.errors[0] : error;
      if (first.code !== 'ECONNREFUSED') reason = first.message || String(first);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return { kind: 'none', reason };
}

ask().then((answer) => process.stdout.write(JSON.stringify(answer), () => process.exit(0)));
`;
