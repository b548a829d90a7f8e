import { Command, CommanderError, Option } from 'commander';
import { SkinnywhaleError } from '../model/errors.ts';
import { packageVersion } from '../model/version.ts';
import {
  DEFAULT_TRIM,
  DLOPEN_LEVELS,
  type DlopenLevel,
  PROGRAM_LEVELS,
  type ProgramLevel,
  type SlimOptions,
  TRIM_GROUPS,
  type TrimGroup,
} from '../options.ts';
import { type Environment, isSet } from './environment.ts';
import { EXIT_CODE_MEANINGS } from './exit-codes.ts';

/** How the command itself behaves, apart from what it asks of the library. */
interface ViewOptions {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly debug: boolean;
}

/** What a command line asks for: a run, or a text on stdout (help, version). */
export type Request =
  | { readonly kind: 'slim'; readonly options: SlimOptions; readonly view: ViewOptions }
  | { readonly kind: 'text'; readonly text: string };

/** Commander's parsed options, by their long names. */
interface Parsed {
  readonly tag?: string;
  readonly host?: string;
  readonly force?: true;
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  readonly bruteLib?: true;
  readonly bruteUsrLib?: true;
  readonly trim?: readonly TrimGroup[];
  readonly rule?: readonly string[];
  readonly dlopen?: DlopenLevel;
  readonly programs?: ProgramLevel;
  readonly config: 'image' | 'container';
  readonly change?: readonly string[];
  readonly pause: boolean;
  readonly strict?: true;
  readonly dryRun?: true;
  readonly json?: true;
  readonly quiet?: true;
  readonly debug?: true;
  readonly keepTemp?: true;
}

const EXAMPLES: readonly (readonly [command: string, what: string])[] = [
  ['skinnywhale jdk', 'makes skinny-jdk from the container jdk'],
  ['skinnywhale -t team/jdk:17 8efbc5497abb', 'under a name of your own'],
  ['skinnywhale --dry-run web', 'shows what would be kept, makes nothing'],
  [`skinnywhale --include '/srv/**' --change 'CMD ["nginx"]' web`, 'keeps more, sets the command'],
  ['skinnywhale --json --strict "$ID" > report.json', 'on a build server'],
];

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
  let text = '';
  const program = createProgram().configureOutput({
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
  const parsed = program.opts<Parsed>();
  const [container = ''] = program.args;
  const view = {
    json: parsed.json ?? false,
    quiet: parsed.quiet ?? false,
    debug: parsed.debug ?? isSet(env, 'DEBUG'),
  };
  return { kind: 'slim', options: slimOptions(container, parsed, env), view };
}

function slimOptions(container: string, parsed: Parsed, env: Environment): SlimOptions {
  return {
    container,
    tag: parsed.tag,
    host: parsed.host,
    force: parsed.force,
    include: parsed.include,
    exclude: parsed.exclude,
    bruteLib: parsed.bruteLib ?? isSet(env, 'BRUTELIB'),
    bruteUsrLib: parsed.bruteUsrLib ?? isSet(env, 'BRUTEUSRLIB'),
    trim: parsed.trim,
    rules: parsed.rule,
    dlopen: parsed.dlopen,
    programs: parsed.programs,
    config: parsed.config,
    change: parsed.change,
    pause: parsed.pause,
    strict: parsed.strict,
    dryRun: parsed.dryRun,
    keepTemp: parsed.keepTemp ?? isSet(env, 'NOCLEANUP'),
    env,
  };
}

function createProgram(): Command {
  return new Command('skinnywhale')
    .description(
      'Turns a container into a small image that still works: what was put into the container, ' +
        'and what that needs of the parent image.',
    )
    .usage('[options] <container>')
    .argument('<container>', 'id, unique id prefix, or name; stopped, running or paused')
    .exitOverride()
    .optionsGroup('The image:')
    .option('-t, --tag <ref>', 'name of the image (default: skinny-<container>)')
    .option('--force', 'overwrite an image of that name, whoever made it')
    .addOption(
      new Option('--config <from>', "whose configuration it gets: the parent image's, or the container's")
        .choices(['image', 'container'])
        .default('image'),
    )
    .option('--change <instruction>', 'apply a Dockerfile instruction to it, such as USER or CMD (repeatable)', append)
    .optionsGroup('What is kept:')
    .option('--include <glob>', 'keep these paths, too; an error if none matches (repeatable)', append)
    .option('--exclude <glob>', 'leave these paths out, whatever needs them (repeatable)', append)
    .option('--brute-lib', 'keep all of /lib')
    .option('--brute-usr-lib', 'keep all of /usr/lib')
    .option(
      '--trim <list>',
      `leave out: ${TRIM_GROUPS.join(', ')}; or none (default: ${DEFAULT_TRIM.join(',')})`,
      trimGroups,
    )
    .option('--rule <switch>', 'switch a rule on (+name) or off (-name); --rules lists them (repeatable)', append)
    .addOption(
      new Option('--dlopen <level>', 'libraries that programs name without needing them (default: likely)').choices(
        DLOPEN_LEVELS,
      ),
    )
    .addOption(
      new Option('--programs <level>', 'programs that kept scripts call (default: direct)').choices(PROGRAM_LEVELS),
    )
    .optionsGroup('The run:')
    .option('--host <endpoint>', 'engine: unix:///path, tcp://host:port, ssh://host (default: as docker finds it)')
    .option('--no-pause', "don't pause a running container while it is read")
    .option('--strict', 'fail if a dependency is unresolved')
    .option('--dry-run', 'stop before anything is made')
    .option('--keep-temp', 'leave temporary files where they are')
    .optionsGroup('Output:')
    .option('--json', 'write one JSON document instead of the summary')
    .option('-q, --quiet', "write the image's name only, and no progress")
    .option('--debug', 'say more, and show where errors come from')
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

function append(value: string, previous: readonly string[] = []): string[] {
  return [...previous, value];
}

function trimGroups(list: string): TrimGroup[] {
  if (list === 'none') return [];
  const names = list.split(',').map((name) => name.trim());
  const known = new Set<string>(TRIM_GROUPS);
  const unknown = names.find((name) => !known.has(name));
  if (unknown !== undefined) {
    throw new SkinnywhaleError('USAGE', `--trim: there is no group ${JSON.stringify(unknown)}`, {
      hint: `Give none, or some of ${TRIM_GROUPS.join(', ')}, separated by commas.`,
    });
  }
  return [...new Set(names)] as TrimGroup[];
}

/** Commander's complaint as ours: its suggestion becomes the hint. */
function usageError(error: CommanderError): SkinnywhaleError {
  const seeHelp = 'See skinnywhale --help.';
  if (error.code === 'commander.missingArgument') {
    return new SkinnywhaleError('USAGE', 'no container given', {
      hint: `Usage: skinnywhale [options] <container>. ${seeHelp} Containers: docker ps -a.`,
    });
  }
  const [message = '', suggestion] = error.message.replace(/^error: /, '').split('\n');
  const meant = suggestion === undefined ? '' : `${suggestion.replace(/^\(|\)$/g, '')} `;
  return new SkinnywhaleError('USAGE', message, { hint: meant + seeHelp });
}
