import { isMap, isScalar, type Node } from 'yaml';
import { commandWords } from './check-spec.ts';
import type { After, ContentExpectation, HttpProbe, ProbeSpec, StatusRange } from './probe-spec.ts';
import { readProbe } from './probe-spec.ts';
import {
  anyText,
  fieldsOf,
  numberIn,
  type Readers,
  type Reading,
  readFields,
  scalarText,
  shortText,
  textMap,
  texts,
} from './yaml-values.ts';

/** How long a check or a probe may ask to be given, in seconds. */
export const LONGEST = 86_400;

/** The longest regular expression, in characters. */
const LONGEST_PATTERN = 1000;

const METHOD = /^[A-Z]{1,20}$/;

/** What may be said of a probe beside what it asks. */
interface ProbeFields {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly status: readonly StatusRange[];
  readonly paths: readonly string[];
  readonly send: string;
  readonly user: string;
  readonly exitCode: number;
  readonly expect: ContentExpectation;
  readonly timeout: number;
  readonly after: After;
}

const READERS: Readers<ProbeFields> = {
  method: (node, { fail }) => {
    const method = shortText(node, fail);
    return METHOD.test(method) ? method : fail(node, 'method is a word such as GET or POST');
  },
  headers: (node, reading) => textMap(node, 'headers', reading),
  body: (node, { fail }) => anyText(node, 'body', fail),
  status: (node, reading) => texts(node, reading).map((text) => statusRange(text, node, reading)),
  paths: (node, reading) => texts(node, reading),
  send: (node, { fail }) => anyText(node, 'send', fail),
  user: (node, { fail }) => shortText(node, fail),
  exitCode: (node, { fail }) => numberIn(node, { least: 0, most: 255, whole: true }, fail),
  expect: readExpectation,
  timeout: (node, { fail }) => numberIn(node, { least: 0.1, most: LONGEST, whole: false }, fail),
  after: (node, { fail }) =>
    isScalar(node) && typeof node.value === 'number'
      ? { seconds: numberIn(node, { least: 0, most: LONGEST, whole: false }, fail) }
      : { text: shortText(node, fail) },
};

/** Which of them a kind of probe has. */
const FIELDS: { readonly [K in ProbeSpec['kind']]: readonly (keyof ProbeFields)[] } = {
  http: ['method', 'headers', 'body', 'status', 'paths', 'expect', 'timeout', 'after'],
  tcp: ['send', 'expect', 'timeout', 'after'],
  exec: ['user', 'exitCode', 'expect', 'timeout', 'after'],
  healthcheck: ['timeout', 'after'],
};

/** Whether a map is a probe's, by its fields. */
export function isProbe(node: Node | null): boolean {
  return isMap(node) && (node.has('probe') || node.has('exec'));
}

/** A map with `probe` (as in the option) or `exec` (a command in the service's container); one probe for each path. */
export function readProbeMap(node: Node | null, reading: Reading): ProbeSpec[] {
  const { fail } = reading;
  if (!isMap(node)) return fail(node, 'a probe is a map');
  const asked = askedBy(node, reading);
  const names = [node.has('exec') ? 'exec' : 'probe', ...FIELDS[asked.kind]];
  const found = fieldsOf(node, { what: `a probe of the kind ${asked.kind}`, names }, reading);
  const { paths, ...fields } = readFields(found, READERS, reading);
  const probe = { ...asked, ...fields } as ProbeSpec;
  return probe.kind === 'http' && paths !== undefined
    ? paths.map((path) => atPath(probe, path, node, reading))
    : [probe];
}

function askedBy(node: Node & { get(key: string, keepScalar: true): unknown }, reading: Reading): ProbeSpec {
  const { fail, resolve } = reading;
  const exec = resolve(node.get('exec', true));
  if (exec !== null) {
    const text = shortText(exec, fail);
    const parsed = commandWords(text);
    return 'problem' in parsed ? fail(exec, parsed.problem) : { kind: 'exec', command: parsed.words, text };
  }
  const value = resolve(node.get('probe', true));
  const probe = readProbe(shortText(value, fail).trim());
  return 'problem' in probe ? fail(value, probe.problem) : probe;
}

function atPath(probe: HttpProbe, path: string, node: Node, { fail }: Reading): HttpProbe {
  if (!path.startsWith('/')) return fail(node, `a path begins with a slash, and ${JSON.stringify(path)} does not`);
  const url = new URL(path, probe.url).href;
  return { ...probe, url, text: url };
}

/** `200`, `200-299`, `2xx`. */
function statusRange(text: string, node: Node | null, { fail }: Reading): StatusRange {
  const [, hundreds] = /^([1-5])xx$/i.exec(text) ?? [];
  if (hundreds !== undefined) return [Number(hundreds) * 100, Number(hundreds) * 100 + 99];
  const [, least, most = least] = /^([1-5]\d\d)(?:\s*-\s*([1-5]\d\d))?$/.exec(text) ?? [];
  if (least === undefined || Number(least) > Number(most)) {
    return fail(node, `a status is written as 200, 200-299 or 2xx, and not as ${JSON.stringify(text)}`);
  }
  return [Number(least), Number(most)];
}

function readExpectation(node: Node | null, reading: Reading): ContentExpectation {
  const { fail } = reading;
  const text = scalarText(node);
  if (text !== undefined) return { text };
  if (!isMap(node)) return fail(node, 'expect is a text, or a map of text, pattern and json');
  const found = fieldsOf(node, { what: 'expect', names: ['text', 'pattern', 'json'] }, reading);
  return readFields<Required<ContentExpectation>>(found, EXPECTATIONS, reading);
}

const EXPECTATIONS: Readers<Required<ContentExpectation>> = {
  text: (node, { fail }) => shortText(node, fail),
  pattern: (node, { fail }) => {
    const pattern = shortText(node, fail);
    if (pattern.length > LONGEST_PATTERN) fail(node, `a pattern has at most ${LONGEST_PATTERN} characters`);
    try {
      new RegExp(pattern, 'm');
      return pattern;
    } catch (error) {
      return fail(node, (error as Error).message);
    }
  },
  json: (node, { fail, toJson }) => {
    const value: unknown = toJson(node);
    return value === undefined ? fail(node, 'json is a value') : value;
  },
};
