import type { AnalysisView } from '../filesystem/analysis-view.ts';
import { expandGlob } from '../filesystem/expand-glob.ts';
import { isExecutable, type TreeEntry } from '../filesystem/tree-entry.ts';
import { DEFAULT_PATH, environmentValue } from '../model/image-config.ts';
import { byteString, type ImagePath, parentPath } from '../model/image-path.ts';
import { type ShellSurroundings, type ShellWords, shellWords, vectorWords } from '../shell/shell-commands.ts';
import { ScriptTime } from '../shell/time-limit.ts';
import type { CommandWords } from '../shell/wrappers.ts';
import { calledFiles } from './called-files.ts';
import { type FoundCommand, findCommand } from './commands.ts';
import type { Facts } from './facts/facts.ts';
import { passedOn } from './passed-on.ts';
import type { Reader } from './read-file.ts';

/** What a file's facts come to in a certain container. Paths are absolute byte strings. */
export interface Resolved {
  /** programs that it starts, by how they were found */
  readonly programs: ReadonlySet<string>;
  /** programs that it names in a way that may be a start */
  readonly likely: ReadonlySet<string>;
  /** files that it reads in or runs by an interpreter, and how they are to be read */
  readonly files: ReadonlyMap<string, { readonly entry: TreeEntry; readonly reader: Reader | undefined }>;
  /** paths that it names */
  readonly mentions: ReadonlySet<string>;
  /** programs that it starts and that are not there */
  readonly missing: ReadonlySet<string>;
  readonly startsUnknown: boolean;
  /** false where a script takes too long to be read to its end */
  readonly isWhole: boolean;
  /** locales that its shell lines set */
  readonly locales: ReadonlySet<string>;
}

/** Whose facts they are. */
export interface Requester {
  /** undefined for the image's configuration */
  readonly path: ImagePath | undefined;
  /** literals that may be commands count */
  readonly guess: boolean;
}

const SHELL: Reader = { kind: 'shell' };

/** Directories that scripts add to PATH. */
const MOST_SEARCHED = 64;

/** Files of a directory or a glob that are followed. */
const MOST_FILES = 200;

/** What all files of one container share. */
interface Shared {
  /** how long their scripts may take together */
  readonly time: ScriptTime;
  /** directories that scripts put into PATH, for themselves and what they start */
  readonly searched: Set<string>;
}

/** Looks up what files say in one container. */
export class FactResolver {
  readonly #view: AnalysisView;
  readonly #shared: Shared = { time: new ScriptTime(), searched: new Set() };

  constructor(view: AnalysisView) {
    this.#view = view;
  }

  resolve(facts: Facts, by: Requester): Resolved {
    const one = new Resolution(this.#view, by, this.#shared);
    one.addFacts(facts);
    return one;
  }
}

class Resolution implements Resolved {
  readonly programs = new Set<string>();
  readonly likely = new Set<string>();
  readonly files = new Map<string, { entry: TreeEntry; reader: Reader | undefined }>();
  readonly mentions = new Set<string>();
  readonly missing = new Set<string>();
  readonly locales = new Set<string>();
  startsUnknown = false;
  isWhole = true;
  readonly #view: AnalysisView;
  readonly #by: Requester;
  readonly #surroundings: ShellSurroundings;
  readonly #searched: Set<string>;
  /** directories that a relative path may start from */
  readonly #bases: readonly string[];
  /** the image's configuration with the PATH that the file's programs are looked up in */
  readonly #run: AnalysisView['run'];

  constructor(view: AnalysisView, by: Requester, { time, searched }: Shared) {
    this.#view = view;
    this.#by = by;
    this.#searched = searched;
    const environment = (name: string): string | undefined => environmentValue(view.run, name);
    this.#surroundings = { environment, time };
    const directory = by.path === undefined ? undefined : `/${parentPath(by.path)}`;
    const places = [byteString(view.run.WorkingDir ?? '/'), byteString(view.ranAs?.WorkingDir ?? ''), directory ?? ''];
    this.#bases = [...new Set(places.filter((place) => place !== ''))];
    const path = environmentValue(view.run, 'PATH') ?? DEFAULT_PATH;
    const local = this.#bases.map((base) => `${base}/node_modules/.bin`).join(':');
    this.#run = {
      ...view.run,
      Env: [...(view.run.Env ?? []).filter((text) => !text.startsWith('PATH=')), `PATH=${path}:${local}`],
    };
  }

