/** A command in an image. Its stdout and exit code have to be the same each time, in any container. */
export interface ProgramCommand {
  readonly command: readonly string[];
  readonly user?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** What it has to end with before anything is slimmed, so that a check is known to get to its end; default: 0. */
  readonly exitCode?: number;
}

/** A server: started in a container of its own, asked once it answers, and stopped with SIGTERM. */
export interface ProgramService {
  readonly command: readonly string[];
  readonly user?: string;
  /** Asked from outside, on this machine's loopback: the container then has the host's network. */
  readonly fetch?: readonly string[];
  /** Asked by commands in the server's container, in this order; the first one is repeated until it succeeds. */
  readonly talk?: readonly ProgramCommand[];
  /** What skinnywhale is to ask beside `fetch`: `tcp:6379`, `healthcheck`. */
  readonly probes?: readonly string[];
  /** A command that succeeds where it is well, for the image. */
  readonly healthcheck?: readonly string[];
}

/** A real program from Debian packages, and what shows that it works. `{port}` stands for a free port everywhere. */
export interface Program {
  /** `[a-z0-9-]+`: part of file and image names */
  readonly name: string;
  readonly packages: readonly string[];
  /** absolute path in the container -> text; written after the packages are installed */
  readonly files?: Readonly<Record<string, string>>;
  /** shell script, run in the container as root after the files are written */
  readonly prepare?: string;
  readonly run: readonly ProgramCommand[];
  readonly service?: ProgramService;
}
