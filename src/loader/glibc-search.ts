import type { ElfFile } from '../elf/elf-file.ts';
import { acceptedCacheFlags } from '../elf/ld-cache.ts';
import type { FileTree } from '../filesystem/file-tree.ts';
import type { TreeEntry } from '../filesystem/tree-entry.ts';
import { baseName, withoutTrailingSlashes } from '../model/image-path.ts';
import type { LibraryPlace } from '../model/reason.ts';
import { cpuDirectories } from './directories.ts';
import type { ElfIndex } from './elf-index.ts';
import {
  type Candidate,
  type Failure,
  type LibrarySearch,
  type LoadedObject,
  type LoaderFile,
  loadersOf,
  type Request,
  type SearchResult,
} from './link-map.ts';
import { type Probe, probe, whyNoLibrary } from './probe.ts';
import { expandTokens, isTrusted, type Tokens, usesOrigin, usesTokens } from './tokens.ts';

/** A line of ld.so.cache. */
export interface CachedLibrary {
  readonly path: string;
  readonly flags: number;
  /** 0 for any CPU */
  readonly hwcap: bigint;
}

/** What one glibc loader knows before it starts. Texts are byte strings; directories absolute. */
export interface GlibcParameters {
  /** PT_INTERP of the program */
  readonly interpreter: string;
  /** the file of that name, where the image has it */
  readonly self: { readonly entry: TreeEntry; readonly elf: ElfFile } | undefined;
  readonly systemDirectories: readonly string[];
  /** what `$LIB` and `$PLATFORM` stand for */
  readonly lib: readonly string[];
  readonly platforms: readonly string[];
  /** where the cache is */
  readonly cachePath: string;
  /** the entries of ld.so.cache for a name, best first */
  readonly cached: (name: string) => readonly CachedLibrary[];
  readonly legacyDirectories: boolean;
  /** of the image's environment */
  readonly libraryPath: string;
  readonly preload: string;
  readonly audit: string;
  /** the text of /etc/ld.so.preload; undefined where there is no such file */
  readonly preloadFile: string | undefined;
  /** absolute; where relative names start */
  readonly workingDirectory: string;
}

const PRELOAD_FILE = '/etc/ld.so.preload';

interface Step {
  readonly directories: readonly string[];
  readonly found: LibraryPlace;
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
  readonly #where: { tree: FileTree; elves: ElfIndex };
  readonly #directories = new Map<string, readonly string[]>();
  readonly #found = new Map<string, SearchResult>();

  constructor(parameters: GlibcParameters, where: { tree: FileTree; elves: ElfIndex }) {
    this.#parameters = parameters;
    this.#where = where;
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

  /** The directories that only this requester's headers name. */
  #ownSteps(requester: LoadedObject, main: LoadedObject): { rpath: Step[]; runpath: Step[] } {
    if (requester.elf.runpath !== undefined) {
      const directories = this.#expandList(requester.elf.runpath, requester, main);
      return { rpath: [], runpath: [{ directories, found: 'RUNPATH' }] };
    }
    const chain = loadersOf(requester);
    if (!chain.includes(main)) chain.push(main);
    const rpath = chain
      .filter(({ elf }) => elf.runpath === undefined && elf.rpath !== undefined)
      .map((object): Step => ({ directories: this.#expandList(object.elf.rpath ?? '', object, main), found: 'RPATH' }));
    return { rpath: rpath.filter(({ directories }) => directories.length > 0), runpath: [] };
  }

  #search(request: Required<Request>, { rpath, runpath }: { rpath: Step[]; runpath: Step[] }): SearchResult {
    const { requester, main, injected } = request;
    const libraryPath = main.secure ? '' : this.#parameters.libraryPath;
    const environment: Step = {
      directories: this.#expandList(libraryPath, main, main, /[:;]/),
      found: 'LD_LIBRARY_PATH',
    };
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

  #inDirectories({ name, main, injected }: Required<Request>, step: Step, hits: Hits): void {
    for (const directory of step.directories) {
      for (const place of this.#cpuDirectories(directory, main.elf.machine)) {
        const result = this.#probe(`${place}/${name}`, main.elf);
        const isPlain = place === directory;
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
  #cpuDirectories(directory: string, machine: number): readonly string[] {
    const key = `${machine} ${directory}`;
    let known = this.#directories.get(key);
    if (known === undefined) {
      const { tree } = this.#where;
      const { status, entry } = tree.resolve(directory);
      const exists = status === 'found' && (entry === undefined || entry.type === 'directory');
      const legacy = this.#parameters.legacyDirectories;
      known = exists ? cpuDirectories(directory, { tree, machine, legacy }) : [];
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

  #probe(path: string, wanted: ElfFile): Probe {
    const result = probe(path, wanted, this.#where);
    const why = result.status === 'usable' ? whyNoLibrary(result.elf) : undefined;
    return result.status === 'usable' && why !== undefined
      ? { status: 'blocked', candidate: result.entry.path, why }
      : result;
  }

  #expandList(text: string, object: LoadedObject, main: LoadedObject, separator: RegExp | string = ':'): string[] {
    if (text === '') return [];
    const tokens = this.#tokens(object);
    return text.split(separator).flatMap((element) => {
      const expanded = expandTokens(element, tokens).map((one) => this.#absolute(one));
      if (!main.secure || !usesOrigin(element)) return expanded;
      // Such a program takes $ORIGIN at the beginning only, and its own only below a directory of the system's.
      if (!/^\$(?:ORIGIN|\{ORIGIN\})(?:\/|$)/.test(element) || usesOrigin(element.slice(1))) return [];
      return object === main ? expanded.filter((one) => isTrusted(one, this.#parameters.systemDirectories)) : expanded;
    });
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
