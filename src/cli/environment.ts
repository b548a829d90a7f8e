/** Environment variables, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** True where a variable is set and not empty, which is how the original script reads its own. */
export function isSet(env: Environment, name: string): boolean {
  return (env[name] ?? '') !== '';
}
