import type { ElfFile } from '../../elf/elf-file.ts';
import { acceptedCacheFlags } from '../../elf/ld-cache.ts';
import type { FileTree } from '../../filesystem/file-tree.ts';
import { baseName } from '../../model/image-path.ts';
import { cpuDirectories, PLATFORMS } from './directories.ts';
import type { ElfIndex } from './elf-index.ts';
import type { Candidate, LibrarySearch, LoadedObject, SearchResult } from './link-map.ts';
import { probe } from './probe.ts';
import { expandTokens, type Tokens } from './tokens.ts';

/** A line of ld.so.cache. */
export interface CachedLibrary {
  readonly path: string;
  readonly flags: number;
  /** 0 for any CPU */
  readonly hwcap: bigint;
}

/** What one glibc loader knows before it starts. Texts are byte strings; directories absolute. */
export interface GlibcParameters {
  readonly interpreter: string;
  /** DT_SONAME of the interpreter */
  readonly soname: string | undefined;
  readonly systemDirectories: readonly string[];
  readonly lib: readonly string[];
  /** the entries of ld.so.cache for a name, best first */
  readonly cached: (name: string) => readonly CachedLibrary[];
  readonly legacyDirectories: boolean;
  /** LD_LIBRARY_PATH and LD_PRELOAD of the image's environment */
  readonly libraryPath: string;
  readonly preload: string;
  /** the text of /etc/ld.so.preload */
  readonly preloadFile: string;
  /** absolute; where relative names start */
  readonly workingDirectory: string;
}

type Step = { readonly directories: readonly string[]; readonly rule: string };

/**
 * Finds libraries as glibc's `_dl_map_object` does (elf/dl-load.c): RPATH of the requester and its loaders, then
 * LD_LIBRARY_PATH, RUNPATH of the requester alone, the cache, the system's directories.
 */
export class GlibcSearch implements LibrarySearch {
  readonly matchesSonames = true;
  readonly #parameters: GlibcParameters;
  readonly #tree: FileTree;
  readonly #elves: ElfIndex;
  readonly #directories = new Map<string, readonly string[]>();
  readonly #found = new Map<string, SearchResult>();

  constructor(parameters: GlibcParameters, where: { tree: FileTree; elves: ElfIndex }) {
    this.#parameters = parameters;
    this.#tree = where.tree;
    this.#elves = where.elves;
  }

  get systemDirectories(): readonly string[] {
    return this.#parameters.systemDirectories;
  }

  isBuiltIn(name: string): boolean {
    const { interpreter, soname } = this.#parameters;
    return name === interpreter || name === soname || name === baseName(interpreter);
  }

  preloads(main: LoadedObject): readonly string[] {
    const fromEnvironment = this.#parameters.preload.split(/[ :]/).filter((name) => name !== '');
    const safe = isSecure(main) ? fromEnvironment.filter((name) => !name.includes('/')) : fromEnvironment;
    const fromFile = this.#parameters.preloadFile.replace(/#.*/g, '').split(/[\s:]+/);
    return [...safe, ...fromFile.filter((name) => name !== '')];
  }

  find(name: string, requester: LoadedObject, main: LoadedObject): SearchResult {
    if (name.includes('/')) return this.#open(name, requester, main);
    const steps = this.#privateSteps(requester, main);
    // Without paths of its own an object finds what any other finds, and most objects have none.
    const shared = steps.length === 0 && !isSecure(main) && !this.#parameters.libraryPath.includes('$');
    const key = `${name}\0${main.elf.class}${main.elf.machine}${requester.elf.noDefaultLib}`;
    const known = shared ? this.#found.get(key) : undefined;
    if (known !== undefined) return known;
    const result = this.#search(name, steps, { requester, main });
    if (shared) this.#found.set(key, result);
    return result;
  }

