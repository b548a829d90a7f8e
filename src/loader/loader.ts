import type { ElfFile } from '../elf/elf-file.ts';
import { type InterpreterParameters, interpreterParameters } from '../elf/interpreter-parameters.ts';
import type { AnalysisView } from '../filesystem/analysis-view.ts';
import type { TreeEntry } from '../filesystem/tree-entry.ts';
import { environmentValue } from '../model/image-config.ts';
import { byteString, type ImagePath, withoutTrailingSlashes } from '../model/image-path.ts';
import { cacheLookup } from './cache-lookup.ts';
import { INTERPRETERS, platforms, triesLegacyDirectories } from './directories.ts';
import type { ElfIndex } from './elf-index.ts';
import { GlibcSearch } from './glibc-search.ts';
import type { LibrarySearch, LoadedObject } from './library-search.ts';
import { directoryOf, type LoadResult, load, loadersOf } from './link-map.ts';
import { muslArchitecture } from './musl-name.ts';
import { MUSL_DIRECTORIES, MuslSearch } from './musl-search.ts';
import { type Rights, rightsOf } from './rights.ts';
import { SearchBudget } from './search-budget.ts';

/** The directories of a loader that is not in the image itself. */
const FALLBACK_DIRECTORIES = ['/lib64', '/usr/lib64', '/lib', '/usr/lib'];
const FALLBACK_CACHE = '/etc/ld.so.cache';

/** Small text files are read up to this many bytes. */
const MAX_TEXT = 1 << 16;

/** A loader's file, and what is known of the loader. */
interface Interpreter {
  readonly self: LibrarySearch['self'];
  readonly parameters: InterpreterParameters | undefined;
}

/** A file as one program has it in its memory: by whom it was loaded, and whose RPATH counts for what it opens. */
interface Place {
  readonly object: LoadedObject;
  readonly main: LoadedObject;
}

/** Works out what the dynamic loader of the image would map for a program or a library, without running anything. */
export class Loader {
  readonly #view: AnalysisView;
  readonly #elves: ElfIndex;
  readonly #searches = new Map<string, LibrarySearch>();
  /** for each file, in what programs' memory it is */
  readonly #places = new Map<TreeEntry, Place[]>();
  /** files that are in the memory of a program without any RPATH: one such is enough, since all are alike */
  readonly #plain = new Set<TreeEntry>();
  readonly #budget: SearchBudget;
  /** files whose use of dlopen was not looked at, since the budget was spent */
  readonly unsearched = new Set<ImagePath>();
  /** for each file that is opened by dlopen, the programs that do; undefined for any program without an RPATH */
  readonly #openedIn = new Map<TreeEntry, Set<LoadedObject | undefined>>();

  constructor(view: AnalysisView, elves: ElfIndex, budget = new SearchBudget()) {
    this.#view = view;
    this.#elves = elves;
    this.#budget = budget;
  }

