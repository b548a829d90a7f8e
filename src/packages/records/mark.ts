import type { EarlierCut, Presence } from './presence.ts';

/**
 * What a package's record says of a package that is not there as its database has it; empty where nothing is missing.
 * Records are made of it for people, and read by {@link readMark} where a result is slimmed again.
 */
export function markOf({ state, kept, files, lacksDocumentation }: Presence): string {
  if (state === 'unknown') return 'unknown, there is no list of its files';
  if (state === 'partial')
    return `partial, ${kept} of ${files} files${lacksDocumentation ? ' without documentation' : ''}`;
  return lacksDocumentation ? 'whole without documentation' : '';
}

/** The counts in what {@link markOf} made; undefined where `text` is nothing of the kind. */
export function readMark(text: string): EarlierCut | undefined {
  const lacksDocumentation = text.endsWith('without documentation');
  const [, files = '0'] = /^partial, \d{1,9} of (\d{1,9}) files/.exec(text) ?? [];
  return files === '0' && !lacksDocumentation ? undefined : { files: Number(files), lacksDocumentation };
}
