import type { ElfFile } from '../elf/elf-file.ts';
import { acceptedCacheFlags } from '../elf/ld-cache.ts';
import type { FileTree } from '../filesystem/file-tree.ts';
import { baseName, type ImagePath, joinPath, withoutTrailingSlashes } from '../model/image-path.ts';
import type { LibraryPlace } from '../model/reason.ts';
import { cpuDirectories } from './directories.ts';
import type { ElfIndex } from './elf-index.ts';
import type { GlibcParameters } from './glibc-parameters.ts';
import type {
  Candidate,
  Failure,
  LibrarySearch,
  LoadedObject,
  LoaderFile,
  Request,
  SearchResult,
} from './library-search.ts';
import { loadersOf } from './link-map.ts';
import { type Probe, probe, whyNoLibrary } from './probe.ts';
import type { SearchBudget } from './search-budget.ts';
import { expandTokens, isTrusted, type Tokens, usesOrigin, usesTokens } from './tokens.ts';

const PRELOAD_FILE = '/etc/ld.so.preload';

interface Step {
  readonly directories: readonly string[];
  readonly found: LibraryPlace;
}

/** A directory, as the loader spells it and where it is. */
interface Place {
  readonly text: string;
  readonly path: ImagePath;
}

/** The directories of a requester's own, in front of the environment's and behind them. */
interface OwnSteps {
  readonly rpath: readonly Step[];
  readonly runpath: readonly Step[];
}

/** What a search has come upon. `ended`: what any CPU takes was found, or stops the search. */
interface Hits {
  readonly candidates: Candidate[];
  /** what stops it on every CPU */
  blocked?: Failure;
  /** what stops it on some CPUs */
  failure?: Failure;
  ended: boolean;
}

/**
 * Finds libraries as glibc's `_dl_map_object` does (elf/dl-load.c): RPATH of the requester and its loaders, then
 * LD_LIBRARY_PATH, RUNPATH of the requester alone, the cache, the system's directories. For a target whose CPU is not
 * known, the search goes on behind what only some CPUs take.
 */
export class GlibcSearch implements LibrarySearch {
  readonly matchesSonames = true;
  readonly checksVersions = true;
  readonly preloadsByProgram = true;
  readonly #parameters: GlibcParameters;
  readonly budget: SearchBudget;
  readonly #where: { tree: FileTree; elves: ElfIndex };
  readonly #directories = new Map<string, readonly Place[]>();
  readonly #environments = new Map<string, readonly string[]>();
  readonly #found = new Map<string, SearchResult>();
  /** of the last requester, which mostly asks for more */
  #last: { readonly requester: LoadedObject; readonly main: LoadedObject; readonly steps: OwnSteps } | undefined;

  constructor(parameters: GlibcParameters, where: { tree: FileTree; elves: ElfIndex; budget: SearchBudget }) {
    this.#parameters = parameters;
    this.#where = where;
    this.budget = where.budget;
  }

  get systemDirectories(): readonly string[] {
    return this.#parameters.systemDirectories;
  }

  get self(): GlibcParameters['self'] {
    return this.#parameters.self;
  }

  get files(): readonly LoaderFile[] {
    return this.#parameters.preloadFile === undefined ? [] : [{ path: PRELOAD_FILE, file: 'ld.so.preload' }];
  }

