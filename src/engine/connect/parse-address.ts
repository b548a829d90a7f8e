import { SkinnywhaleError } from '../../model/errors.ts';
import type { EngineAddress, TlsMaterial } from '../transport/types.ts';

/** The ports that Docker registered for its API: without and with TLS. */
const PLAIN_PORT = 2375;
const TLS_PORT = 2376;

const FORMS = 'unix:///path/to/docker.sock, tcp://host:port, https://host:port or ssh://user@host';

/**
 * The address in an engine's URL. `tls` is what the caller would use for a tcp:// address; https:// always uses TLS.
 * Without a scheme, tcp:// is meant, as in the docker command.
 * @throws USAGE where the URL is not one of an engine
 */
export function parseAddress(url: string, origin: string, tls?: TlsMaterial): EngineAddress {
  const fail = (why: string, hint = `Give one of ${FORMS}.`): SkinnywhaleError =>
    new SkinnywhaleError('USAGE', `${origin}: ${JSON.stringify(url)} is not the address of an engine: ${why}`, {
      hint,
    });
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(url)?.[1]?.toLowerCase();
  switch (scheme) {
    case 'unix':
      return parseUnix(url, fail);
    case 'npipe':
      throw fail(
        'named pipes are not supported',
        'Run skinnywhale inside WSL, or let the engine listen on a tcp:// or ssh:// address.',
      );
    case 'ssh':
      return parseSsh(url, fail);
    case 'http':
      return parseTcp(url, undefined, fail);
    case 'https':
      return parseTcp(url, tls ?? { verify: true }, fail);
    case 'tcp':
      return parseTcp(url, tls, fail);
    case undefined:
      if (url.startsWith('/')) throw fail('the scheme is missing', `Give unix://${url} for a socket.`);
      return parseTcp(`tcp://${url}`, tls, fail);
    default:
      throw fail(`the scheme ${scheme} is not known`);
  }
}

type Fail = (why: string, hint?: string) => SkinnywhaleError;

function parseUnix(url: string, fail: Fail): EngineAddress {
  const socketPath = url.slice('unix://'.length);
  if (!socketPath.startsWith('/')) throw fail('the path of the socket must be absolute', 'Give unix:///path.');
  if (socketPath.includes('\0')) throw fail('the path of the socket holds a zero byte');
  return { kind: 'unix', socketPath };
}

function parseTcp(url: string, tls: TlsMaterial | undefined, fail: Fail): EngineAddress {
  const parsed = splitUrl(url, fail);
  if (parsed.username !== '' || parsed.password !== '') throw fail('a user cannot be given for this scheme');
  if (parsed.pathname !== '' && parsed.pathname !== '/') throw fail('a path cannot be given for this scheme');
  const port = portOf(parsed) ?? (tls === undefined ? PLAIN_PORT : TLS_PORT);
  return { kind: 'tcp', host: bareHost(parsed), port, ...(tls && { tls }) };
}

/**
 * What is accepted is held narrow: user, host and port become arguments of ssh, and ssh hands the path to the other
 * machine's shell.
 */
function parseSsh(url: string, fail: Fail): EngineAddress {
  const parsed = splitUrl(url, fail);
  if (parsed.password !== '') throw fail('a password cannot be given', 'Use a key, or an entry in ~/.ssh/config.');
  const host = bareHost(parsed);
  const user = parsed.username;
  if (user !== '' && !/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(user)) throw fail('the user is not a name');
  const socketPath = parsed.pathname === '/' ? '' : parsed.pathname;
  if (socketPath !== '' && !/^\/[A-Za-z0-9_./-]+$/.test(socketPath)) throw fail('the path is not that of a socket');
  const port = portOf(parsed);
  return {
    kind: 'ssh',
    host,
    ...(user !== '' && { user }),
    ...(port !== undefined && { port }),
    ...(socketPath !== '' && { socketPath }),
  };
}

/**
 * The URL's parts. Parsed under a scheme that the URL standard does not know, because it drops the port from
 * `http://host:80`, which is not the engine's default port.
 */
function splitUrl(url: string, fail: Fail): URL {
  const neutral = url.replace(/^[^:]*:/, 'engine:');
  if (!URL.canParse(neutral)) throw fail('it cannot be read as a URL');
  const parsed = new URL(neutral);
  if (parsed.hostname === '') throw fail('the host is missing');
  if (!/^[A-Za-z0-9_:][A-Za-z0-9_.:-]*$/.test(bareHost(parsed))) throw fail('the host is not a name or a number');
  if (parsed.search !== '' || parsed.hash !== '') throw fail('it has a query or a fragment');
  if (parsed.port === '0') throw fail('port 0 cannot be connected to');
  return parsed;
}

function portOf(parsed: URL): number | undefined {
  return parsed.port === '' ? undefined : Number(parsed.port);
}

function bareHost(parsed: URL): string {
  return parsed.hostname.replace(/^\[(.*)\]$/, '$1');
}
