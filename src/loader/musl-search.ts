import type { ElfFile } from '../elf/elf-file.ts';
import type { FileTree } from '../filesystem/file-tree.ts';
import type { TreeEntry } from '../filesystem/tree-entry.ts';
import { baseName } from '../model/image-path.ts';
import type { LibraryPlace } from '../model/reason.ts';
import type { ElfIndex } from './elf-index.ts';
import type { LibrarySearch, LoadedObject, LoaderFile, Request, SearchResult } from './library-search.ts';
import { loadersOf } from './link-map.ts';
import { probe } from './probe.ts';
import type { SearchBudget } from './search-budget.ts';

export interface MuslParameters {
  readonly interpreter: string;
  readonly self: { readonly entry: TreeEntry; readonly elf: ElfFile } | undefined;
  /** from <prefix>/etc/ld-musl-ARCH.path, else the built-in list */
  readonly systemDirectories: readonly string[];
  /** that file, where there is one */
  readonly pathFile: string | undefined;
  readonly libraryPath: string;
  readonly preload: string;
  readonly workingDirectory: string;
}

/** musl's list where there is no path file (ldso/dynlink.c). */
export const MUSL_DIRECTORIES = ['/lib', '/usr/local/lib', '/usr/lib'] as const;

/** The libraries that are part of musl's loader (ldso/dynlink.c, load_library). */
const RESERVED = /^lib(c|pthread|rt|m|dl|util|xnet)\./;

/**
 * Finds libraries as musl does: LD_LIBRARY_PATH, then the RPATH or RUNPATH of the requester and of all its loaders, then
 * the system's directories. No cache, no CPU directories, no soname matching.
 */
export class MuslSearch implements LibrarySearch {
  readonly matchesSonames = false;
  readonly checksVersions = false;
  readonly preloadsByProgram = false;
  readonly budget: SearchBudget;
  readonly #parameters: MuslParameters;
  readonly #where: { tree: FileTree; elves: ElfIndex };

  constructor(parameters: MuslParameters, where: { tree: FileTree; elves: ElfIndex; budget: SearchBudget }) {
    this.#parameters = parameters;
    this.#where = where;
    this.budget = where.budget;
  }

  get systemDirectories(): readonly string[] {
    return this.#parameters.systemDirectories;
  }

  get self(): MuslParameters['self'] {
    return this.#parameters.self;
  }

  get files(): readonly LoaderFile[] {
    const { pathFile } = this.#parameters;
    return pathFile === undefined ? [] : [{ path: pathFile, file: 'musl-path' }];
  }

  fileOf(): undefined {
    return undefined;
  }

  isBuiltIn(name: string): boolean {
    const { interpreter } = this.#parameters;
    return RESERVED.test(name) || name === interpreter || name === baseName(interpreter);
  }

  preloads(main: LoadedObject): readonly string[] {
    return main.secure ? [] : this.#parameters.preload.split(/[ \t\n\v\f\r:]/).filter((name) => name !== '');
  }

  audits(): readonly string[] {
    return [];
  }

  /** Only directories have tokens. */
  expand(text: string): readonly string[] {
    return [text];
  }

  find({ name, requester, main }: Request): SearchResult {
    if (name.includes('/')) return this.#open(this.#absolute(name), main, 'path') ?? { status: 'missing' };
    const lists: [readonly string[], LibraryPlace][] = [];
    if (!main.secure) lists.push([this.#parameters.libraryPath.split(/[:\n]/), 'LD_LIBRARY_PATH']);
    for (const object of loadersOf(requester)) lists.push([rpath(object, main), 'RPATH']);
    lists.push([this.#parameters.systemDirectories, 'default directory']);
    for (const [directories, found] of lists) {
      for (const directory of directories) {
        if (directory === '') continue;
        this.budget.spend();
        const result = this.#open(this.#absolute(`${directory}/${name}`), main, found);
        if (result !== undefined) return result;
      }
    }
    return { status: 'missing' };
  }

  /** The first file of that name counts: one that can't be used is an error, not passed over. So is a loop of links. */
  #open(path: string, main: LoadedObject, found: LibraryPlace): SearchResult | undefined {
    const { entry, status, path: reached } = this.#where.tree.resolve(path);
    if (status === 'loop') return { status: 'blocked', candidate: reached, why: 'its links lead in a circle' };
    if (entry === undefined) return undefined;
    const result = probe(path, main.elf, this.#where);
    if (result.status === 'usable') return { status: 'found', candidates: [{ ...result, found }] };
    if (result.status === 'blocked') return result;
    return { status: 'blocked', candidate: entry.path, why: 'it is for another machine' };
  }

  #absolute(text: string): string {
    return text.startsWith('/') ? text : `${this.#parameters.workingDirectory}/${text}`;
  }
}

/** musl takes either list, and gives up all of it for any `$` but ORIGIN's (ldso/dynlink.c, fixup_rpath). */
function rpath(object: LoadedObject, main: LoadedObject): string[] {
  const text = object.elf.runpath ?? object.elf.rpath ?? '';
  if (text === '') return [];
  const parts = text.split(/\$ORIGIN|\$\{ORIGIN\}/);
  if (parts.some((part) => part.includes('$'))) return [];
  // Who starts a program chooses where it lies, by a hard link; a library's place comes from a list that is trusted.
  if (parts.length > 1 && object === main && main.secure) return [];
  return parts.join(object.origin).split(/[:\n]/);
}