  fileOf(found: LibraryPlace): LoaderFile | undefined {
    return found === 'ld.so.cache' ? { path: this.#parameters.cachePath, file: found } : undefined;
  }

  /** The loader goes by PT_INTERP as it stands there, and by its soname (elf/rtld.c, _dl_rtld_libname). */
  isBuiltIn(name: string): boolean {
    const { interpreter, self } = this.#parameters;
    return name === interpreter || name === (self?.elf.soname ?? baseName(interpreter));
  }

  preloads(main: LoadedObject): readonly string[] {
    const fromFile = (this.#parameters.preloadFile ?? '').replace(/#[^\n]*/g, '').split(/[ \t\n:]+/);
    return [...named(this.#parameters.preload, /[ :]/, main), ...fromFile.filter((name) => name !== '')];
  }

  audits(main: LoadedObject): readonly string[] {
    const { audit, depaudit } = main.elf;
    return [this.#parameters.audit, ...audit, ...depaudit].flatMap((list) => named(list, ':', main));
  }

  /** A program with more rights than its caller must not have tokens in its needs (elf/dl-deps.c, expand_dst). */
  expand(text: string, requester: LoadedObject, main: LoadedObject): readonly string[] {
    if (main.secure && usesTokens(text)) return [];
    return expandTokens(text, this.#tokens(requester));
  }

  find(request: Request): SearchResult {
    const { name, requester, main, injected = false } = request;
    if (name.includes('/')) return this.#open(name, main);
    const steps = this.#ownSteps(requester, main);
    // Without paths of its own an object finds what any other finds, and most objects have none.
    const { rpath, runpath } = steps;
    const own = rpath.length + runpath.length > 0;
    const shared = !own && !main.secure && !this.#parameters.libraryPath.includes('$');
    const { machine, class: elfClass, flags } = main.elf;
    const key = `${name}\0${elfClass} ${machine} ${flags} ${requester.elf.noDefaultLib}`;
    const known = shared ? this.#found.get(key) : undefined;
    if (known !== undefined) return known;
    const result = this.#search({ name, requester, main, injected }, steps);
    if (shared) this.#found.set(key, result);
    return result;
  }

  #ownSteps(requester: LoadedObject, main: LoadedObject): OwnSteps {
    const last = this.#last;
    if (last?.requester === requester && last.main === main) return last.steps;
    const steps = this.#stepsOf(requester, main);
    this.#last = { requester, main, steps };
    return steps;
  }

  /** The directories that only this requester's headers name, as far as they are there. */
  #stepsOf(requester: LoadedObject, main: LoadedObject): OwnSteps {
    if (requester.elf.runpath !== undefined) {
      const directories = this.#expandList(requester.elf.runpath, requester, main);
      return { rpath: [], runpath: directories.length > 0 ? [{ directories, found: 'RUNPATH' }] : [] };
    }
    const chain = loadersOf(requester);
    if (!chain.includes(main)) chain.push(main);
    const rpath = chain
      .filter(({ elf }) => elf.runpath === undefined && elf.rpath !== undefined)
      .map((object): Step => ({ directories: this.#expandList(object.elf.rpath ?? '', object, main), found: 'RPATH' }));
    return { rpath: rpath.filter(({ directories }) => directories.length > 0), runpath: [] };
  }

  #search(request: Required<Request>, { rpath, runpath }: OwnSteps): SearchResult {
    const { requester, main, injected } = request;
    const libraryPath = main.secure ? '' : this.#parameters.libraryPath;
    const environment: Step = { directories: this.#fromEnvironment(libraryPath, main), found: 'LD_LIBRARY_PATH' };
    const hits: Hits = { candidates: [], ended: false };
    for (const step of [...rpath, environment, ...runpath]) if (!hits.ended) this.#inDirectories(request, step, hits);
    if (!hits.ended && !(injected && main.secure)) this.#inCache(request, hits);
    if (!hits.ended && !requester.elf.noDefaultLib) {
      const step: Step = { directories: this.#parameters.systemDirectories, found: 'default directory' };
      this.#inDirectories(request, step, hits);
    }
    const { candidates, blocked, failure = blocked } = hits;
    if (candidates.length === 0) return failure ?? { status: 'missing' };
    return { status: 'found', candidates, ...(failure === undefined ? {} : { failure }) };
  }

  /** The same for all programs, but for the tokens in it. */
  #fromEnvironment(libraryPath: string, main: LoadedObject): readonly string[] {
    if (libraryPath.includes('$')) return this.#expandList(libraryPath, main, main, /[:;]/);
    const key = `${main.elf.machine} ${libraryPath}`;
    const known = this.#environments.get(key) ?? this.#expandList(libraryPath, main, main, /[:;]/);
    this.#environments.set(key, known);
    return known;
  }

  #inDirectories({ name, main, injected }: Required<Request>, step: Step, hits: Hits): void {
    for (const directory of step.directories) {
      for (const { text, path } of this.#cpuDirectories(directory, main.elf.machine)) {
        const isPlain = text === directory;
        if (!this.#has(path, name)) continue;
        const result = this.#probe(`${text}/${name}`, main.elf);
        // In such a program only libraries that are marked setuid may be slipped in (elf/dl-load.c, open_path).
        const isTrusted =
          !(injected && main.secure) || (result.status === 'usable' && (result.entry.mode & 0o4000) !== 0);
        if (isTrusted) take(hits, result, { found: step.found, isPlain });
        if (hits.ended) return;
        if (isPlain && result.status === 'list-ends') return;
      }
    }
  }

  /** What is not a directory is passed over, as is one with any fault. */
  #cpuDirectories(directory: string, machine: number): readonly Place[] {
    const key = `${machine} ${directory}`;
    let known = this.#directories.get(key);
    if (known === undefined) {
      const { tree } = this.#where;
      const { status, entry } = tree.resolve(directory);
      const exists = status === 'found' && (entry === undefined || entry.type === 'directory');
      const legacy = this.#parameters.legacyDirectories;
      const all = exists ? cpuDirectories(directory, { tree, machine, legacy }) : [];
      known = all.map((text) => ({ text, path: tree.resolve(text).path }));
      this.#directories.set(key, known);
    }
    return known;
  }

  /**
   * The loader takes the best entry for its CPU and tries no second one (elf/dl-cache.c, search_cache): of those for any
   * CPU the first with the very flags. The union over all CPUs is kept.
   */
  #inCache({ name, requester, main }: Required<Request>, hits: Hits): void {
    const accepted = acceptedCacheFlags(this.#abi(main.elf));
    const fitting = this.#parameters.cached(name).filter(({ flags }) => accepted.includes(flags));
    const plain = fitting.filter(({ hwcap }) => hwcap === 0n);
    const best = plain.find(({ flags }) => flags === accepted[0]) ?? plain[0];
    for (const entry of fitting.filter((one) => one.hwcap !== 0n || one === best)) {
      const { path } = entry;
      const isDefault = this.#parameters.systemDirectories.some((directory) => path.startsWith(`${directory}/`));
      if (requester.elf.noDefaultLib && isDefault) continue;
      take(hits, this.#probe(path, main.elf), { found: 'ld.so.cache', isPlain: entry === best });
    }
  }

  /** The loader looks for the flags that it was built with, which the program's header may not have (ARM's float ABI). */
  #abi(wanted: ElfFile): ElfFile {
    const { self } = this.#parameters;
    return self !== undefined && self.elf.machine === wanted.machine ? self.elf : wanted;
  }

  /** A name with a slash is opened as it is. */
  #open(name: string, main: LoadedObject): SearchResult {
    const result = this.#probe(this.#absolute(name), main.elf);
    if (result.status === 'usable') return { status: 'found', candidates: [{ ...result, found: 'path' }] };
    return result.status === 'blocked' ? result : { status: 'missing' };
  }

  /** Most names are not in most directories: nothing that is there is taken for missing. */
  #has(directory: ImagePath, name: string): boolean {
    this.budget.spend();
    const isOwn = name === '' || name === '.' || name === '..';
    return isOwn || this.#where.tree.get(joinPath(directory, name)) !== undefined;
  }

  #probe(path: string, wanted: ElfFile): Probe {
    this.budget.spend();
    const result = probe(path, wanted, this.#where);
    const why = result.status === 'usable' ? whyNoLibrary(result.elf) : undefined;
    return result.status === 'usable' && why !== undefined
      ? { status: 'blocked', candidate: result.entry.path, why }
      : result;
  }

  /** The directories of a list that are there. */
  #expandList(text: string, object: LoadedObject, main: LoadedObject, separator: RegExp | string = ':'): string[] {
    if (text === '') return [];
    const tokens = this.#tokens(object);
    const directories = text.split(separator).flatMap((element) => {
      const expanded = expandTokens(element, tokens).map((one) => this.#absolute(one));
      if (!main.secure || !usesOrigin(element)) return expanded;
      // Such a program takes $ORIGIN at the beginning only, and its own only below a directory of the system's.
      if (!/^\$(?:ORIGIN|\{ORIGIN\})(?:\/|$)/.test(element) || usesOrigin(element.slice(1))) return [];
      return object === main ? expanded.filter((one) => isTrusted(one, this.#parameters.systemDirectories)) : expanded;
    });
    return directories.filter((directory) => this.#cpuDirectories(directory, main.elf.machine).length > 0);
  }

  #tokens({ origin }: LoadedObject): Tokens {
    return { ORIGIN: origin, LIB: this.#parameters.lib, PLATFORM: this.#parameters.platforms };
  }

  /** An empty element is the working directory; trailing slashes don't count. */
  #absolute(text: string): string {
    const absolute = text.startsWith('/') ? text : `${this.#parameters.workingDirectory}/${text}`;
    return absolute.length > 1 ? withoutTrailingSlashes(absolute) || '/' : absolute;
  }
}

/** Adds what opening one path gave. What any CPU takes is put first. */
function take(hits: Hits, result: Probe, { found, isPlain }: { found: LibraryPlace; isPlain: boolean }): void {
  if (result.status === 'usable') {
    const { path, entry, elf } = result;
    hits.candidates.unshift({ path, entry, elf, found });
    hits.ended ||= isPlain;
  } else if (result.status === 'blocked' && isPlain) {
    hits.blocked = result;
    hits.ended = true;
  } else if (result.status === 'blocked') hits.failure ??= result;
}

/** The names of a list from the environment or the program's headers; of a secure program, those without a slash. */
function named(text: string, separator: RegExp | string, main: LoadedObject): string[] {
  return text.split(separator).filter((name) => name !== '' && !(main.secure && name.includes('/')));
}
