import type { ElfFile } from '../elf/elf-file.ts';
import type { TreeEntry } from '../filesystem/tree-entry.ts';
import type { ImagePath } from '../model/image-path.ts';
import { baseName } from '../model/image-path.ts';
import type { LibraryPlace, LoaderTag } from '../model/reason.ts';
import type { Candidate, Failure, LibrarySearch, LoadedObject, LoaderFile } from './library-search.ts';

/** A dependency that the loader would follow. */
export interface Edge {
  readonly by: ImagePath;
  readonly path: string;
  readonly tag: LoaderTag;
  readonly found: LibraryPlace;
}

/** Everything that loading one object pulls in. */
export interface LoadResult {
  readonly edges: readonly Edge[];
  readonly objects: readonly LoadedObject[];
  readonly failures: readonly { readonly name: string; readonly by: ImagePath; readonly failure: Failure }[];
  /** symbol versions that the chosen library does not define */
  readonly mismatches: readonly { readonly version: string; readonly library: ImagePath; readonly by: ImagePath }[];
  /** the loader's own configuration: without it, it would find other files */
  readonly files: readonly LoaderFile[];
  /** false where the budget was spent before all was looked at */
  readonly isWhole: boolean;
}

/**
 * Loads `root` and all that it needs, and the auditing libraries, each in a namespace of its own; in small steps, since a
 * file may name thousands.
 *
 * @param main whose RPATH counts for all: `root` itself, or the program that opens it by dlopen
 */
export function* load(
  root: LoadedObject,
  search: LibrarySearch,
  main: LoadedObject = root,
): Generator<void, LoadResult> {
  const base = new Namespace(root, search, main);
  const isProgram = root === main && !isLibrary(root.elf);
  if (isProgram) yield* base.preload();
  yield* base.walk();
  const namespaces = [base, ...(isProgram ? base.audits() : [])];
  for (const audit of namespaces.slice(1)) yield* audit.walk();
  const used = new Map(search.files.map((file) => [file.path, file]));
  for (const place of namespaces.flatMap(({ places }) => [...places])) {
    const file = search.fileOf(place);
    if (file !== undefined) used.set(file.path, file);
  }
  const mismatches: LoadResult['mismatches'][number][] = [];
  if (search.checksVersions) for (const each of namespaces) mismatches.push(...(yield* each.mismatches()));
  return {
    edges: namespaces.flatMap(({ edges }) => edges),
    objects: namespaces.flatMap(({ objects }) => objects),
    failures: namespaces.flatMap(({ failures }) => failures),
    mismatches,
    files: [...used.values()],
    isWhole: namespaces.every(({ isWhole }) => isWhole),
  };
}

/**
 * One link map, filled as `_dl_map_object_deps` does (glibc elf/dl-deps.c; musl ldso/dynlink.c load_deps): one object per
 * requested name, DT_SONAME (glibc) or file.
 */
class Namespace {
  readonly edges: Edge[] = [];
  readonly failures: { name: string; by: ImagePath; failure: Failure }[] = [];
  readonly places = new Set<LibraryPlace>();
  /** in the order in which they are looked at; those from `#next` on are still to come */
  readonly objects: LoadedObject[];
  isWhole = true;
  #next = 0;
  readonly #search: LibrarySearch;
  readonly #root: LoadedObject;
  readonly #main: LoadedObject;
  readonly #names = new Map<string, LoadedObject>();
  readonly #inodes: Map<TreeEntry, LoadedObject>;

  constructor(root: LoadedObject, search: LibrarySearch, main: LoadedObject) {
    this.#search = search;
    this.#root = root;
    this.#main = main;
    this.objects = [root];
    this.#inodes = new Map([[root.entry.inode, root]]);
    this.#register(root);
  }

