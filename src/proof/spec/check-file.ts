import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, type YAMLMap } from 'yaml';
import { SkinnywhaleError } from '../../model/errors.ts';
import { CHECK_TIMEOUT, type CheckSpec, checkedWords, checkText, commandWords, wordsText } from './check-spec.ts';

/** A text's place in a file is told with each problem. */
type Fail = (node: Node | null, problem: string) => never;

/** How long a check may ask to be given, in seconds. */
const LONGEST = 86_400;

/**
 * The checks in a file of YAML or JSON: a list whose items are commands, or maps of `command` and the other fields of
 * {@link CheckSpec} but `text`.
 * @param name the file's, for messages
 * @throws USAGE which names the file and the line
 */
export function parseCheckFile(text: string, name: string): readonly CheckSpec[] {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  const failAt = (offset: number, problem: string): never => {
    const { line } = lineCounter.linePos(offset);
    throw new SkinnywhaleError('USAGE', `${name}, line ${line}: ${problem}`, {
      hint: 'A list is needed: `- php -v`, or `- command: php -v` with user, env, stdin, exitCode, timeout ...',
    });
  };
  const error = document.errors[0];
  if (error !== undefined) failAt(error.pos[0], error.message);
  const fail: Fail = (node, problem) => failAt(node?.range?.[0] ?? 0, problem);
  const resolve = (node: unknown): Node | null =>
    (isAlias(node) ? (node.resolve(document) ?? null) : (node as Node | null)) ?? null;
  const root = resolve(document.contents);
  if (!isSeq(root)) return fail(root, 'there is no list of checks');
  if (root.items.length === 0) fail(root, 'the list of checks is empty');
  return root.items.map((item) => readCheck(resolve(item), { fail, resolve }));
}

interface Reading {
  readonly fail: Fail;
  readonly resolve: (node: unknown) => Node | null;
}

function readCheck(node: Node | null, reading: Reading): CheckSpec {
  const { fail } = reading;
  if (isScalar(node) && typeof node.value === 'string') {
    return { ...readCommand(node, reading), entrypoint: 'replace', timeout: CHECK_TIMEOUT };
  }
  if (!isMap(node)) return fail(node, 'a check is a command or a map');
  const found = fieldsOf(node, reading);
  const command = found.get('command');
  const values = Object.fromEntries(
    [...found].filter(([key]) => key !== 'command').map(([key, value]) => [key, READERS[key as Field](value, reading)]),
  ) as Partial<CheckSpec>;
  if (command === undefined && values.entrypoint !== undefined) fail(node, 'entrypoint is of use with a command only');
  return {
    entrypoint: 'replace',
    timeout: CHECK_TIMEOUT,
    ...(command === undefined
      ? { command: undefined, text: "the image's own command" }
      : readCommand(command, reading)),
    ...values,
  };
}

type Field = Exclude<keyof CheckSpec, 'text' | 'command'>;

const READERS: { readonly [K in Field]: (node: Node | null, reading: Reading) => CheckSpec[K] } = {
  entrypoint: (node, { fail }) => oneOf(node, ['replace', 'keep'] as const, fail),
  network: (node, { fail }) => oneOf(node, ['none', 'bridge', 'host'] as const, fail),
  user: (node, { fail }) => shortText(node, fail),
  workingDir: (node, { fail }) => {
    const path = shortText(node, fail);
    return path.startsWith('/') ? path : fail(node, 'workingDir is an absolute path');
  },
  stdin: (node, { fail }) => {
    const value = isScalar(node) ? node.value : undefined;
    return typeof value === 'string' ? value : fail(node, 'stdin is a text');
  },
  exitCode: (node, { fail }) => numberIn(node, { least: 0, most: 255, whole: true }, fail),
  timeout: (node, { fail }) => numberIn(node, { least: 0.1, most: LONGEST, whole: false }, fail),
  env: (node, reading) => {
    if (!isMap(node)) return reading.fail(node, 'env is a map of names and values');
    return Object.fromEntries(
      node.items.map(({ key, value }) => {
        const name = shortText(reading.resolve(key), reading.fail);
        if (/[=\0]/.test(name)) reading.fail(key as Node, `${JSON.stringify(name)} can't be the name of a variable`);
        const given = isEmpty(reading.resolve(value)) ? '' : scalarText(reading.resolve(value));
        return [name, given ?? reading.fail(reading.resolve(value), `the value of ${name} is a text`)];
      }),
    );
  },
};

const FIELDS: readonly string[] = ['command', ...Object.keys(READERS)];

function fieldsOf(node: YAMLMap, { fail, resolve }: Reading): Map<string, Node | null> {
  return new Map(
    node.items.map(({ key, value }) => {
      const name = scalarText(resolve(key)) ?? '';
      if (!FIELDS.includes(name)) {
        fail(resolve(key), `a check has no field ${JSON.stringify(name)}; there are ${FIELDS.join(', ')}`);
      }
      return [name, resolve(value)] as const;
    }),
  );
}

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

/** Numbers as they are written: `08` and `1.10` are texts to whoever writes them after `user:` or in a list of words. */
function scalarText(node: Node | null): string | undefined {
  if (!isScalar(node) || node.value === null) return undefined;
  return typeof node.value === 'string' ? node.value : (node.source ?? String(node.value));
}

/** `NAME:` with nothing after it. */
function isEmpty(node: Node | null): boolean {
  return node === null || (isScalar(node) && node.value === null);
}

function shortText(node: Node | null, fail: Fail): string {
  const text = scalarText(node);
  return text === undefined || text === '' || text.includes('\0') ? fail(node, 'a text is needed here') : text;
}

function oneOf<T extends string>(node: Node | null, choices: readonly T[], fail: Fail): T {
  const text = scalarText(node);
  return choices.find((choice) => choice === text) ?? fail(node, `what can stand here: ${choices.join(', ')}`);
}

function numberIn(
  node: Node | null,
  { least, most, whole }: { least: number; most: number; whole: boolean },
  fail: Fail,
): number {
  const value = isScalar(node) ? node.value : undefined;
  if (typeof value === 'number' && value >= least && value <= most && (!whole || Number.isInteger(value))) return value;
  return fail(node, `a ${whole ? 'whole ' : ''}number from ${least} to ${most} is needed here`);
}
