import { type Command, Option } from 'commander';
import { SkinnywhaleError } from '../model/errors.ts';
import {
  CHECK_NETWORKS,
  type CheckNetwork,
  DEFAULT_REPAIR,
  DEFAULT_TRIM,
  DLOPEN_LEVELS,
  type DlopenLevel,
  LIVE_WAYS,
  type LiveWay,
  PACKAGE_DATA_MODES,
  type PackageDataMode,
  PROGRAM_LEVELS,
  type ProgramLevel,
  SINKS,
  type Sink,
  type SlimOptions,
  SOURCES,
  type Source,
  TIGHT_LEVELS,
  type TightLevel,
  TRIM_GROUPS,
  type TrimGroup,
} from '../options.ts';
import { type Environment, isSet, reportCache } from './environment.ts';

/** Commander's parsed options, by their long names. */
export interface Parsed {
  readonly tag?: string;
  readonly base?: string;
  readonly output?: string;
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
  readonly check?: readonly string[];
  readonly checkFile?: readonly string[];
  readonly probe?: readonly string[];
  readonly checkNetwork?: CheckNetwork;
  readonly checkTimeout?: number;
  readonly checkEnv?: readonly string[];
  readonly checkEnvFile?: readonly string[];
  readonly checkVolume?: readonly string[];
  readonly checkWith?: readonly string[];
  readonly checkMemory?: string;
  readonly checkPids?: string;
  readonly checkPrivileges?: true;
  readonly traceChecks: boolean;
  readonly keepFailed?: true;
  readonly repair?: number;
  readonly trace?: readonly string[];
  readonly tracer?: string;
  readonly profile?: readonly string[];
  readonly profileOut?: string;
  readonly live?: LiveWay;
  readonly tight?: TightLevel;
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

/** What the library is asked for by a command line. */
export function slimOptions(subject: string, parsed: Parsed, env: Environment): SlimOptions {
  return {
    subject,
    base: parsed.base,
    output: parsed.output,
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
    checks: parsed.check,
    checkFiles: parsed.checkFile,
    probes: parsed.probe,
    checkNetwork: parsed.checkNetwork,
    checkTimeout: parsed.checkTimeout,
    checkEnv: parsed.checkEnv,
    checkEnvFiles: parsed.checkEnvFile,
    checkVolumes: parsed.checkVolume,
    checkWith: parsed.checkWith,
    checkMemory: parsed.checkMemory,
    checkPids: parsed.checkPids,
    checkPrivileges: parsed.checkPrivileges,
    traceChecks: parsed.traceChecks,
    keepFailed: parsed.keepFailed,
    repair: parsed.repair,
    traces: parsed.trace,
    tracer: parsed.tracer,
    profiles: parsed.profile,
    profileOut: parsed.profileOut,
    live: parsed.live,
    tight: parsed.tight,
    env,
  };
}

/** Options of a run, by groups. */
export function addSlimOptions(command: Command): Command {
  return command
    .optionsGroup('The image:')
    .option('-t, --tag <ref>', 'name of the image (default: skinny-<name>)')
    .option('-o, --output <place>', 'docker-archive:FILE in place of the engine')
    .option('--base <ref>', "what is below it: an image's name or id, or none")
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
    .addOption(
      new Option(
        '--tight [level]',
        'also prune your changes to what is used and what no package owns; =observed: only what is used; =package: whole packages',
      ).choices(TIGHT_LEVELS),
    )
    .addOption(
      new Option('--package-data <mode>', 'records of package managers: what is there (default: honest)').choices(
        PACKAGE_DATA_MODES,
      ),
    )
    .optionsGroup('Proof (each is run in the container, too):')
    .option('--check <command>', 'has to do the same in the image, else nothing is tagged (repeatable)', append)
    .option('--check-file <file>', 'checks as YAML or JSON: command, user, env, stdin ... (repeatable)', append)
    .option('--probe <what>', 'has to answer the same: http://localhost:80/, tcp:6379, healthcheck', append)
    .addOption(new Option('--check-network <network>', 'what checks may reach (default: none)').choices(CHECK_NETWORKS))
    .option('--check-timeout <seconds>', 'time limit of each check and probe (default: 60; probes 30)', timeLimit)
    .option(
      '--check-env <variable>',
      'NAME=value, or NAME, for checks and probes; not in the image (repeatable)',
      append,
    )
    .option('--check-env-file <file>', 'a file of such lines (repeatable)', append)
    .option(
      '--check-volume <mount>',
      'mount for checks and probes: /here:/there, read-only unless :rw (repeatable)',
      append,
    )
    .option(
      '--check-with <container>',
      'join the networks of a running container, such as a database (repeatable)',
      append,
    )
    .option('--check-memory <size>', 'memory limit of checks and probes, or none (default: 4g)')
    .option('--check-pids <number>', 'limit of processes and threads, or none (default: 4096)')
    .option('--check-privileges', 'let set-user-ID programs gain rights in checks and probes')
    .option('--no-trace-checks', "don't also keep what passing checks are seen to use")
    .option('--repair <rounds>', `add what a failed check uses, so often (default: ${DEFAULT_REPAIR})`, rounds)
    .option('--keep-failed', 'leave an image that fails under its name with -failed')
    .option('--trace <command>', 'keep what it uses in the container (repeatable)', append)
    .option('--tracer <strace>', "a file here or an image that has it (default: this machine's)")
    .addOption(
      new Option(
        '--live [way]',
        'keep files that its running processes have open; =restart: what a new start uses',
      ).choices(LIVE_WAYS),
    )
    .option('--profile <file>', 'keep what was learned before (repeatable)', append)
    .option('--profile-out <file>', 'write what was learned')
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
    .option('--keep-temp', 'leave temporary files where they are');
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

function timeLimit(text: string): number {
  if (!/^\d{1,5}(\.\d+)?$/.test(text) || Number(text) <= 0)
    throw new SkinnywhaleError('USAGE', `--check-timeout: ${JSON.stringify(text)} is not a number of seconds`);
  return Number(text);
}

function rounds(text: string): number {
  if (!/^\d{1,3}$/.test(text))
    throw new SkinnywhaleError('USAGE', `--repair: ${JSON.stringify(text)} is not a number of rounds`);
  return Number(text);
}
