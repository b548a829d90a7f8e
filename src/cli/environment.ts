/** Environment variables, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

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
