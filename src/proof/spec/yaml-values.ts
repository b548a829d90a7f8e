import { isMap, isScalar, isSeq, type Node, type YAMLMap } from 'yaml';

/** Each problem names the value's place in the file. */
export type Fail = (node: Node | null, problem: string) => never;

/** How the values of a file are read. */
export interface Reading {
  readonly fail: Fail;
  /** the node itself, or what an alias stands for */
  readonly resolve: (node: unknown) => Node | null;
  /** the value with all that is in it */
  readonly toJson: (node: Node | null) => unknown;
}

/** A reader for each field of a map. */
export type Readers<T> = { readonly [K in keyof T]: (node: Node | null, reading: Reading) => T[K] };

/** The fields of a map by their names. @param what for messages: `a check` */
export function fieldsOf(
  node: YAMLMap,
  { what, names }: { readonly what: string; readonly names: readonly string[] },
  { fail, resolve }: Reading,
): Map<string, Node | null> {
  return new Map(
    node.items.map(({ key, value }) => {
      const name = scalarText(resolve(key)) ?? '';
      if (!names.includes(name)) {
        fail(resolve(key), `${what} has no field ${JSON.stringify(name)}; its fields are ${names.join(', ')}`);
      }
      return [name, resolve(value)] as const;
    }),
  );
}

/** What the readers make of the fields that are there. */
export function readFields<T extends object>(
  found: ReadonlyMap<string, Node | null>,
  readers: Readers<T>,
  reading: Reading,
): Partial<T> {
  const read = [...found].flatMap(([key, node]) =>
    Object.hasOwn(readers, key) ? [[key, readers[key as keyof T](node, reading)] as const] : [],
  );
  return Object.fromEntries(read) as Partial<T>;
}

/** Numbers as they are written: `08` and `1.10` are texts to whoever writes them after `user:` or in a list of words. */
export function scalarText(node: Node | null): string | undefined {
  if (!isScalar(node) || node.value === null) return undefined;
  return typeof node.value === 'string' ? node.value : (node.source ?? String(node.value));
}

/** A text that is not empty. */
export function shortText(node: Node | null, fail: Fail): string {
  const text = scalarText(node);
  return text === undefined || text === '' || text.includes('\0') ? fail(node, 'a text is needed here') : text;
}

/** A text of any kind, which is written as one. */
export function anyText(node: Node | null, what: string, fail: Fail): string {
  const value = isScalar(node) ? node.value : undefined;
  return typeof value === 'string' ? value : fail(node, `${what} is a text`);
}

/** A map of names and values. @param what for messages, the name of a field */
export function textMap(node: Node | null, what: string, { fail, resolve }: Reading): Record<string, string> {
  if (!isMap(node)) return fail(node, `${what} is a map of names and values`);
  return Object.fromEntries(
    node.items.map(({ key, value }) => {
      const name = shortText(resolve(key), fail);
      const given = isEmpty(resolve(value)) ? '' : scalarText(resolve(value));
      return [name, given ?? fail(resolve(value), `the value of ${name} is a text`)];
    }),
  );
}

/** One text or a list of them. */
export function texts(node: Node | null, { fail, resolve }: Reading): string[] {
  if (isSeq(node)) return node.items.map((item) => shortText(resolve(item), fail));
  return [shortText(node, fail)];
}

export function oneOf<T extends string>(node: Node | null, choices: readonly T[], fail: Fail): T {
  const text = scalarText(node);
  return choices.find((choice) => choice === text) ?? fail(node, `this has to be one of ${choices.join(', ')}`);
}

export function numberIn(
  node: Node | null,
  { least, most, whole }: { least: number; most: number; whole: boolean },
  fail: Fail,
): number {
  const value = isScalar(node) ? node.value : undefined;
  if (typeof value === 'number' && value >= least && value <= most && (!whole || Number.isInteger(value))) return value;
  return fail(node, `a ${whole ? 'whole ' : ''}number from ${least} to ${most} is needed here`);
}

/** `NAME:` with nothing after it. */
function isEmpty(node: Node | null): boolean {
  return node === null || (isScalar(node) && node.value === null);
}
