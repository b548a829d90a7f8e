import type { FileTree } from '../filesystem/file-tree.ts';
import type { TreeEntry } from '../filesystem/tree-entry.ts';
import { type ImagePath, imagePath, joinPath, parentPath, withAncestors } from '../model/image-path.ts';
import type { RootReason } from '../model/reason.ts';
import type { InstalledPackages } from '../package-records/declared/installed-packages.ts';
import type { KeptPaths } from './kept-paths.ts';

/** Directories in which everything is a program's or user's own; of `usr/lib` and its like that holds for what no package has. */
const SHARED = /^(|home|media|mnt|opt|srv|usr\/(lib|libexec|local|share|src)|var\/(lib|opt|www))$/;
/** Shared directories whose files stand for an application: `node /srv/server.js` reads what is beside it. */
const APPLICATION = /^(|mnt|opt|srv|usr\/src|var\/www)$/;
/** What is the system's whoever put it there: of runtimes in /usr/local their programs' rules know what is needed. */
const SYSTEM =
  /^(bin|boot|dev|etc|lib\w*|lost\+found|proc|run|sbin|sys|tmp|usr\/(s?bin|games|include|lib\w+|local\/(bin|etc|games|include|lib\w*|libexec|man|sbin|share|src))|var\/(backups|cache|lock|log|mail|run|spool|tmp))(\/|$)|^(\.dockerenv|usr|var)$/;
/** Shared directories with mostly packages' things in them. */
const PACKAGED = /^(usr\/(lib|libexec|share)|var\/lib)$/;
/** Downloads that are made again when they are missing. */
const CACHES = /(^|\/)(\.cache|\.npm|\.yarn\/cache|\.cargo\/registry|\.m2\/repository|\.gradle\/caches)$/;
/** Programs whose rules know what of their prefix is needed. */
const RUNTIMES = ['java', 'node', 'perl', 'php', 'python', 'python3', 'R', 'ruby', 'erl'];

const REASON: RootReason = { kind: 'unowned' };

/**
 * What no package owns is the user's, in the parent as in the change layer: where one file of an application is kept,
 * the application's directory is kept, no matter what asks for it, with the directories that links of it lead to.
 */
export class OwnFiles {
  readonly #packages: InstalledPackages;
  readonly #tree: FileTree;
  readonly #kept: KeptPaths;
  /** directories that are kept with all that is in them */
  readonly #whole = new Set<ImagePath>();
  readonly #runtimes = new Map<ImagePath, boolean>();

  constructor(where: { packages: InstalledPackages; tree: FileTree; kept: KeptPaths }) {
    this.#packages = where.packages;
    this.#tree = where.tree;
    this.#kept = where.kept;
  }

  /** Adds what belongs to a kept file or link, or to a directory that the configuration names. */
  look({ path, type }: TreeEntry): void {
    if (type === 'symlink') this.#lookBehind(path);
    else if (type === 'file') this.#bring(this.#applicationOf(path));
    else if (type === 'directory' && this.#kept.reasons.get(path)?.some(({ kind }) => kind === 'config')) {
      this.#bring(SHARED.test(path) ? path : this.#applicationOf(path));
    }
  }

  /** `current -> releases/7`, `uploads -> ../../shared/uploads` */
  #lookBehind(link: ImagePath): void {
    if (SYSTEM.test(link) || this.#packages.ownerOf(link) !== undefined) return;
    const { entry, path } = this.#tree.resolve(`/${link}`);
    if (entry?.type === 'directory' && !SHARED.test(path) && this.#applicationOf(path) !== undefined) this.#bring(path);
  }

  /** The directory of the application that a path is part of; undefined where it is the system's, a package's, a runtime's, or kept. */
  #applicationOf(path: ImagePath): ImagePath | undefined {
    if (SYSTEM.test(path) || this.#packages.ownerOf(path) !== undefined) return undefined;
    let application: ImagePath | undefined;
    for (const at of withAncestors(path)) {
      if (SHARED.test(at)) break;
      if (this.#whole.has(at) || this.#isRuntime(at)) return undefined;
      application = at;
    }
    if (application === undefined) return undefined;
    const shared = parentPath(application);
    if (PACKAGED.test(shared) && (this.#packages.isEmpty || this.#packages.ownerOf(application) !== undefined))
      return undefined;
    if (this.#tree.get(application)?.type === 'directory')
      return isDotFile(path, application) ? undefined : application;
    return APPLICATION.test(shared) ? shared : undefined;
  }

  /** A prefix with an interpreter in it. A virtual environment is an application's. */
  #isRuntime(directory: ImagePath): boolean {
    let answer = this.#runtimes.get(directory);
    if (answer === undefined) {
      const has = (name: string): boolean => this.#tree.get(joinPath(directory, name)) !== undefined;
      answer = has('bin') && !has('pyvenv.cfg') && RUNTIMES.some((name) => has(`bin/${name}`));
      this.#runtimes.set(directory, answer);
    }
    return answer;
  }

  /** Keeps all of a directory that no package owns. */
  #bring(directory: ImagePath | undefined): void {
    if (directory === undefined || this.#whole.has(directory)) return;
    this.#whole.add(directory);
    const isShared = SHARED.test(directory);
    for (const entry of this.#tree.children(directory)) {
      const { path, type } = entry;
      if (this.#whole.has(path) || CACHES.test(path)) continue;
      if (isShared && (SYSTEM.test(path) || SHARED.test(path) || this.#isRuntime(path))) continue;
      if (this.#packages.ownerOf(path) === undefined) this.#kept.add(entry, REASON);
      if (type === 'directory') this.#bring(path);
    }
  }
}

/** A user's settings and histories (`/root/.bashrc`) do not stand for what else is in that user's home. */
function isDotFile(path: ImagePath, home: ImagePath): boolean {
  return (home === imagePath('/root') || parentPath(home) === 'home') && path.startsWith(`${home}/.`);
}
