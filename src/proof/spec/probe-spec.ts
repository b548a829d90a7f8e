import { SkinnywhaleError } from '../../model/errors.ts';

/**
 * A question to a service that the image runs by itself, which has to be answered in the skinny image as it is in the fat
 * container's state. The service has no network but its own loopback.
 */
export type ProbeSpec = HttpProbe | TcpProbe | HealthcheckProbe;

/** GET: the answer's status, type and content count. */
export interface HttpProbe extends ProbeCommon {
  readonly kind: 'http';
  readonly url: string;
}

/** A connection: that it comes about counts, and what the service says first, if it does within 300 ms. */
export interface TcpProbe extends ProbeCommon {
  readonly kind: 'tcp';
  readonly port: number;
}

/** The image's own health check has to succeed. */
export interface HealthcheckProbe extends ProbeCommon {
  readonly kind: 'healthcheck';
}

interface ProbeCommon {
  /** as it was given */
  readonly text: string;
  /** seconds from the start of the service to the answer */
  readonly timeout: number;
}

/** How long an answer may take, in seconds. */
const PROBE_TIMEOUT = 30;

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/** The probe in a command-line option: `http://localhost:8080/path`, `tcp:PORT`, `healthcheck`. @throws USAGE */
export function parseProbe(given: string): ProbeSpec {
  const text = given.trim();
  const common = { text, timeout: PROBE_TIMEOUT };
  if (text === 'healthcheck') return { kind: 'healthcheck', ...common };
  const port = /^tcp:(?:\/\/localhost:)?(\d{1,5})$/.exec(text)?.[1];
  if (port !== undefined && Number(port) >= 1 && Number(port) <= 65_535) {
    return { kind: 'tcp', port: Number(port), ...common };
  }
  if (/^https?:/.test(text)) return { kind: 'http', url: checkedUrl(text), ...common };
  throw badProbe(text, 'it is none of the kinds that there are');
}

function checkedUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) throw badProbe(text, 'it is no URL');
  if (!LOOPBACK.test(url.hostname)) {
    throw badProbe(text, `${url.hostname} is out of reach: the service has its own loopback and nothing else`);
  }
  return url.href;
}

function badProbe(text: string, problem: string): SkinnywhaleError {
  return new SkinnywhaleError('USAGE', `${JSON.stringify(text)} can't be a probe: ${problem}`, {
    hint: 'Probes: http://localhost:8080/path, tcp:6379, healthcheck.',
  });
}
