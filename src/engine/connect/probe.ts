import { type IncomingMessage, request } from 'node:http';
import { SkinnywhaleError } from '../../model/errors.ts';
import { fields, text } from '../../model/json-fields.ts';
import { deadline } from '../transport/deadline.ts';
import { EndpointAgent } from '../transport/endpoint-agent.ts';
import { readBody } from '../transport/exchange.ts';
import { hostHeader } from '../transport/open-modem.ts';
import type { Endpoint } from '../transport/types.ts';

/** The versions of the API that an engine speaks. */
export interface ApiVersions {
  readonly newest: string;
  readonly oldest: string | undefined;
}

/** How long an engine may take to say its version, in milliseconds; ssh has to log in first. */
const PATIENCE = { unix: 10_000, tcp: 10_000, ssh: 30_000 };

/** What a version's answer may be long, in bytes. */
const VERSION_LIMIT = 1 << 20;

/**
 * Asks whether an engine answers, and which versions of its API it speaks.
 * Without docker-modem, which would follow a web server's redirection to wherever it points, and without loading
 * dockerode, which takes longer than all of this.
 * @throws the connection's own error; an Error which says what else is wrong; the reason of `signal`
 */
export async function probe(
  endpoint: Endpoint,
  env: NodeJS.ProcessEnv,
  signal?: AbortSignal,
  patience = PATIENCE[endpoint.address.kind],
): Promise<ApiVersions> {
  const agent = new EndpointAgent(endpoint.address, env);
  using limit = deadline(signal, patience, () => new Error(`no answer within ${patience / 1000} s`));
  try {
    const body = await getBody(endpoint, agent, '/version', limit.signal);
    const version = fields(JSON.parse(body.toString('utf8')));
    const newest = text(version['ApiVersion']);
    if (newest === undefined || !/^\d+\.\d+$/.test(newest)) throw notAnEngine();
    return { newest, oldest: text(version['MinAPIVersion']) };
  } catch (error) {
    if (limit.signal.aborted) throw limit.signal.reason;
    throw error instanceof SyntaxError ? notAnEngine(error) : error;
  }
}

/** What Go's servers say in a 400 (net/http/server.go). */
const WANTS_TLS = 'it wants TLS: set DOCKER_TLS_VERIFY=1, with ca.pem, cert.pem and key.pem in DOCKER_CERT_PATH';

async function getBody(endpoint: Endpoint, agent: EndpointAgent, path: string, signal: AbortSignal): Promise<Buffer> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request({ agent, path, signal, headers: { Host: hostHeader(endpoint) } }, resolve)
      .once('error', reject)
      // an error after the answer's head reaches the reader of its body
      .on('error', () => {})
      .end();
  });
  const body = await readBody(response, VERSION_LIMIT);
  if (body.includes('HTTP request to an HTTPS server')) throw new Error(WANTS_TLS);
  if (response.statusCode !== 200) throw new Error(`it answers ${path} with status ${response.statusCode}`);
  return body;
}

function notAnEngine(cause?: unknown): SkinnywhaleError {
  return new SkinnywhaleError('NO_ENGINE', 'something answers, but it is not a container engine', { cause });
}
