import { displayText } from '../model/image-path.ts';

/**
 * A report or explanation for a person's eyes: every text in it as {@link displayText} gives it. What is one object in it
 * stays one. JSON stays exact.
 */
export function displayable<T>(value: T): T {
  const seen = new Map<unknown, unknown>();
  const mapped = (each: unknown): unknown => {
    if (typeof each === 'string') return displayText(each);
    if (typeof each !== 'object' || each === null) return each;
    const known = seen.get(each);
    if (known !== undefined) return known;
    const copy = Array.isArray(each)
      ? each.map(mapped)
      : Object.fromEntries(Object.entries(each).map(([key, one]) => [key, mapped(one)]));
    seen.set(each, copy);
    return copy;
  };
  return mapped(value) as T;
}