  addFacts(facts: Facts): void {
    this.startsUnknown ||= facts.startsUnknown;
    for (const text of facts.scripts) this.#addWords(shellWords(text, this.#surroundings));
    for (const words of facts.vectors) this.#addWords(vectorWords(words, this.#surroundings));
    for (const name of facts.lookups) this.#addProgram(this.#find(name));
    if (this.#by.guess) for (const text of facts.literals) this.#addLiteral(text);
    for (const path of facts.paths) this.mentions.add(byteString(path));
    for (const path of facts.beside) this.#addBeside(path);
  }

  #addWords(words: ShellWords): void {
    this.startsUnknown ||= words.runsUnknown;
    this.isWhole &&= words.isWhole;
    for (const directory of words.searched)
      if (this.#searched.size < MOST_SEARCHED) this.#searched.add(byteString(directory));
    for (const name of words.commands) {
      const found = this.#find(name);
      if (found !== undefined) this.#addProgram(found);
      else if (isPlainName(name)) this.missing.add(byteString(name));
    }
    for (const call of words.calls) this.#addCall(call);
    for (const name of words.locales) this.locales.add(name);
    for (const path of words.paths) this.mentions.add(byteString(path));
    for (const path of words.sourced) this.#addFiles(path, SHELL);
    for (const path of words.beside) this.#addBeside(path);
  }

  #addProgram(found: FoundCommand | undefined): void {
    if (found !== undefined) this.programs.add(found.path);
  }

  /** As execvp(3) does it, and beside the file itself: `./run` may be meant so. */
  #find(name: string): FoundCommand | undefined {
    const where = { tree: this.#view.tree, run: this.#run };
    const found = findCommand(name, where);
    if (found !== undefined || name.startsWith('/')) return found;
    for (const base of name.includes('/') ? this.#bases : this.#searched) {
      const beside = findCommand(`${base}/${name}`, where);
      if (beside !== undefined) return beside;
    }
    return undefined;
  }

  #addCall(words: CommandWords): void {
    const { files, directories, facts } = calledFiles(words);
    for (const { path, reader } of files) this.#addFiles(path, reader);
    for (const directory of directories) this.#addDirectory(directory);
    this.addFacts(facts);
    const passed = passedOn(words, this.#view, (name) => this.#find(name));
    if (passed !== undefined) this.#addWords(vectorWords(passed, this.#surroundings));
  }

  /** A literal that may be a command line: one whose first word is a program that is there. */
  #addLiteral(text: string): void {
    const first = /^[\w./+-]+/.exec(text)?.[0];
    const found = first === undefined || !isPlainName(first) ? undefined : this.#find(first);
    if (found === undefined || (first !== text && !/^[\w./+-]+[ \t]+[-\w./$"'|<>&;%{@+]/.test(text))) return;
    this.likely.add(found.path);
    if (first === text) return;
    for (const name of shellWords(text, this.#surroundings).commands) {
      const one = this.#find(name);
      if (one !== undefined) this.likely.add(one.path);
    }
  }

  #addBeside(path: string): void {
    const { path: by } = this.#by;
    this.#addFiles(path.startsWith('/') || by === undefined ? path : `/${parentPath(by)}/${path}`, undefined);
  }

  /** A file or a glob, from any of the directories that it may be meant from. */
  #addFiles(text: string, reader: Reader | undefined): void {
    const path = byteString(text);
    const paths = path.startsWith('/') ? [path] : this.#bases.map((base) => `${base}/${path}`);
    const found = paths.flatMap((one) => (/[*?[]/.test(one) ? expandGlob(this.#view, one) : [one]));
    for (const one of found.slice(0, MOST_FILES)) {
      const { entry } = this.#view.tree.resolve(one);
      if (entry?.type === 'file') this.files.set(one, { entry, reader });
    }
  }

  /** run-parts(8), runsvdir(8): the executables in a directory, or the `run` of each directory in it. */
  #addDirectory(text: string): void {
    const { path } = this.#view.tree.resolve(byteString(text));
    for (const entry of this.#view.tree.children(path).slice(0, MOST_FILES)) {
      const { entry: target } = this.#view.tree.resolve(`/${entry.path}`);
      if (target !== undefined && isExecutable(target))
        this.files.set(`/${entry.path}`, { entry: target, reader: undefined });
      if (target?.type !== 'directory') continue;
      for (const run of this.#view.tree.children(target.path)) {
        if (isExecutable(run)) this.files.set(`/${run.path}`, { entry: run, reader: undefined });
      }
    }
  }
}

/** No pattern, no place of a format, no name of a variable. */
function isPlainName(name: string): boolean {
  return /^[\w./+@-]+$/.test(name) && /[A-Za-z]/.test(name) && name.length < 200;
}
