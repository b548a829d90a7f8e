/** The part of an image's configuration that says how to run it (OCI image-spec `config`, plus Docker's own fields). */
export interface RunConfig {
  User?: string;
  ExposedPorts?: Record<string, Record<string, never>>;
  Env?: string[];
  Entrypoint?: string[];
  Cmd?: string[];
  Volumes?: Record<string, Record<string, never>>;
  WorkingDir?: string;
  Labels?: Record<string, string>;
  StopSignal?: string;
  StopTimeout?: number;
  ArgsEscaped?: boolean;
  Healthcheck?: Healthcheck;
  Shell?: string[];
  OnBuild?: string[];
}

/** Docker's health check; durations in nanoseconds. */
export interface Healthcheck {
  Test?: string[];
  Interval?: number;
  Timeout?: number;
  StartPeriod?: number;
  StartInterval?: number;
  Retries?: number;
}

/** What an image is for. */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
  readonly osVersion?: string;
}

/** An image as it will be: the config file of a docker-archive, less rootfs and history. */
export interface ImageConfig {
  readonly platform: Platform;
  readonly author?: string;
  /** RFC 3339 */
  readonly created: string;
  readonly run: RunConfig;
}

/** The search path of programs where the image's Env sets none. */
export const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** How a container was run, where that is another way than its image's. */
export type OwnRun = Pick<RunConfig, 'Entrypoint' | 'Cmd' | 'WorkingDir' | 'User' | 'Healthcheck'>;

/** What runs a command line where a config says nothing else. */
export const DEFAULT_SHELL: readonly string[] = ['/bin/sh', '-c'];

/** The command of a health check, with the shell that runs it; empty for a config without a health check. */
export function healthcheckCommand({ Healthcheck, Shell = [] }: Pick<RunConfig, 'Healthcheck' | 'Shell'>): string[] {
  const [kind, ...test] = Healthcheck?.Test ?? [];
  if (kind === 'CMD') return test;
  return kind === 'CMD-SHELL' ? [...(Shell.length > 0 ? Shell : DEFAULT_SHELL), ...test] : [];
}

/** The value of an environment variable in a config; the last one given counts. */
export function environmentValue(config: RunConfig, name: string): string | undefined {
  return config.Env?.findLast((entry) => entry.startsWith(`${name}=`))?.slice(name.length + 1);
}

/** Variables that a container has and its image has not, or with another value. */
export function addedVariables(container: RunConfig, image: RunConfig): [name: string, value: string][] {
  const known = new Set(image.Env);
  return (container.Env ?? []).filter((entry) => !known.has(entry)).map(variable);
}

/** `NAME=value` taken apart; without a value it is empty. */
export function variable(entry: string): [name: string, value: string] {
  const at = entry.indexOf('=');
  return at < 0 ? [entry, ''] : [entry.slice(0, at), entry.slice(at + 1)];
}

/**
 * A configuration as programs meet it that are started with further variables. A list of directories that both give, such
 * as PATH, is searched in both; of anything else the further variable counts.
 */
export function withEnvironment(config: RunConfig, further: readonly string[]): RunConfig {
  if (further.length === 0) return config;
  const joined = further.map((text) => {
    const [name = ''] = text.split('=', 1);
    const given = text.slice(name.length + 1);
    const own = environmentValue(config, name);
    if (own === undefined || !isPathList(given) || !isPathList(own)) return text;
    return `${name}=${[...new Set([...given.split(':'), ...own.split(':')])].join(':')}`;
  });
  return { ...config, Env: [...(config.Env ?? []), ...joined] };
}

function isPathList(value: string): boolean {
  return value.split(':').every((path) => path.startsWith('/'));
}
