import { type Command, CommanderError } from 'commander';
import { SkinnywhaleError } from '../model/errors.ts';
import { type Environment, isSet } from './environment.ts';

/** How the command itself behaves, apart from what it asks of the library. */
export interface ViewOptions {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly debug: boolean;
}

export const SEE_HELP = 'See skinnywhale --help.';

/**
 * Lets commander read the arguments; what it found is in `program` then.
 * @param columns the width that help is wrapped to
 * @returns the text that was asked for, where it was help or the version
 * @throws USAGE
 */
export function parse(
  program: Command,
  args: readonly string[],
  columns: number,
): { readonly kind: 'text'; readonly text: string } | undefined {
  let text = '';
  program.exitOverride().configureOutput({
    writeOut: (written) => {
      text += written;
    },
    // Errors are printed by main(), all in one form.
    writeErr: () => {},
    getOutHelpWidth: () => columns,
  });
  try {
    program.parse(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { kind: 'text', text };
    throw usageError(error);
  }
  return undefined;
}

export function viewOptions(
  parsed: { readonly json?: true; readonly quiet?: true; readonly debug?: true },
  env: Environment,
): ViewOptions {
  return {
    json: parsed.json ?? false,
    quiet: parsed.quiet ?? false,
    debug: parsed.debug ?? isSet(env, 'DEBUG'),
  };
}

/** Commander's complaint as ours: its suggestion becomes the hint. */
function usageError(error: CommanderError): SkinnywhaleError {
  const [message = '', suggestion] = error.message.replace(/^error: /, '').split('\n');
  const meant = suggestion === undefined ? '' : `${suggestion.replace(/^\(|\)$/g, '')} `;
  return new SkinnywhaleError('USAGE', message, { hint: meant + SEE_HELP });
}
