import type { EventListener } from './model/events.ts';
import type { DockerArchiveName, SubjectName } from './model/subject-name.ts';

/** What may be left out of the change layer, by name. */
export const TRIM_GROUPS = ['caches', 'tmp', 'ssh-host-keys', 'docs', 'logs'] as const;
export type TrimGroup = (typeof TRIM_GROUPS)[number];

/** What is left out where the caller says nothing. */
export const DEFAULT_TRIM: readonly TrimGroup[] = ['caches', 'tmp', 'ssh-host-keys'];

/** How far to go in guessing what a program opens by dlopen. */
export const DLOPEN_LEVELS = ['off', 'certain', 'likely'] as const;
export type DlopenLevel = (typeof DLOPEN_LEVELS)[number];

/** Whose calls of other programs count: nobody's, those of scripts that something runs, or all scripts'. */
export const PROGRAM_LEVELS = ['off', 'direct', 'all'] as const;
export type ProgramLevel = (typeof PROGRAM_LEVELS)[number];

/** Where the container's files are read. */
export const SOURCES = ['auto', 'engine', 'local'] as const;
export type Source = (typeof SOURCES)[number];

/** How the engine gets the layer: in an archive of the whole image, or by itself. */
export const SINKS = ['auto', 'load', 'import'] as const;
export type Sink = (typeof SINKS)[number];

/**
 * `honest`: package databases have the packages that are in the result, and what of them is there; `keep`: they stay as
 * the container has them; `drop`: they are left out.
 */
export const PACKAGE_DATA_MODES = ['honest', 'keep', 'drop'] as const;
export type PackageDataMode = (typeof PACKAGE_DATA_MODES)[number];

/** What a check may reach: itself alone, the engine's network, or all that the engine's machine can. */
export const CHECK_NETWORKS = ['none', 'bridge', 'host'] as const;
export type CheckNetwork = (typeof CHECK_NETWORKS)[number];

/**
 * How little is kept of the change layer, too. `observed`: what is known to be used, with what the loader and the
 * configuration ask for; `unowned`: also what no package brought, and what rules add; `package`: of packages, all of which
 * anything is used.
 */
export const TIGHT_LEVELS = ['observed', 'unowned', 'package'] as const;
export type TightLevel = (typeof TIGHT_LEVELS)[number];

/** What counts of a running container: what its processes have open, or what its service uses when it is started anew. */
export const LIVE_WAYS = ['open', 'restart'] as const;
export type LiveWay = (typeof LIVE_WAYS)[number];

/** Rounds of learning from a failed check where the caller says nothing. */
export const DEFAULT_REPAIR = 3;