  /** The directories that only this requester's headers name. */
  #privateSteps(requester: LoadedObject, main: LoadedObject): Step[] {
    const steps: Step[] = [];
    if (requester.elf.runpath === undefined) {
      let sawMain = false;
      for (let at: LoadedObject | undefined = requester; at !== undefined; at = at.loader) {
        steps.push(this.#rpathOf(at, main));
        sawMain ||= at === main;
      }
      if (!sawMain) steps.push(this.#rpathOf(main, main));
    } else {
      steps.push({ directories: this.#expandList(requester.elf.runpath, requester, main), rule: 'RUNPATH' });
    }
    return steps.filter((step) => step.directories.length > 0);
  }

  #rpathOf(object: LoadedObject, main: LoadedObject): Step {
    const text = object.elf.runpath === undefined ? (object.elf.rpath ?? '') : '';
    return { directories: this.#expandList(text, object, main), rule: 'RPATH' };
  }

  #search(name: string, steps: readonly Step[], who: { requester: LoadedObject; main: LoadedObject }): SearchResult {
    const { requester, main } = who;
    const environment: Step = {
      directories: isSecure(main) ? [] : this.#expandList(this.#parameters.libraryPath, main, main, /[:;]/),
      rule: 'LD_LIBRARY_PATH',
    };
    const rpath = steps.filter((step) => step.rule === 'RPATH');
    const runpath = steps.filter((step) => step.rule === 'RUNPATH');
    for (const step of [...rpath, environment, ...runpath]) {
      const result = this.#inDirectories(name, step, main.elf);
      if (result.status !== 'missing') return result;
    }
    const cached = this.#inCache(name, main.elf, requester.elf.noDefaultLib);
    if (cached.status !== 'missing' || requester.elf.noDefaultLib) return cached;
    return this.#inDirectories(
      name,
      { directories: this.#parameters.systemDirectories, rule: 'default directory' },
      main.elf,
    );
  }

  #inDirectories(name: string, step: Step, wanted: ElfFile): SearchResult {
    for (const directory of step.directories) {
      const candidates: Candidate[] = [];
      for (const place of this.#cpuDirectories(directory, wanted.machine)) {
        const result = probe(`${place}/${name}`, wanted, { tree: this.#tree, elves: this.#elves });
        if (result.status === 'usable') candidates.unshift(result.candidate);
        else if (result.status === 'blocked' && candidates.length === 0) return result;
      }
      if (candidates.length > 0) return { status: 'found', candidates, rule: step.rule };
    }
    return { status: 'missing' };
  }

  #cpuDirectories(directory: string, machine: number): readonly string[] {
    const key = `${machine} ${directory}`;
    let known = this.#directories.get(key);
    if (known === undefined) {
      const exists = this.#tree.resolve(directory).status === 'found';
      known = exists
        ? cpuDirectories(directory, { tree: this.#tree, machine, legacy: this.#parameters.legacyDirectories })
        : [];
      this.#directories.set(key, known);
    }
    return known;
  }

  /**
   * The loader takes the best entry for its CPU and tries no second one (elf/dl-cache.c, search_cache): of those for any
   * CPU the first with the very flags. The union over all CPUs is kept.
   */
  #inCache(name: string, wanted: ElfFile, noDefaultLib: boolean): SearchResult {
    const accepted = acceptedCacheFlags(wanted);
    const fitting = this.#parameters.cached(name).filter(({ flags }) => accepted.includes(flags));
    const plain = fitting.filter(({ hwcap }) => hwcap === 0n);
    const best = plain.find(({ flags }) => flags === accepted[0]) ?? plain[0];
    const candidates: Candidate[] = [];
    for (const { path } of fitting.filter((one) => one.hwcap !== 0n || one === best)) {
      if (noDefaultLib && this.#parameters.systemDirectories.some((directory) => path.startsWith(`${directory}/`)))
        continue;
      const result = probe(path, wanted, { tree: this.#tree, elves: this.#elves });
      if (result.status === 'usable') candidates.push(result.candidate);
      else if (result.status === 'blocked' && candidates.length === 0) return result;
    }
    return candidates.length > 0 ? { status: 'found', candidates, rule: 'ld.so.cache' } : { status: 'missing' };
  }

  /** A name with a slash is opened as it is. */
  #open(name: string, requester: LoadedObject, main: LoadedObject): SearchResult {
    for (const text of expandTokens(name, this.#tokens(requester, main))) {
      const result = probe(this.#absolute(text), main.elf, { tree: this.#tree, elves: this.#elves });
      if (result.status === 'usable') return { status: 'found', candidates: [result.candidate], rule: 'path' };
      if (result.status === 'blocked') return result;
    }
    return { status: 'missing' };
  }

  #expandList(text: string, object: LoadedObject, main: LoadedObject, separator: RegExp | string = ':'): string[] {
    if (text === '') return [];
    const tokens = this.#tokens(object, main);
    return text.split(separator).flatMap((element) => {
      const expanded = expandTokens(element, tokens).map((one) => this.#absolute(one));
      // A setuid program takes $ORIGIN only where it leads to a directory of the system's.
      if (!isSecure(main) || !element.includes('ORIGIN')) return expanded;
      return expanded.filter((one) => this.#parameters.systemDirectories.includes(one));
    });
  }

  #tokens(object: LoadedObject, main: LoadedObject): Tokens {
    return {
      ORIGIN: object.origin,
      LIB: this.#parameters.lib,
      PLATFORM: PLATFORMS[main.elf.machine] ?? [],
    };
  }

  /** An empty element is the working directory; trailing slashes don't count. */
  #absolute(text: string): string {
    const absolute = text.startsWith('/') ? text : `${this.#parameters.workingDirectory}/${text}`;
    return absolute.length > 1 ? absolute.replace(/\/+$/, '') || '/' : absolute;
  }
}

/** AT_SECURE: setuid, setgid, or with file capabilities. */
function isSecure(main: LoadedObject): boolean {
  return (
    main.loader === undefined &&
    main.elf.interpreter !== undefined &&
    ((main.entry.mode & 0o6000) !== 0 || main.entry.hasCapabilities)
  );
}