  /** A program (an ELF file with an interpreter) and what the loader maps for it. */
  *loadProgram(entry: TreeEntry, elf: ElfFile): Generator<void, LoadResult> {
    const search = this.#search(elf.interpreter ?? '', elf);
    const results: LoadResult[] = [];
    for (const rights of rightsOf(entry, this.#view.run)) {
      const root = rootObject(entry, elf, rights);
      results.push(this.#remember(root, yield* load(root, search)));
    }
    return merge(results, 'any');
  }

  /**
   * A library that no program at hand needs by its headers: as if those programs opened it by dlopen that are known to,
   * else one without paths of its own.
   */
  *loadLibrary(entry: TreeEntry, elf: ElfFile): Generator<void, LoadResult> {
    const search = this.#search(this.#usualInterpreter(elf), elf);
    const root = rootObject(entry, elf);
    const results: LoadResult[] = [];
    for (const main of [...(this.#openedIn.get(entry.inode) ?? [root])]) {
      results.push(this.#remember(main ?? root, yield* load(root, search, main)));
    }
    return merge(results, 'all');
  }

  /** The files that `dlopen(name)`, called by `entry`, may open; empty where there are none. */
  dlopen(name: string, entry: TreeEntry, elf: ElfFile): readonly string[] {
    if (this.#budget.isSpent) {
      this.unsearched.add(entry.path);
      return [];
    }
    const search = this.#search(elf.interpreter ?? this.#usualInterpreter(elf), elf);
    const alone = rootObject(entry, elf);
    const openers = [...(this.#openedIn.get(entry.inode) ?? [undefined])];
    const places = this.#places.get(entry.inode) ?? openers.map((main = alone) => ({ object: alone, main }));
    const paths = new Set<string>();
    for (const { object, main } of places) {
      for (const expanded of search.expand(name, object, main)) {
        if (search.isBuiltIn(expanded)) continue;
        const result = search.find({ name: expanded, requester: object, main });
        for (const { path, entry: found } of result.status === 'found' ? result.candidates : []) {
          paths.add(path);
          const programs = this.#openedIn.get(found.inode) ?? new Set();
          this.#openedIn.set(found.inode, programs.add(hasRpath(main) ? main : undefined));
        }
      }
    }
    return [...paths];
  }

  /** Where the loader of `elf` looks when nothing says otherwise; absolute texts. */
  systemDirectories(elf: ElfFile): readonly string[] {
    return this.#search(elf.interpreter ?? this.#usualInterpreter(elf), elf).systemDirectories;
  }

  #remember(main: LoadedObject, result: LoadResult): LoadResult {
    for (const object of result.objects) {
      const { inode } = object.entry;
      const isPlain = ![main, ...loadersOf(object)].some(hasRpath);
      if (isPlain && this.#plain.has(inode)) continue;
      if (isPlain) this.#plain.add(inode);
      const known = this.#places.get(inode);
      if (known === undefined) this.#places.set(inode, [{ object, main }]);
      else known.push({ object, main });
    }
    return result;
  }

  #search(interpreter: string, elf: ElfFile): LibrarySearch {
    const key = `${interpreter} ${elf.class} ${elf.byteOrder} ${elf.machine}`;
    let search = this.#searches.get(key);
    if (search === undefined) {
      // Where it is not in the image, another one of the same kind is the best guess.
      const named = this.#interpreter(interpreter);
      const found = named.self === undefined ? this.#interpreter(this.#usualInterpreter(elf)) : named;
      const musl = muslArchitecture(interpreter, found.self, this.#view.content);
      search = musl === undefined ? this.#glibc(interpreter, found, elf.machine) : this.#musl(interpreter, found, musl);
      this.#searches.set(key, search);
    }
    return search;
  }

  #interpreter(text: string): Interpreter {
    const { tree, content } = this.#view;
    const { entry } = text === '' ? { entry: undefined } : tree.resolve(this.#absolute(text));
    const elf = entry === undefined ? undefined : this.#elves.get(entry);
    if (entry === undefined || elf === undefined || 'defect' in elf) return { self: undefined, parameters: undefined };
    return { self: { entry, elf }, parameters: interpreterParameters(content.content(entry), elf) };
  }

  #glibc(interpreter: string, { self, parameters }: Interpreter, machine: number): LibrarySearch {
    const { tree, content } = this.#view;
    const systemDirectories = parameters?.systemDirectories ?? [];
    const cachePath = parameters?.cachePath ?? FALLBACK_CACHE;
    return new GlibcSearch(
      {
        interpreter,
        self,
        systemDirectories: systemDirectories.length > 0 ? systemDirectories : FALLBACK_DIRECTORIES,
        lib: parameters?.lib === undefined ? ['lib64', 'lib'] : [parameters.lib],
        platforms: platforms(machine, parameters?.platforms ?? []),
        cachePath,
        cached: cacheLookup(cachePath, { tree, content }),
        legacyDirectories: triesLegacyDirectories(parameters?.version),
        libraryPath: this.#environment('LD_LIBRARY_PATH'),
        preload: this.#environment('LD_PRELOAD'),
        audit: this.#environment('LD_AUDIT'),
        preloadFile: this.#text('/etc/ld.so.preload'),
        workingDirectory: this.#workingDirectory(),
      },
      { tree, elves: this.#elves, budget: this.#budget },
    );
  }

  /** The path file of the loader's own prefix counts: two directories above it (ldso/dynlink.c, load_library). */
  #musl(interpreter: string, { self }: Interpreter, architecture: string): LibrarySearch {
    const prefix = interpreter.startsWith('/') ? directoryOf(directoryOf(interpreter)).replace(/\/$/, '') : '';
    const pathFile = `${prefix}/etc/ld-musl-${architecture}.path`;
    const text = this.#text(pathFile);
    const listed = text?.replace(/\0.*$/s, '').split(/[:\n]/);
    return new MuslSearch(
      {
        interpreter,
        self,
        // An empty file is a list of none.
        systemDirectories: listed?.filter((line) => line !== '') ?? MUSL_DIRECTORIES,
        pathFile: text === undefined ? undefined : pathFile,
        libraryPath: this.#environment('LD_LIBRARY_PATH'),
        preload: this.#environment('LD_PRELOAD'),
        workingDirectory: this.#workingDirectory(),
      },
      { tree: this.#view.tree, elves: this.#elves, budget: this.#budget },
    );
  }

  #usualInterpreter(elf: ElfFile): string {
    const isMusl = elf.needed.some((name) => name.startsWith('libc.musl-') || name === 'libc.so');
    const known = (INTERPRETERS[elf.machine] ?? []).filter((path) => {
      const { entry } = this.#view.tree.resolve(path);
      const file = entry === undefined ? undefined : this.#elves.get(entry);
      return file !== undefined && !('defect' in file) && file.class === elf.class && file.byteOrder === elf.byteOrder;
    });
    return known.find((path) => path.includes('ld-musl-') === isMusl) ?? known[0] ?? '';
  }

  #text(path: string): string | undefined {
    const { entry } = this.#view.tree.resolve(path);
    return entry?.type === 'file' ? this.#view.content.content(entry).read(0, MAX_TEXT).toString('latin1') : undefined;
  }

  #environment(name: string): string {
    return byteString(environmentValue(this.#view.run, name) ?? '');
  }

  #workingDirectory(): string {
    return withoutTrailingSlashes(byteString(this.#view.run.WorkingDir ?? ''));
  }

  /** The kernel opens a relative interpreter from the working directory. */
  #absolute(path: string): string {
    return path.startsWith('/') ? path : `${this.#workingDirectory()}/${path}`;
  }
}

/** An object without a loader: a program, or what a program opens by dlopen. */
function rootObject(entry: TreeEntry, elf: ElfFile, rights: Rights = 'same'): LoadedObject {
  return { elf, entry, origin: directoryOf(`/${entry.path}`), loader: undefined, secure: rights === 'more' };
}

function hasRpath({ elf }: LoadedObject): boolean {
  return elf.rpath !== undefined && elf.runpath === undefined;
}

/** What may be loaded in one way or another. A failure counts where it comes about in any of the ways, or in all of them. */
function merge(results: readonly LoadResult[], counts: 'any' | 'all'): LoadResult {
  const [first] = results;
  if (first !== undefined && results.length === 1) return first;
  const key = ({ name, by }: LoadResult['failures'][number]): string => `${name}\0${by}`;
  const failing = results.map(({ failures }) => new Set(failures.map(key)));
  return {
    edges: results.flatMap(({ edges }) => edges),
    objects: results.flatMap(({ objects }) => objects),
    failures: results
      .flatMap(({ failures }) => failures)
      .filter((one) => counts === 'any' || failing.every((known) => known.has(key(one)))),
    mismatches: results.flatMap(({ mismatches }) => mismatches),
    files: results.flatMap(({ files }) => files),
    isWhole: results.every(({ isWhole }) => isWhole),
  };
}
