import { SkinnywhaleError } from '../../model/errors.ts';

/**
 * A question to the service that the image runs by itself, which has to be answered in the skinny image as it is in the
 * original. All probes of a run are asked in one start of the service, in their order.
 */
export type ProbeSpec = HttpProbe | TcpProbe | ExecProbe | HealthcheckProbe;

/** A request: the answer's status, type and content count. The service is ready with a status below 500. */
export interface HttpProbe extends ProbeCommon {
  readonly kind: 'http';
  readonly url: string;
  /** default GET */
  readonly method?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | undefined;
  /** the statuses that are right; undefined: what the original answers, which has to be below 500 */
  readonly status?: readonly StatusRange[] | undefined;
  readonly expect?: ContentExpectation | undefined;
}

/** A connection: that it comes about counts, and what the service says first, or in answer to `send`. */
export interface TcpProbe extends ProbeCommon {
  readonly kind: 'tcp';
  readonly port: number;
  readonly send?: string | undefined;
  readonly expect?: ContentExpectation | undefined;
}

/** A command in the service's own container, tried until it ends as expected. */
export interface ExecProbe extends ProbeCommon {
  readonly kind: 'exec';
  readonly command: readonly string[];
  readonly user?: string | undefined;
  /** default 0 */
  readonly exitCode?: number | undefined;
  readonly expect?: ContentExpectation | undefined;
}

/** The image's own health check has to succeed. */
export interface HealthcheckProbe extends ProbeCommon {
  readonly kind: 'healthcheck';
}

/** Both ends included: `[200, 299]`. */
export type StatusRange = readonly [least: number, most: number];

/** What content has to be like. Where it is given, it counts instead of being the same as the original's. */
export interface ContentExpectation {
  /** a part of it */
  readonly text?: string | undefined;
  /** a regular expression that matches a part of it; `^` and `$` are those of a line */
  readonly pattern?: string | undefined;
  /** as JSON it has at least these fields, with these values; lists have to be as long */
  readonly json?: unknown;
}

/** What has to come first: the service has run for some seconds, or its output contains a text. */
export type After = { readonly seconds: number } | { readonly text: string };

interface ProbeCommon {
  /** as it was given */
  readonly text: string;
  /** seconds until it has to be answered, from when it is its turn; undefined: {@link defaultTimeout} */
  readonly timeout?: number | undefined;
  readonly after?: After | undefined;
}

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/** The probe in a command-line option: `http://localhost:8080/path`, `tcp:PORT`, `healthcheck`. @throws USAGE */
export function parseProbe(given: string): ProbeSpec {
  const text = given.trim();
  const probe = readProbe(text);
  if ('problem' in probe) throw badProbe(text, probe.problem);
  return probe;
}

/** As {@link parseProbe}, with what is wrong as a text. */
export function readProbe(text: string): ProbeSpec | { readonly problem: string } {
  if (text === 'healthcheck') return { kind: 'healthcheck', text };
  const port = /^tcp:(?:\/\/localhost:)?(\d{1,5})$/.exec(text)?.[1];
  if (port !== undefined && Number(port) >= 1 && Number(port) <= 65_535) {
    return { kind: 'tcp', port: Number(port), text };
  }
  if (!/^https?:/.test(text)) return { problem: 'unknown kind of probe' };
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) return { problem: 'it is not a valid URL' };
  if (!LOOPBACK.test(url.hostname)) {
    return { problem: `${url.hostname} cannot be reached: use localhost, which is the service's own loopback` };
  }
  return { kind: 'http', url: url.href, text };
}

function badProbe(text: string, problem: string): SkinnywhaleError {
  return new SkinnywhaleError('USAGE', `${JSON.stringify(text)} is not a valid probe: ${problem}`, {
    hint: 'Probes: http://localhost:8080/path, tcp:6379, healthcheck.',
  });
}