  *preload(): Generator<void> {
    const requester = this.#search.preloadsByProgram
      ? this.#root
      : { ...this.#root, elf: withoutPaths(this.#root.elf) };
    for (const name of this.#search.preloads(this.#main)) {
      yield;
      if (this.#isSpent()) return;
      this.#request(name, requester, { tag: 'preload', optional: true, injected: true });
    }
  }

  /**
   * Breadth first, but for what a filter stands for: that goes before its owner in the link map, and is looked at right
   * after it.
   */
  *walk(): Generator<void> {
    for (let object = this.objects[this.#next]; object !== undefined; object = this.objects[this.#next]) {
      this.#next++;
      const { needed, filters, auxiliaries } = object.elf;
      for (const name of needed) {
        yield;
        if (this.#isSpent()) return;
        this.#request(name, object, { tag: 'DT_NEEDED' });
      }
      let place = this.#next;
      const filter = (name: string, how: { tag: LoaderTag; optional?: boolean }): void => {
        for (const found of this.#request(name, object, how)) {
          const at = this.objects.indexOf(found, place);
          if (at < 0) continue;
          this.objects.splice(at, 1);
          this.objects.splice(place++, 0, found);
        }
      };
      for (const name of filters) {
        yield;
        filter(name, { tag: 'DT_FILTER' });
      }
      for (const name of auxiliaries) {
        yield;
        filter(name, { tag: 'DT_AUXILIARY', optional: true });
      }
    }
  }

  #isSpent(): boolean {
    this.isWhole &&= !this.#search.budget.isSpent;
    return !this.isWhole;
  }

  /** Auditing libraries are opened as if the program did it. */
  audits(): Namespace[] {
    const search = this.#search;
    const main = this.#main;
    const found: Namespace[] = [];
    for (const name of search.audits(main)) {
      const result = search.find({ name, requester: main, main, injected: true });
      if (result.status !== 'found') continue;
      for (const { path, entry, elf, found: place } of result.candidates) {
        this.edges.push({ by: main.entry.path, path, tag: 'audit', found: place });
        this.places.add(place);
        const root = { elf, entry, origin: directoryOf(path), loader: undefined, secure: false };
        found.push(new Namespace(root, search, main));
      }
    }
    return found;
  }

  /**
   * As _dl_check_map_versions (glibc elf/dl-version.c): a library that defines no versions at all satisfies any, as do
   * weak needs.
   */
  *mismatches(): Generator<void, LoadResult['mismatches']> {
    const { self } = this.#search;
    const mismatches: LoadResult['mismatches'][number][] = [];
    const defined = new Map<LoadedObject['elf'], ReadonlySet<string>>();
    for (const { elf, entry } of this.objects) {
      yield;
      for (const { library, versions } of elf.versionsNeeded) {
        const provider = this.#names.get(library) ?? (this.#search.isBuiltIn(library) ? self : undefined);
        if (provider === undefined || provider.elf.versionsDefined.length === 0) continue;
        const known = defined.get(provider.elf) ?? new Set(provider.elf.versionsDefined);
        defined.set(provider.elf, known);
        for (const { name, weak } of versions) {
          if (weak || known.has(name)) continue;
          mismatches.push({ version: name, library: provider.entry.path, by: entry.path });
        }
      }
    }
    return mismatches;
  }

  /** The objects that `text` leads to. */
  #request(
    text: string,
    requester: LoadedObject,
    how: { tag: LoaderTag; optional?: boolean; injected?: boolean },
  ): LoadedObject[] {
    this.#search.budget.spend();
    const names = this.#search.expand(text, requester, this.#main);
    const found: LoadedObject[] = [];
    const failures: Failure[] = names.length > 0 ? [] : [{ status: 'missing' }];
    let isBuiltIn = false;
    for (const name of names) {
      const known = this.#names.get(name);
      isBuiltIn ||= known === undefined && this.#search.isBuiltIn(name);
      if (known !== undefined) found.push(known);
      if (known !== undefined || this.#search.isBuiltIn(name)) continue;
      const { injected = false } = how;
      const result = this.#search.find({ name, requester, main: this.#main, injected });
      if (result.status === 'found') {
        found.push(...result.candidates.map((candidate) => this.#add(candidate, requester, { name, tag: how.tag })));
        if (result.failure !== undefined) this.#fail(text, requester, result.failure);
      } else failures.push(result);
    }
    const failure = failures[0];
    if (found.length === 0 && !isBuiltIn && failure !== undefined && how.optional !== true) {
      this.#fail(text, requester, failure);
    }
    return found;
  }

  #fail(name: string, requester: LoadedObject, failure: Failure): void {
    this.failures.push({ name, by: requester.entry.path, failure });
  }

  #add(candidate: Candidate, requester: LoadedObject, asked: { name: string; tag: LoaderTag }): LoadedObject {
    const { path, entry, elf, found } = candidate;
    this.edges.push({ by: requester.entry.path, path, tag: asked.tag, found });
    this.places.add(found);
    let object = this.#inodes.get(entry.inode);
    if (object === undefined) {
      object = { elf, entry, origin: directoryOf(path), loader: requester, secure: false };
      this.#inodes.set(entry.inode, object);
      this.objects.push(object);
      this.#register(object);
    }
    if (!this.#names.has(asked.name)) this.#names.set(asked.name, object);
    return object;
  }

  #register(object: LoadedObject): void {
    const { soname } = object.elf;
    if (this.#search.matchesSonames && soname !== undefined && !this.#names.has(soname))
      this.#names.set(soname, object);
  }
}

/** True for what others load. Some libraries can be started, too, and then say who they are: libc.so.6, Qt's. */
export function isLibrary({ type, dynamic, pie, interpreter, soname }: ElfFile): boolean {
  return type === 'shared' && dynamic && !pie && (interpreter === undefined || soname !== undefined);
}

/** An object, who loaded it, who loaded that, and so on. */
export function loadersOf(object: LoadedObject): LoadedObject[] {
  const chain: LoadedObject[] = [];
  for (let at: LoadedObject | undefined = object; at !== undefined; at = at.loader) chain.push(at);
  return chain;
}

function withoutPaths({ rpath: _, runpath: __, ...elf }: ElfFile): ElfFile {
  return elf;
}

/** The directory part of an absolute path text. */
export function directoryOf(path: string): string {
  return path.slice(0, Math.max(1, path.length - baseName(path).length - 1));
}
