import { Command, Option } from 'commander';
import { SkinnywhaleError } from '../model/errors.ts';
import { packageVersion } from '../model/version.ts';
import {
  DEFAULT_TRIM,
  DLOPEN_LEVELS,
  type DlopenLevel,
  PACKAGE_DATA_MODES,
  type PackageDataMode,
  PROGRAM_LEVELS,
  type ProgramLevel,
  SINKS,
  type Sink,
  type SlimOptions,
  SOURCES,
  type Source,
  TRIM_GROUPS,
  type TrimGroup,
} from '../options.ts';
import { type Environment, isSet, reportCache } from './environment.ts';
import { EXIT_CODE_MEANINGS } from './exit-codes.ts';
import { type ExplainRequest, parseExplain } from './explain-program.ts';
import { parse, SEE_HELP, type ViewOptions, viewOptions } from './parse.ts';

/** What a command line asks for: a run, an explanation, the list of rules, or a text on stdout (help, version). */
export type Request =
  | { readonly kind: 'slim'; readonly options: SlimOptions; readonly view: ViewOptions }
  | ExplainRequest
  | { readonly kind: 'rules'; readonly view: ViewOptions }
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
  readonly report?: string;
  readonly rules?: true;
  readonly json?: true;
  readonly quiet?: true;
  readonly debug?: true;
  readonly keepTemp?: true;
  readonly source?: Source;
  readonly sink?: Sink;
  readonly tempDir?: string;
  readonly packageData?: PackageDataMode;
}

const EXAMPLES: readonly (readonly [command: string, what: string])[] = [
  ['skinnywhale jdk', 'makes skinny-jdk from the container jdk'],
  ['skinnywhale -t team/jdk:17 8efbc5497abb', 'under a name of your own'],
  ['skinnywhale --dry-run web', 'shows what would be kept, makes nothing'],
  [`skinnywhale --include '/srv/**' --change 'CMD ["nginx"]' web`, 'keeps more, sets the command'],
  ['skinnywhale --json --strict "$ID" > summary.json', 'on a build server'],
  ['skinnywhale explain skinny-jdk /usr/bin/perl', 'why a file is in the image, or is not'],
];

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
  const text = parse(program, args, columns);
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
    report: parsed.report,
    reportCache: reportCache(env),
    keepTemp: parsed.keepTemp ?? isSet(env, 'NOCLEANUP'),
    tempDir: parsed.tempDir,
    source: parsed.source,
    sink: parsed.sink,
    packageData: parsed.packageData,
    env,
  };
}

function createProgram(): Command {
  return (
    new Command('skinnywhale')
      .description(
        'Turns a container into a small image that still works: what was put into the container, ' +
          'and what that needs of the parent image.',
      )
      .usage('[options] <container>\n       skinnywhale explain <image-or-report> <path>\n       skinnywhale --rules')
      .argument('[container]', 'id, unique id prefix, or name; stopped, running or paused')
      // Counted in parseCommandLine: explain has others.
      .allowExcessArguments()
      .exitOverride()
      .optionsGroup('The image:')
      .option('-t, --tag <ref>', 'name of the image (default: skinny-<container>)')
      .option('--force', 'overwrite an image of that name, whoever made it')
      .addOption(
        new Option('--config <from>', "whose configuration it gets: the parent image's, or the container's")
          .choices(['image', 'container'])
          .default('image'),
      )
      .option(
        '--change <instruction>',
        'apply a Dockerfile instruction to it, such as USER or CMD (repeatable)',
        append,
      )
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
      .addOption(
        new Option('--package-data <mode>', 'records of package managers: what is there (default: honest)').choices(
          PACKAGE_DATA_MODES,
        ),
      )
      .optionsGroup('The run:')
      .option('--host <endpoint>', 'engine: unix:///path, tcp://host:port, ssh://host (default: as docker finds it)')
      .option('--no-pause', "don't pause a running container while it is read")
      .option('--strict', 'fail if a dependency is unresolved')
      .option('--dry-run', 'stop before anything is made')
      .addOption(
        new Option('--source <way>', 'read the container through the engine, or in its own folders here').choices(
          SOURCES,
        ),
      )
      .addOption(
        new Option('--sink <way>', 'send the image as a whole, or its layer first (default: what is faster)').choices(
          SINKS,
        ),
      )
      .option('--temp-dir <folder>', 'where temporary files go')
      .option('--keep-temp', 'leave temporary files where they are')
      .optionsGroup('Output:')
      .option('--json', 'write one JSON document instead of the summary')
      .option('--report <file>', "write it there with its ledger: each path's fate and why")
      .option('-q, --quiet', "write the image's name only, and no progress")
      .option('--debug', 'say more, and show where errors come from')
      .option('--rules', 'list the rules for --rule')
      .version(packageVersion(), '-V, --version', 'show the version')
      .helpOption('-h, --help', 'show this')
      .addHelpText('after', helpTail)
  );
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
