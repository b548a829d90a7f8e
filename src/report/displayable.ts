import { displayText } from '../model/image-path.ts';

/** A report or explanation for a person's eyes: every text in it as {@link displayText} gives it. JSON stays exact. */
export function displayable<T>(value: T): T {
  return mapped(value) as T;
}

function mapped(value: unknown): unknown {
  if (typeof value === 'string') return displayText(value);
  if (Array.isArray(value)) return value.map(mapped);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, mapped(one)]));
}
