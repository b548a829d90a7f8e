import type { ParentName } from './parents.ts';

/** How the same system comes about. */
export const WAYS = ['installed', 'parent', 'configured', 'image'] as const;
/**
 * - installed: everything lies in one container over Debian, whose command is a shell;
 * - parent: the runtime lies in the parent, whose command is a shell, and the application in the container; what
 *   `docker run` was given for the container is given for the skinny image as well;
 * - configured: the same, with the application's configuration in the parent;
 * - image: a Dockerfile adds the application and its configuration to the parent, and the image is slimmed.
 */
export type Way = (typeof WAYS)[number];

/** What lies at a path: a text (executable where it starts with `#!`), or more exactly. */
export type HomeFile =
  | string
  | { readonly text: string; readonly mode?: number; readonly owner?: number }
  | { readonly link: string }
  | { readonly directory: true; readonly mode?: number; readonly owner?: number };

/** Programs and libraries of the case's own, made by a build stage. */
export interface HomeBuild {
  /** `compiler`, `toolchain`, or a parent whose runtime is needed for it */
  readonly stage: ParentName;
  /** absolute path -> source text */
  readonly sources: Readonly<Record<string, string>>;
  /** shell script; what it leaves in /out goes to the root directory of the case's image */
  readonly script: string;
}

/** As in a Dockerfile. */
export interface HomeConfig {
  readonly entrypoint?: readonly string[];
  readonly cmd?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly workdir?: string;
  readonly user?: string;
  readonly volumes?: readonly string[];
  /** a shell command */
  readonly healthcheck?: string;
}

/** A service that goes on: one of the three says that it works. All of them wait for it. */
export interface HomeService {
  /** `8080/path`: asked by GET on the container's own loopback; the answers' status and text are compared */
  readonly fetch?: readonly string[];
  /** what its output has to come to; the matched text is compared */
  readonly log?: RegExp;
  /** HEALTHCHECK says healthy */
  readonly healthy?: true;
}

/** An application as somebody would have it at home, and what shows that it works. */
export interface HomeCase {
  /** `[a-z0-9-]+` */
  readonly name: string;
  readonly parent: ParentName;
  /** Debian packages that are installed above the parent */
  readonly packages?: readonly string[];
  readonly build?: HomeBuild;
  /** `name@version`: npm packages in /srv/node_modules, installed on this machine without their scripts */
  readonly modules?: readonly string[];
  /** the user's own, by absolute path */
  readonly files?: Readonly<Record<string, HomeFile>>;
  /** shell scripts, run as root after the files are there, each as a layer of its own in an image */
  readonly prepare?: readonly string[];
  readonly config?: HomeConfig;
  /** arguments of `docker run`; default: none, what the configuration says runs */
  readonly run?: readonly string[];
  readonly stdin?: string;
  readonly service?: HomeService;
  /** what the fat image has to print: all of it, or a part */
  readonly prints: string | RegExp;
  /** what it ends with; default 0 */
  readonly exitCode?: number;
  /** default: all */
  readonly ways?: readonly Way[];
  /** a representative of its kind, small and quick: in CI */
  readonly representative?: true;
}
