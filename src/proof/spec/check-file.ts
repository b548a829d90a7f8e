import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, visit } from 'yaml';
import { SkinnywhaleError } from '../../model/errors.ts';
import { CHECK_TIMEOUT, type CheckSpec, checkedWords, checkText, commandWords, wordsText } from './check-spec.ts';
import { isProbe, LONGEST, readProbeMap } from './probe-fields.ts';
import type { ProbeSpec } from './probe-spec.ts';
import { tooDeepLine } from './yaml-depth.ts';
import {
  anyText,
  type Fail,
  fieldsOf,
  numberIn,
  oneOf,
  type Readers,
  type Reading,
  readFields,
  scalarText,
  shortText,
  textMap,
} from './yaml-values.ts';

/** What is in a file of checks, in the order in which it stands there. */
export interface CheckFile {
  readonly checks: readonly CheckSpec[];
  readonly probes: readonly ProbeSpec[];
}

/** Each is looked for in the whole file. */
const MOST_ALIASES = 1000;

/**
 * The checks and probes in a file of YAML or JSON: a list whose items are commands, maps of `command` and the other fields
 * of {@link CheckSpec} but `text`, or maps of `probe` or `exec` and the other fields of {@link ProbeSpec}.
 * @param name the file's, for messages
 * @param timeout seconds, for checks that don't say
 * @throws USAGE which names the file and the line
 */
export function parseCheckFile(text: string, name: string, timeout = CHECK_TIMEOUT): CheckFile {
  const lineCounter = new LineCounter();
  const failAtLine = (line: number, problem: string): never => {
    throw new SkinnywhaleError('USAGE', `${name}, line ${line}: ${problem}`, {
      hint: 'A list is needed: `- php -v`, `- command: php -v` with user, env, stdin, exitCode, timeout ..., or `- probe: http://localhost/` with method, status, expect ...',
    });
  };
  const tooDeep = tooDeepLine(text);
  if (tooDeep !== undefined) return failAtLine(tooDeep, 'it is nested too deep');
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  const failAt = (offset: number, problem: string): never => failAtLine(lineCounter.linePos(offset).line, problem);
  const error = document.errors[0];
  if (error !== undefined) failAt(error.pos[0], error.message);
  let aliases = 0;
  visit(document, { Alias: () => (++aliases > MOST_ALIASES ? visit.BREAK : undefined) });
  if (aliases > MOST_ALIASES) failAtLine(1, `it has more than ${MOST_ALIASES} aliases`);
  const fail: Fail = (node, problem) => failAt(node?.range?.[0] ?? 0, problem);
  const resolve = (node: unknown): Node | null =>
    (isAlias(node) ? (node.resolve(document) ?? null) : (node as Node | null)) ?? null;
  const root = resolve(document.contents);
  if (!isSeq(root)) return fail(root, 'there is no list of checks');
  if (root.items.length === 0) fail(root, 'the list of checks is empty');
  const toJson: Reading['toJson'] = (node) => {
    try {
      return node?.toJS(document) as unknown;
    } catch (error) {
      // Aliases of aliases grow with each level.
      return fail(node, (error as Error).message);
    }
  };
  const reading: Reading = { fail, resolve, toJson };
  const items = root.items.map(resolve);
  return {
    checks: items.filter((item) => !isProbe(item)).map((item) => ({ timeout, ...readCheck(item, reading) })),
    probes: items.filter(isProbe).flatMap((item) => readProbeMap(item, reading)),
  };
}

/** A check; without a time limit where it does not say. */
function readCheck(
  node: Node | null,
  reading: Reading,
): Omit<CheckSpec, 'timeout'> & Pick<Partial<CheckSpec>, 'timeout'> {
  const { fail } = reading;
  if (isScalar(node) && typeof node.value === 'string') {
    return { ...readCommand(node, reading), entrypoint: 'replace' };
  }
  if (!isMap(node)) return fail(node, 'a check is a command or a map');
  const found = fieldsOf(node, { what: 'a check', names: ['command', ...Object.keys(READERS)] }, reading);
  const command = found.get('command');
  const values = readFields(found, READERS, reading);
  if (command === undefined && values.entrypoint !== undefined) fail(node, 'entrypoint is of use with a command only');
  return {
    entrypoint: 'replace',
    ...(command === undefined
      ? { command: undefined, text: "the image's own command" }
      : readCommand(command, reading)),
    ...values,
  };
}

const READERS: Readers<Omit<CheckSpec, 'text' | 'command'>> = {
  entrypoint: (node, { fail }) => oneOf(node, ['replace', 'keep'] as const, fail),
  network: (node, { fail }) => oneOf(node, ['none', 'bridge', 'host'] as const, fail),
  user: (node, { fail }) => shortText(node, fail),
  workingDir: (node, { fail }) => {
    const path = shortText(node, fail);
    return path.startsWith('/') ? path : fail(node, 'workingDir is an absolute path');
  },
  stdin: (node, { fail }) => anyText(node, 'stdin', fail),
  exitCode: (node, { fail }) => numberIn(node, { least: 0, most: 255, whole: true }, fail),
  timeout: (node, { fail }) => numberIn(node, { least: 0.1, most: LONGEST, whole: false }, fail),
  env: (node, reading) => {
    const variables = textMap(node, 'env', reading);
    const wrong = Object.keys(variables).find((name) => /[=\0]/.test(name));
    return wrong === undefined ? variables : reading.fail(node, `${JSON.stringify(wrong)} cannot be a variable's name`);
  },
};

function readCommand(node: Node | null, { fail, resolve }: Reading): Pick<CheckSpec, 'text' | 'command'> {
  if (isSeq(node)) {
    const words = node.items.map((item) => scalarText(resolve(item)) ?? fail(resolve(item), 'a word is a text'));
    const checked = checkedWords(words);
    return 'problem' in checked ? fail(node, checked.problem) : { command: checked.words, text: wordsText(words) };
  }
  const text =
    isScalar(node) && typeof node.value === 'string' ? node.value : fail(node, 'a command is a text or a list');
  const parsed = commandWords(text);
  return 'problem' in parsed ? fail(node, parsed.problem) : { command: parsed.words, text: checkText(text) };
}
