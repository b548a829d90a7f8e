/** A JSON object from outside, whose fields may have any type: they are read through the functions here. */
export type Fields = Readonly<Record<string, unknown>>;

/** `value` as an object; an empty one where it is not an object. */
export function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

/** `value` as a text that is not empty, or undefined. */
export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** `value` as a number other than 0, or undefined. */
export function number(value: unknown): number | undefined {
  return typeof value === 'number' && value !== 0 ? value : undefined;
}

/** The texts in `value`, or undefined where there are none. */
export function texts(value: unknown): string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const found = value.filter((item): item is string => typeof item === 'string');
  return found.length > 0 ? found : undefined;
}

/** The keys of `value` with an empty object for each, as Docker writes sets; undefined where there are none. */
export function keySet(value: unknown): Record<string, Record<string, never>> | undefined {
  const keys = Object.keys(fields(value));
  return keys.length > 0 ? Object.fromEntries(keys.map((key) => [key, {}])) : undefined;
}

/** The entries of `value` whose values are texts, or undefined where there are none. */
export function textMap(value: unknown): Record<string, string> | undefined {
  const entries = Object.entries(fields(value)).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}

/** What is left of an object without the fields that are undefined. */
export function defined<T extends object>(object: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
