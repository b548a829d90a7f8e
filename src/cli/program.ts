import { Command } from 'commander';
import { SkinnywhaleError } from '../model/errors.ts';
import { packageVersion } from '../model/version.ts';
import type { SlimOptions } from '../options.ts';
import type { Environment } from './environment.ts';
import { EXIT_CODE_MEANINGS } from './exit-codes.ts';
import { type ExplainRequest, parseExplain } from './explain-program.ts';
import { parse, SEE_HELP, type ViewOptions, viewOptions } from './parse.ts';
import { addSlimOptions, type Parsed, slimOptions } from './slim-options.ts';

/** What a command line asks for: a run, an explanation, the list of rules, or a text on stdout (help, version). */
export type Request =
  | { readonly kind: 'slim'; readonly options: SlimOptions; readonly view: ViewOptions }
  | ExplainRequest
  | { readonly kind: 'rules'; readonly view: ViewOptions }
  | { readonly kind: 'text'; readonly text: string };

const EXAMPLES: readonly (readonly [command: string, what: string])[] = [
  ['skinnywhale jdk', 'makes skinny-jdk from the container jdk'],
  ['skinnywhale -t team/jdk:17 8efbc5497abb', 'under a name of your own'],
  ['skinnywhale --dry-run web', 'shows what would be kept, makes nothing'],
  [`skinnywhale --include '/srv/**' --change 'CMD ["nginx"]' web`, 'keeps more, sets the command'],
  [`skinnywhale --check 'php -v' --probe http://localhost/ web`, 'makes no image that fails them'],
  ['skinnywhale --json --strict "$ID" > summary.json', 'on a build server'],
  ['skinnywhale explain skinny-jdk /usr/bin/perl', 'why a file is in the image, or is not'],
];

/** Options whose value may be left out, with the value that they have then. */
const BARE: { readonly [option: string]: string | undefined } = {
  '--tight': '--tight=unowned',
  '--live': '--live=open',
};

const HELP = ['-h', '--help'];

/** Environment variables that stand for an option when they are set and not empty, as in the original script. */
const VARIABLES: readonly (readonly [variable: string, option: string])[] = [
  ['DEBUG', '--debug'],
  ['NOCLEANUP', '--keep-temp'],
  ['BRUTELIB', '--brute-lib'],
  ['BRUTEUSRLIB', '--brute-usr-lib'],
];

/**
 * Reads a command line.
 * @param args without node and the script
 * @param columns the width that help is wrapped to
 * @throws USAGE
 */
export function parseCommandLine(args: readonly string[], env: Environment, columns: number): Request {
  if (args[0] === 'explain' && args.some((arg) => HELP.includes(arg))) return parseExplain(args, env, columns);
  const program = createProgram();
  // With a value of its own it would take the container for one.
  const text = parse(
    program,
    args.map((arg) => BARE[arg] ?? arg),
    columns,
  );
  if (text !== undefined) return text;
  const parsed = program.opts<Parsed>();
  const [container, ...others] = program.args;
  const view = viewOptions(parsed, env);
  if (parsed.rules === true) {
    if (container !== undefined) throw rulesWithOperand(container);
    return { kind: 'rules', view };
  }
  if (container === undefined) throw noContainer();
  if (others.length === 0) return { kind: 'slim', options: slimOptions(container, parsed, env), view };
  if (container === 'explain') return parseExplain(args, env, columns);
  throw new SkinnywhaleError('USAGE', `too many arguments: expected one container, got ${others.length + 1}`, {
    hint: SEE_HELP,
  });
}

function createProgram(): Command {
  const program = new Command('skinnywhale')
    .description(
      'Turns a container or an image into a small image that still works: what was put on top of ' +
        'its base, and what that needs of the base.',
    )
    .usage(
      '[options] <container-or-image>\n       skinnywhale explain <image-or-report> <path>\n       skinnywhale --rules',
    )
    .argument('[name]', 'a container (stopped, running or paused), else an image; container:NAME, image:REF')
    // Counted in parseCommandLine: explain has others.
    .allowExcessArguments()
    .exitOverride();
  return addSlimOptions(program)
    .optionsGroup('Output:')
    .option('--json', 'write one JSON document instead of the summary')
    .option('--report <file>', "write it there with its ledger: each path's fate and why")
    .option('-q, --quiet', "write the image's name only, and no progress")
    .option('--debug', 'say more, and show where errors come from')
    .option('--rules', 'list the rules for --rule')
    .version(packageVersion(), '-V, --version', 'show the version')
    .helpOption('-h, --help', 'show this')
    .addHelpText('after', helpTail);
}

/** What follows the options in `--help`. */
function helpTail(): string {
  const examples = EXAMPLES.map(([command, what]) => `  $ ${command}\n      ${what}`);
  const variables = VARIABLES.map(
    ([variable, option]) => `  ${variable.padEnd(18)} ${option}, when it is set and not empty`,
  );
  const others = [
    'DOCKER_HOST        the engine, as for docker; --host wins',
    'SOURCE_DATE_EPOCH  the date of the image, in seconds since 1970',
    'TMPDIR             where temporary files go',
    'NO_COLOR           no bold text, when it is set and not empty',
    'SKINNYWHALE_CACHE  off: keep no reports for explain; else those of the last 20',
    '                   images are in $XDG_CACHE_HOME/skinnywhale (or ~/.cache)',
  ].map((line) => `  ${line}`);
  const codes = Object.entries(EXIT_CODE_MEANINGS).map(([code, meaning]) => `  ${code.padStart(3)}  ${meaning}`);
  return [
    ['\nExamples:', ...examples],
    ['\nEnvironment variables:', ...variables, ...others],
    ['\nExit codes:', ...codes],
  ]
    .flat()
    .join('\n');
}

function noContainer(): SkinnywhaleError {
  return new SkinnywhaleError('USAGE', 'no container given', {
    hint: `Usage: skinnywhale [options] <container>. ${SEE_HELP} Containers: docker ps -a.`,
  });
}

function rulesWithOperand(operand: string): SkinnywhaleError {
  return new SkinnywhaleError('USAGE', `--rules lists the rules, and takes no ${JSON.stringify(operand)}`, {
    hint: 'To switch a rule: --rule +name or --rule -name.',
  });
}
