import type { OptionSpec } from '../options/option-spec.ts';
import { type Environment, isSet } from './environment.ts';

/** How the command itself behaves, apart from what it asks of the library. */
export interface ViewOptions {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly debug: boolean;
}

/** The options of the command alone, in the order of the help. */
export const VIEW_OPTIONS: { readonly [K in keyof ViewOptions]: OptionSpec<boolean> } = {
  json: {
    flag: 'json',
    group: 'output',
    kind: 'switch',
    default: false,
    help: 'write one JSON document instead of text',
    common: true,
  },
  quiet: {
    flag: 'quiet',
    short: 'q',
    group: 'output',
    kind: 'switch',
    default: false,
    help: "write the image's name only, and no progress",
  },
  debug: {
    flag: 'debug',
    group: 'output',
    kind: 'switch',
    default: false,
    variable: 'DEBUG',
    help: 'say more, and show where errors come from',
  },
};

/** @param parsed what commander has read, by the names of {@link VIEW_OPTIONS} */
export function viewOptions(parsed: Readonly<Record<string, unknown>>, env: Environment): ViewOptions {
  return {
    json: parsed['json'] === true,
    quiet: parsed['quiet'] === true,
    debug: parsed['debug'] === true || isSet(env, 'DEBUG'),
  };
}
