import type { FileTree } from '../../filesystem/file-tree.ts';
import { baseName } from '../../model/image-path.ts';
import type { ElfIndex } from './elf-index.ts';
import type { LibrarySearch, LoadedObject, SearchResult } from './link-map.ts';
import { probe } from './probe.ts';

export interface MuslParameters {
  readonly interpreter: string;
  /** from <prefix>/etc/ld-musl-ARCH.path, else the built-in list */
  readonly systemDirectories: readonly string[];
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
  readonly #parameters: MuslParameters;
  readonly #where: { tree: FileTree; elves: ElfIndex };

  constructor(parameters: MuslParameters, where: { tree: FileTree; elves: ElfIndex }) {
    this.#parameters = parameters;
    this.#where = where;
  }

  get systemDirectories(): readonly string[] {
    return this.#parameters.systemDirectories;
  }

  isBuiltIn(name: string): boolean {
    return RESERVED.test(name) || name.startsWith('libc.musl-') || name === baseName(this.#parameters.interpreter);
  }

  preloads(main: LoadedObject): readonly string[] {
    return isSecure(main) ? [] : this.#parameters.preload.split(/[ :]/).filter((name) => name !== '');
  }

  find(name: string, requester: LoadedObject, main: LoadedObject): SearchResult {
    if (name.includes('/')) return this.#open(this.#absolute(name), main, 'path') ?? { status: 'missing' };
    const lists: [readonly string[], string][] = [];
    if (!isSecure(main)) lists.push([this.#parameters.libraryPath.split(/[:\n]/), 'LD_LIBRARY_PATH']);
    for (let at: LoadedObject | undefined = requester; at !== undefined; at = at.loader) {
      lists.push([rpath(at, main), 'RPATH']);
    }
    lists.push([this.#parameters.systemDirectories, 'default directory']);
    for (const [directories, rule] of lists) {
      for (const directory of directories) {
        if (directory === '') continue;
        const result = this.#open(this.#absolute(`${directory}/${name}`), main, rule);
        if (result !== undefined) return result;
      }
    }
    return { status: 'missing' };
  }

  /** The first file of that name counts: one that can't be used is an error, not passed over. */
  #open(path: string, main: LoadedObject, rule: string): SearchResult | undefined {
    const { entry } = this.#where.tree.resolve(path);
    if (entry === undefined) return undefined;
    const result = probe(path, main.elf, this.#where);
    if (result.status === 'usable') return { status: 'found', candidates: [result.candidate], rule };
    if (result.status === 'blocked') return result;
    return { status: 'blocked', candidate: entry.path, why: 'it is for another machine' };
  }

  #absolute(text: string): string {
    return text.startsWith('/') ? text : `${this.#parameters.workingDirectory}/${text}`;
  }
}

/** musl takes either list, and gives up all of it for any `$` but ORIGIN's (fixup_rpath). */
function rpath(object: LoadedObject, main: LoadedObject): string[] {
  const text = object.elf.runpath ?? object.elf.rpath ?? '';
  if (text === '') return [];
  const expanded = text.replace(/\$(ORIGIN\b|\{ORIGIN\})/g, () => object.origin);
  if (text.replace(/\$(ORIGIN\b|\{ORIGIN\})/g, '').includes('$')) return [];
  if (expanded !== text && isSecure(main)) return [];
  return expanded.split(/[:\n]/);
}

function isSecure(main: LoadedObject): boolean {
  return (main.entry.mode & 0o6000) !== 0 || main.entry.hasCapabilities;
}
