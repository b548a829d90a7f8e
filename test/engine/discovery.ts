import { homedir } from 'node:os';
import { connect } from '../../src/docker/connect.ts';
import { SkinnywhaleError } from '../../src/model/errors.ts';

/**
 * The endpoint of the engine that answers, found as the product finds it; where none does, why.
 *
 * @throws SkinnywhaleError where a host was given and does not answer
 */
export async function findEngine(options: {
  readonly host: string | undefined;
  readonly signal?: AbortSignal | undefined;
}): Promise<{ readonly host: string } | { readonly host: undefined; readonly why: string }> {
  try {
    const client = await connect({ ...options, env: process.env, home: homedir() });
    return { host: client.endpoint };
  } catch (error) {
    const nobody = error instanceof SkinnywhaleError && error.code === 'NO_ENGINE';
    if (!nobody || options.host !== undefined) throw error;
    return { host: undefined, why: error.message };
  }
}