/** What a caller of `slim()` may say. Only `subject` is required, or `container` in its place. */
export interface SlimOptions {
  /**
   * What is to be slimmed: `NAME`, a container's name, id or unique id prefix, else an image's name or id;
   * `container:NAME` and `image:REF` say which; `docker-archive:FILE[:REF]`, an image in what `docker save` has written
   */
  readonly subject?: string | undefined;
  /** the same as `subject: 'container:NAME'` */
  readonly container?: string | undefined;
  /**
   * what lies below the change layer: an image that the container or image was made from, by name or id, or `none`; default:
   * a container's image, and for an image what its labels, other images or its history say
   */
  readonly base?: string | undefined;
  /** default: `skinny-<container>`, or `skinny-<repository>:<tag>` of an image, made a valid reference */
  readonly tag?: string | undefined;
  /** where the result goes: `docker-archive:FILE`; default: the engine */
  readonly output?: string | undefined;
  /** the engine: `unix:///path`, `tcp://host:port`, `ssh://host`; default: what DOCKER_HOST, the docker context or the usual sockets say */
  readonly host?: string | undefined;
  /** overwrite an image of that name whoever made it */
  readonly force?: boolean | undefined;
  /** globs of further paths to keep; one that matches nothing is an error */
  readonly include?: readonly string[] | undefined;
  /** globs of paths to leave out, even if something needs them */
  readonly exclude?: readonly string[] | undefined;
  /** keep all of /lib */
  readonly bruteLib?: boolean | undefined;
  /** keep all of /usr/lib */
  readonly bruteUsrLib?: boolean | undefined;
  /** default: {@link DEFAULT_TRIM} */
  readonly trim?: readonly TrimGroup[] | undefined;
  /** rules switched on (`+name`) or off (`-name`); `all` means every one */
  readonly rules?: readonly string[] | undefined;
  /** default `likely` */
  readonly dlopen?: DlopenLevel | undefined;
  /** default `direct` */
  readonly programs?: ProgramLevel | undefined;
  /** whose configuration the result gets; default `image` */
  readonly config?: 'image' | 'container' | undefined;
  /** Dockerfile instructions applied to the configuration, in their order */
  readonly change?: readonly string[] | undefined;
  /** default true: a running container is paused while it is read */
  readonly pause?: boolean | undefined;
  /** an unresolved dependency fails the run */
  readonly strict?: boolean | undefined;
  /** stop after the plan: nothing is sent */
  readonly dryRun?: boolean | undefined;
  /** a file of this machine for the report with its ledger: every path of the container, and what became of it */
  readonly report?: string | undefined;
  /** a folder that keeps the reports of the last 20 images for `findReport`; default: none is kept */
  readonly reportCache?: string | undefined;
  readonly keepTemp?: boolean | undefined;
  /** where temporary files rest; default: the system's */
  readonly tempDir?: string | undefined;
  /** `local`: from the engine's own folders on this machine; default `auto`: that where it can be done, else the engine */
  readonly source?: Source | undefined;
  /** default `auto`: import where layers can come first, else load */
  readonly sink?: Sink | undefined;
  /** default `honest`: package databases say what is in the result; `keep`: as the container has them; `drop`: none */
  readonly packageData?: PackageDataMode | undefined;
  /** commands that have to do in the result what they do in the container: shell words, or a JSON array of words */
  readonly checks?: readonly string[] | undefined;
  /** files of checks, YAML or JSON */
  readonly checkFiles?: readonly string[] | undefined;
  /** what has to answer when the image is started: `http://localhost:80/`, `tcp:6379`, `healthcheck` */
  readonly probes?: readonly string[] | undefined;
  /** for checks that don't say; default `none` */
  readonly checkNetwork?: CheckNetwork | undefined;
  /** seconds for each check and probe that does not say; default: 60 for a check, 30 and the start period for a probe */
  readonly checkTimeout?: number | undefined;
  /** variables for all checks and probes, on both sides: `NAME=value`, or `NAME` for the caller's own; not in the image */
  readonly checkEnv?: readonly string[] | undefined;
  /** files with such lines */
  readonly checkEnvFiles?: readonly string[] | undefined;
  /** mounts for all checks and probes, as `docker run --volume` takes them; read-only unless they end with `:rw` */
  readonly checkVolumes?: readonly string[] | undefined;
  /** running containers whose networks checks and probes join */
  readonly checkWith?: readonly string[] | undefined;
  /** memory of each check and probe, such as `512m` or `8g`, or `none` for no limit; default 4g */
  readonly checkMemory?: string | undefined;
  /** processes and threads of each check and probe, or `none` for no limit; default 4096 */
  readonly checkPids?: string | undefined;
  /** programs with the set-user-ID bit gain rights in checks and probes */
  readonly checkPrivileges?: boolean | undefined;
  /** default true: what passing checks and probes use is traced and kept, where a tracer is at hand */
  readonly traceChecks?: boolean | undefined;
  /** an image that fails its checks stays under its name with `-failed` */
  readonly keepFailed?: boolean | undefined;
  /** how often what a failed check uses in the container is added; default {@link DEFAULT_REPAIR} */
  readonly repair?: number | undefined;
  /** commands whose use of files counts, traced in the container's state */
  readonly traces?: readonly string[] | undefined;
  /** a file of this machine, or an image that has strace; default: this machine's */
  readonly tracer?: string | undefined;
  /** files with what was learned before */
  readonly profiles?: readonly string[] | undefined;
  /** a file for all that was learned */
  readonly profileOut?: string | undefined;
  /** what the running container's processes have open counts, too (`true`, `open`), or what a new start uses (`restart`) */
  readonly live?: LiveWay | undefined;
  /** keep only what is known to be used, of the change layer, too */
  readonly tight?: TightLevel | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: EventListener | undefined;
  /** default: `process.env`; read for DOCKER_HOST and its kin and SOURCE_DATE_EPOCH */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
}

/** {@link SlimOptions}, checked and complete. */
export interface ResolvedOptions {
  readonly subject: SubjectName;
  readonly base: string | undefined;
  /** a file in place of the engine */
  readonly output: DockerArchiveName | undefined;
  /** the result's full reference, tag included; undefined: what the subject suggests */
  readonly tag: string | undefined;
  readonly host: string | undefined;
  readonly force: boolean;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly bruteLib: boolean;
  readonly bruteUsrLib: boolean;
  readonly trim: readonly TrimGroup[];
  readonly rules: readonly string[];
  readonly dlopen: DlopenLevel;
  readonly programs: ProgramLevel;
  readonly config: 'image' | 'container';
  readonly change: readonly string[];
  readonly pause: boolean;
  readonly strict: boolean;
  readonly dryRun: boolean;
  readonly report: string | undefined;
  readonly reportCache: string | undefined;
  readonly keepTemp: boolean;
  readonly tempDir: string | undefined;
  readonly source: Source;
  readonly sink: Sink;
  readonly packageData: PackageDataMode;
  readonly checks: readonly string[];
  readonly checkFiles: readonly string[];
  readonly probes: readonly string[];
  readonly checkNetwork: CheckNetwork | undefined;
  readonly checkTimeout: number | undefined;
  readonly checkEnv: readonly string[];
  readonly checkEnvFiles: readonly string[];
  readonly checkVolumes: readonly string[];
  readonly checkWith: readonly string[];
  readonly checkMemory: string | undefined;
  readonly checkPids: string | undefined;
  readonly checkPrivileges: boolean;
  readonly traceChecks: boolean;
  readonly keepFailed: boolean;
  readonly repair: number;
  readonly traces: readonly string[];
  readonly tracer: string | undefined;
  readonly profiles: readonly string[];
  readonly profileOut: string | undefined;
  readonly live: LiveWay | undefined;
  readonly tight: TightLevel | undefined;
  readonly signal: AbortSignal;
  readonly onEvent: EventListener;
  readonly env: Readonly<Record<string, string | undefined>>;
}
