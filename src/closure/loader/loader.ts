import type { ElfFile } from '../../elf/elf-file.ts';
import { interpreterParameters } from '../../elf/interpreter-parameters.ts';
import { readLdCache } from '../../elf/ld-cache.ts';
import type { TreeEntry } from '../../filesystem/tree-entry.ts';
import { environmentValue } from '../../model/image-config.ts';
import { baseName, byteString } from '../../model/image-path.ts';
import type { AnalysisView } from '../types.ts';
import { INTERPRETERS, triesLegacyDirectories } from './directories.ts';
import type { ElfIndex } from './elf-index.ts';
import { type CachedLibrary, GlibcSearch } from './glibc-search.ts';
import { directoryOf, type LibrarySearch, type LoadedObject, type LoadResult, load } from './link-map.ts';
import { MUSL_DIRECTORIES, MuslSearch } from './musl-search.ts';

/** The directories of a loader that is not in the image itself. */
const FALLBACK_DIRECTORIES = ['/lib64', '/usr/lib64', '/lib', '/usr/lib'];

/** Small text files are read up to this many bytes. */
const MAX_TEXT = 1 << 16;

/** Works out what the dynamic loader of the image would map for a program or a library, without running anything. */
export class Loader {
  readonly #view: AnalysisView;
  readonly #elves: ElfIndex;
  readonly #searches = new Map<string, LibrarySearch>();

  constructor(view: AnalysisView, elves: ElfIndex) {
    this.#view = view;
    this.#elves = elves;
  }

  /** A program (an ELF file with an interpreter) and what the loader maps for it. */
  loadProgram(entry: TreeEntry, elf: ElfFile): LoadResult {
    return this.#load(entry, elf, elf.interpreter ?? '');
  }

  /** A library that no program at hand needs by its headers: as if a program without paths of its own opened it by dlopen. */
  loadLibrary(entry: TreeEntry, elf: ElfFile): LoadResult {
    return this.#load(entry, elf, this.#usualInterpreter(elf));
  }

  /** The files that `dlopen(name)`, called by `entry`, may open; empty where there are none. */
  dlopen(name: string, entry: TreeEntry, elf: ElfFile): readonly string[] {
    const caller = rootObject(entry, elf);
    const search = this.#search(this.#interpreterOf(elf), elf);
    if (search.isBuiltIn(name)) return [];
    const result = search.find(name, caller, caller);
    return result.status === 'found' ? result.candidates.map(({ path }) => path) : [];
  }

  /** Where the loader of `elf` looks when nothing says otherwise; absolute texts. */
  systemDirectories(elf: ElfFile): readonly string[] {
    return this.#search(this.#interpreterOf(elf), elf).systemDirectories;
  }

  #interpreterOf(elf: ElfFile): string {
    return elf.interpreter ?? this.#usualInterpreter(elf);
  }

  #load(entry: TreeEntry, elf: ElfFile, interpreter: string): LoadResult {
    const search = this.#search(interpreter, elf);
    return load(rootObject(entry, elf), search);
  }

  #search(interpreter: string, elf: ElfFile): LibrarySearch {
    const key = `${interpreter} ${elf.class} ${elf.byteOrder}`;
    let search = this.#searches.get(key);
    if (search === undefined) {
      search = /^ld-musl-/.test(baseName(interpreter)) ? this.#musl(interpreter) : this.#glibc(interpreter);
      this.#searches.set(key, search);
    }
    return search;
  }

  #glibc(interpreter: string): LibrarySearch {
    const { tree, content } = this.#view;
    const { entry } = interpreter === '' ? { entry: undefined } : tree.resolve(this.#absolute(interpreter));
    const elf = entry === undefined ? undefined : this.#elves.get(entry);
    const found =
      entry === undefined || elf === undefined || 'defect' in elf
        ? undefined
        : interpreterParameters(content.content(entry), elf);
    const systemDirectories = found?.systemDirectories ?? [];
    return new GlibcSearch(
      {
        interpreter,
        soname: elf !== undefined && !('defect' in elf) ? elf.soname : undefined,
        systemDirectories: systemDirectories.length > 0 ? systemDirectories : FALLBACK_DIRECTORIES,
        lib: found?.lib === undefined ? ['lib64', 'lib'] : [found.lib],
        cached: this.#cache(found?.cachePath ?? '/etc/ld.so.cache'),
        legacyDirectories: triesLegacyDirectories(found?.version),
        libraryPath: this.#environment('LD_LIBRARY_PATH'),
        preload: this.#environment('LD_PRELOAD'),
        preloadFile: this.#text('/etc/ld.so.preload'),
        workingDirectory: this.#workingDirectory(),
      },
      { tree, elves: this.#elves },
    );
  }

  #musl(interpreter: string): LibrarySearch {
    const { tree } = this.#view;
    const architecture = /^ld-musl-(.+)\.so\.\d+$/.exec(baseName(interpreter))?.[1] ?? '';
    const prefix = directoryOf(directoryOf(interpreter)).replace(/\/$/, '');
    const listed = this.#text(`${prefix}/etc/ld-musl-${architecture}.path`)
      .split(/[:\n]/)
      .filter((line) => line !== '');
    return new MuslSearch(
      {
        interpreter,
        systemDirectories: listed.length > 0 ? listed : MUSL_DIRECTORIES,
        libraryPath: this.#environment('LD_LIBRARY_PATH'),
        preload: this.#environment('LD_PRELOAD'),
        workingDirectory: this.#workingDirectory(),
      },
      { tree, elves: this.#elves },
    );
  }

  /** The cache's entries by name; a broken cache is none, as for the loader. */
  #cache(path: string): (name: string) => readonly CachedLibrary[] {
    const { entry } = this.#view.tree.resolve(path);
    if (entry?.type !== 'file') return () => [];
    const cache = readLdCache(this.#view.content.content(entry));
    if ('defect' in cache) return () => [];
    const byName = new Map<string, CachedLibrary[]>();
    for (const library of cache.entries) {
      const same = byName.get(library.name);
      if (same === undefined) byName.set(library.name, [library]);
      else same.push(library);
    }
    return (name) => byName.get(name) ?? [];
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

  #text(path: string): string {
    const { entry } = this.#view.tree.resolve(path);
    return entry?.type === 'file' ? this.#view.content.content(entry).read(0, MAX_TEXT).toString('latin1') : '';
  }

  #environment(name: string): string {
    return byteString(environmentValue(this.#view.run, name) ?? '');
  }

  #workingDirectory(): string {
    return byteString(this.#view.run.WorkingDir ?? '').replace(/\/+$/, '');
  }

  /** The kernel opens a relative interpreter from the working directory. */
  #absolute(path: string): string {
    return path.startsWith('/') ? path : `${this.#workingDirectory()}/${path}`;
  }
}

/** An object without a loader: a program, or what a program opens by dlopen. */
function rootObject(entry: TreeEntry, elf: ElfFile): LoadedObject {
  return { elf, entry, origin: directoryOf(`/${entry.path}`), loader: undefined };
}
