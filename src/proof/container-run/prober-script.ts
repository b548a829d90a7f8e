import type { ContentExpectation, StatusRange } from '../spec/probe-spec.ts';
import { CONTENT_MATCH } from './content-match.ts';

/** What the script is to ask; it reads a list of these from standard input, as JSON. */
export type ProberQuestion = HttpQuestion | TcpQuestion;

interface HttpQuestion extends QuestionCommon {
  readonly url: string;
  readonly method?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | undefined;
  /** statuses that are waited for until the time is up */
  readonly wanted: readonly StatusRange[];
  /** statuses that count, too, once they have been there for three seconds */
  readonly tolerated: readonly StatusRange[];
}

interface TcpQuestion extends QuestionCommon {
  readonly port: number;
  readonly send?: string | undefined;
}

interface QuestionCommon {
  readonly expect?: ContentExpectation | undefined;
  /** seconds */
  readonly timeout: number;
}

/** What it writes to standard output for each question: a line of JSON. Contents are in base64. */
export type ProberAnswer =
  | {
      readonly kind: 'http';
      readonly status: number;
      readonly contentType: string;
      /** at most 256 KiB */
      readonly body: string;
      /** bytes in all */
      readonly length: number;
      /** SHA-256 of what is not in `body`, in hex; null where all of it is */
      readonly restDigest: string | null;
      /** whether the content is as expected */
      readonly met: boolean;
    }
  | { readonly kind: 'tcp'; readonly banner: string; readonly met: boolean }
  | { readonly kind: 'none'; readonly reason: string };

/** An answer's line is no longer than this, in bytes: the body's base64 and the rest. */
export const LONGEST_ANSWER = 1 << 19;

/**
 * Asks a service until it answers as it should: a program for node, which runs beside the service in a container of its
 * own. It needs no name service, since it knows what localhost is. When the time is up, the last answer counts.
 */
export const PROBER_SCRIPT = `
'use strict';
const SENT = 1 << 18;
const LOOKED_AT = 1 << 22;
const SETTLED = 3000;
const matches = ${CONTENT_MATCH};
const met = (question, content) => question.expect === undefined || matches(question.expect, content.toString('utf8'));
const isIn = (ranges, status) => ranges.some(([least, most]) => status >= least && status <= most);
const lookup = (host, options, callback) =>
  options.all ? callback(null, [{ address: '127.0.0.1', family: 4 }, { address: '::1', family: 6 }])
    : callback(null, '127.0.0.1', 4);
const deaf = new Set();

function http(question, left) {
  const url = new URL(question.url);
  const secure = url.protocol === 'https:';
  const signal = AbortSignal.timeout(left());
  const options = {
    ...{ agent: false, lookup, autoSelectFamily: true, rejectUnauthorized: false, signal, method: question.method },
    headers: { Accept: '*/*', ...question.headers },
  };
  return new Promise((resolve, reject) => {
    const request = require(secure ? 'node:https' : 'node:http').request(url, options, (response) => {
      const chunks = [];
      const rest = require('node:crypto').createHash('sha256');
      let length = 0;
      response.on('data', (chunk) => {
        const room = Math.max(0, SENT - length);
        if (length < LOOKED_AT) chunks.push(chunk);
        length += chunk.length;
        if (chunk.length > room) rest.update(chunk.subarray(room));
      });
      response.on('error', (error) => request.emit('error', error));
      response.on('end', () => {
        const content = Buffer.concat(chunks);
        resolve({
          kind: 'http',
          status: response.statusCode,
          contentType: response.headers['content-type'] || '',
          body: content.subarray(0, SENT).toString('base64'),
          length,
          restDigest: length > SENT ? rest.digest('hex') : null,
          met: met(question, content),
        });
      });
    });
    request.on('error', (error) =>
      reject(signal.aborted ? new Error('it accepts connections, but gives no complete answer') : error));
    request.end(question.body);
  });
}

/** A service that speaks first has 300 ms to do so; one that is asked something, until it falls silent. */
function tcp(question, left) {
  return new Promise((resolve, reject) => {
    const chunks = [];
    let length = 0;
    let quiet;
    const options = { host: 'localhost', port: question.port, lookup, autoSelectFamily: true };
    const socket = require('node:net').connect(options);
    const content = () => Buffer.concat(chunks).subarray(0, SENT);
    const done = () => {
      clearTimeout(quiet);
      socket.destroy();
      resolve({ kind: 'tcp', banner: content().toString('base64'), met: met(question, content()) });
    };
    const soon = (milliseconds) => {
      clearTimeout(quiet);
      quiet = setTimeout(done, Math.min(milliseconds, left()));
    };
    socket.setTimeout(left(), () => socket.destroy(new Error('connection timed out')));
    socket.on('connect', () => {
      if (question.send !== undefined) socket.write(question.send);
      soon(question.expect !== undefined ? left() : question.send !== undefined ? 5000 : 300);
    });
    socket.on('data', (chunk) => {
      length += chunk.length;
      chunks.push(chunk);
      if (length > SENT || (question.expect !== undefined && met(question, content()))) done();
      else if (question.send !== undefined && question.expect === undefined) soon(300);
    });
    socket.on('end', () => chunks.length > 0 && done());
    socket.on('close', () => done());
    socket.on('error', (error) => (chunks.length > 0 ? done() : reject(error)));
  });
}

async function ask(question) {
  const port = question.port ?? new URL(question.url).port;
  if (deaf.has(port)) return { kind: 'none', reason: 'nothing listens' };
  const deadline = performance.now() + question.timeout * 1000;
  const left = () => Math.max(1, Math.ceil(deadline - performance.now()));
  let refused = true;
  let reason = 'nothing listens';
  let last;
  let since;
  while (performance.now() < deadline) {
    try {
      last = await (question.url === undefined ? tcp : http)(question, left);
      refused = false;
      if (last.met && (last.kind === 'tcp' || isIn(question.wanted, last.status))) return last;
      const isTolerated = last.met && last.kind === 'http' && isIn(question.tolerated, last.status);
      since = isTolerated ? since ?? performance.now() : undefined;
      if (isTolerated && performance.now() - since > SETTLED) return last;
    } catch (error) {
      const first = error.errors ? error.errors[0] : error;
      if (first.code !== 'ECONNREFUSED') {
        refused = false;
        reason = first.message || String(first);
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  if (last === undefined && refused) deaf.add(port);
  return last ?? { kind: 'none', reason };
}

(async () => {
  const input = [];
  for await (const chunk of process.stdin) input.push(chunk);
  for (const question of JSON.parse(Buffer.concat(input).toString('utf8'))) {
    const answer = await ask(question);
    await new Promise((resolve) => process.stdout.write(JSON.stringify(answer) + '\\n', resolve));
  }
  process.exit(0);
})();
`;
