import { Command } from 'commander';
import { SkinnywhaleError } from '../model/errors.ts';
import { type Environment, reportCache } from './environment.ts';
import { parse, type ViewOptions, viewOptions } from './parse.ts';

/** `skinnywhale explain <image-or-report> <path>` */
export interface ExplainRequest {
  readonly kind: 'explain';
  /** an image or a report file */
  readonly subject: string;
  readonly path: string;
  readonly host: string | undefined;
  readonly reportCache: string | undefined;
  readonly view: ViewOptions;
}

/**
 * Reads a command line whose first operand is `explain`.
 * @param columns the width that help is wrapped to
 * @throws USAGE
 */
export function parseExplain(
  args: readonly string[],
  env: Environment,
  columns: number,
): ExplainRequest | { readonly kind: 'text'; readonly text: string } {
  const program = explainProgram();
  const text = parse(program, args, columns);
  if (text !== undefined) return text;
  const [, subject, path, ...others] = program.args;
  if (subject === undefined || path === undefined || others.length > 0) {
    throw new SkinnywhaleError('USAGE', 'explain takes an image or a report, and a path', {
      hint: 'Usage: skinnywhale explain <image-or-report> <path>. See skinnywhale explain --help.',
    });
  }
  const { host, ...view } = program.opts<{ host?: string; json?: true; debug?: true }>();
  return { kind: 'explain', subject, path, host, reportCache: reportCache(env), view: viewOptions(view, env) };
}

function explainProgram(): Command {
  return new Command('skinnywhale explain')
    .description(
      'Tells why a path of a container is in its image: the chain of what needs it; ' +
        'or that it was left out, and what would have kept it.',
    )
    .usage('[options] <image-or-report> <path>')
    .allowExcessArguments()
    .option('--host <endpoint>', 'engine that has the image (default: as docker finds it)')
    .option('--json', 'write one JSON document instead of text')
    .option('--debug', 'show where errors come from')
    .helpOption('-h, --help', 'show this')
    .addHelpText('after', TAIL);
}

const TAIL = `
A report is a file that --report wrote. For an image made here, its name or id
will do: the reports of the last 20 images are kept in
$XDG_CACHE_HOME/skinnywhale, or ~/.cache/skinnywhale, unless SKINNYWHALE_CACHE
is off. What is the name of a file is taken as a file.

Examples:
  $ skinnywhale --report web.json web
  $ skinnywhale explain web.json /usr/lib/x86_64-linux-gnu/libz.so.1
  $ skinnywhale explain skinny-web /usr/bin/perl

Exit codes: 0 answered; 1 not in the container, or no report; 2 wrong usage.`;
