import { type Bench, skinnywhale } from '../contenders.ts';
import type { Contender } from '../rounds.ts';

/** The names of Skinnywhale's ways, in all cases. */
export const WAY = {
  usual: 'skinnywhale',
  engine: 'engine',
  localLoad: 'local, load',
  localImport: 'local, import',
} as const;

/** Flags of each way; `usual` has none: it is what people get. */
const FLAGS: Readonly<Record<keyof typeof WAY, readonly string[]>> = {
  usual: [],
  engine: ['--source', 'engine'],
  localLoad: ['--source', 'local', '--sink', 'load'],
  localImport: ['--source', 'local', '--sink', 'import'],
};

/** @param more what follows the way's name, and further flags */
export function way(
  bench: Bench,
  key: keyof typeof WAY,
  container: string,
  more: { readonly suffix?: string; readonly flags?: readonly string[] } = {},
): Contender {
  const { suffix = '', flags = [] } = more;
  return skinnywhale(bench, WAY[key] + suffix, container, [...FLAGS[key], ...flags]);
}
