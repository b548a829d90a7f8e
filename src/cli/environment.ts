import { OPTION_ROWS } from '../options/option-table.ts';

/** Environment variables, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Variables that are read, with what they mean; those that stand for an option are named in the options' tables. */
export const VARIABLES: readonly (readonly [name: string, meaning: string])[] = [
  ['DEBUG', '--debug, when set and not empty'],
  ...OPTION_ROWS.flatMap(([, { variable, flag }]) =>
    variable === undefined ? [] : [[variable, `--${flag}, when set and not empty`] as const],
  ),
  ['DOCKER_HOST', 'the engine, as for docker; --host wins'],
  ['SOURCE_DATE_EPOCH', 'the date of the image, in seconds since 1970'],
  ['TMPDIR', 'where temporary files go; --temp-dir wins'],
  ['NO_COLOR', 'no bold text, when set and not empty'],
  ['SKINNYWHALE_CACHE', 'off: keep no reports for explain'],
  ['XDG_CACHE_HOME', 'where reports for explain are kept (default: ~/.cache), in skinnywhale'],
];

/** True where a variable is set and not empty, which is how the original script reads its own. */
export function isSet(env: Environment, name: string): boolean {
  return (env[name] ?? '') !== '';
}

/** The folder that keeps reports for `explain` (XDG base directory specification); undefined where none is to be kept. */
export function reportCache(env: Environment): string | undefined {
  if (env['SKINNYWHALE_CACHE'] === 'off') return undefined;
  const base = isSet(env, 'XDG_CACHE_HOME') ? env['XDG_CACHE_HOME'] : isSet(env, 'HOME') ? `${env['HOME']}/.cache` : '';
  // The specification has relative paths ignored.
  return base?.startsWith('/') ? `${base}/skinnywhale/reports` : undefined;
}
