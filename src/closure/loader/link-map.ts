import type { ElfFile } from '../../elf/elf-file.ts';
import type { TreeEntry } from '../../filesystem/tree-entry.ts';
import type { ImagePath } from '../../model/image-path.ts';
import { baseName } from '../../model/image-path.ts';

/** An object in a program's address space. */
export interface LoadedObject {
  readonly elf: ElfFile;
  readonly entry: TreeEntry;
  /** the directory text `$ORIGIN` stands for (a byte string, absolute) */
  readonly origin: string;
  /** the object that asked for it first; undefined for the program itself and for what is opened by dlopen */
  readonly loader: LoadedObject | undefined;
}

/** A file that a name leads to. `path` is absolute and as the loader would spell it. */
export interface Candidate {
  readonly path: string;
  readonly entry: TreeEntry;
  readonly elf: ElfFile;
}

/** Why a name leads to nothing. */
export type Failure =
  | { readonly status: 'missing' }
  | { readonly status: 'blocked'; readonly candidate: ImagePath; readonly why: string };

/** All files that a name may lead to, depending on the target's CPU; the plain one last in the search is first here. */
export type SearchResult =
  | { readonly status: 'found'; readonly candidates: readonly Candidate[]; readonly rule: string }
  | Failure;

/** How one C library's loader finds files. */
export interface LibrarySearch {
  /** directories searched last; absolute texts */
  readonly systemDirectories: readonly string[];
  /** names that are never searched for: the loader's own, and what is built into it */
  isBuiltIn(name: string): boolean;
  /** true where an object that is loaded already answers for its DT_SONAME, too */
  readonly matchesSonames: boolean;
  find(name: string, requester: LoadedObject, main: LoadedObject): SearchResult;
  /** names from LD_PRELOAD and /etc/ld.so.preload */
  preloads(main: LoadedObject): readonly string[];
}

/** A dependency that the loader would follow. */
export interface Edge {
  readonly by: ImagePath;
  readonly path: string;
  readonly rule: string;
}

/** Everything that loading one object pulls in. */
export interface LoadResult {
  readonly edges: readonly Edge[];
  readonly objects: readonly LoadedObject[];
  readonly failures: readonly { readonly name: string; readonly by: ImagePath; readonly failure: Failure }[];
  /** symbol versions that the chosen library does not define */
  readonly mismatches: readonly { readonly version: string; readonly library: ImagePath; readonly by: ImagePath }[];
}

/**
 * Loads `root` and all that it needs, breadth first, as `_dl_map_object_deps` does (glibc elf/dl-deps.c; musl
 * ldso/dynlink.c load_deps): one object per requested name, DT_SONAME (glibc) or file.
 */
export function load(root: LoadedObject, search: LibrarySearch): LoadResult {
  const edges: Edge[] = [];
  const failures: { name: string; by: ImagePath; failure: Failure }[] = [];
  const objects: LoadedObject[] = [root];
  const names = new Map<string, LoadedObject>();
  const inodes = new Map<TreeEntry, LoadedObject>([[root.entry.inode, root]]);
  const register = (object: LoadedObject): void => {
    const { soname } = object.elf;
    if (search.matchesSonames && soname !== undefined && !names.has(soname)) names.set(soname, object);
  };
  register(root);
  const request = (name: string, requester: LoadedObject, how: { rule: string; optional: boolean }): void => {
    if (names.has(name) || search.isBuiltIn(name)) return;
    const result = search.find(name, requester, root);
    if (result.status !== 'found') {
      if (!how.optional) failures.push({ name, by: requester.entry.path, failure: result });
      return;
    }
    for (const { path, entry, elf } of result.candidates) {
      edges.push({ by: requester.entry.path, path, rule: `${how.rule} (${result.rule})` });
      let object = inodes.get(entry.inode);
      if (object === undefined) {
        object = { elf, entry, origin: directoryOf(path), loader: requester };
        inodes.set(entry.inode, object);
        objects.push(object);
        register(object);
      }
      if (!names.has(name)) names.set(name, object);
    }
  };
  for (const name of search.preloads(root)) request(name, root, { rule: 'preload', optional: true });
  let next = 0;
  // The array grows while it is walked: that is what makes the walk breadth first.
  const walk = (): void => {
    for (let object = objects[next]; object !== undefined; object = objects[++next]) {
      for (const name of object.elf.filters) request(name, object, { rule: 'DT_FILTER', optional: false });
      for (const name of object.elf.auxiliaries) request(name, object, { rule: 'DT_AUXILIARY', optional: true });
      for (const name of object.elf.needed) request(name, object, { rule: 'DT_NEEDED', optional: false });
    }
  };
  walk();
  for (const list of [root.elf.audit, root.elf.depaudit]) {
    for (const name of list.flatMap((text) => text.split(':'))) {
      if (name !== '') request(name, root, { rule: 'DT_AUDIT', optional: true });
    }
  }
  walk();
  return { edges, objects, failures, mismatches: checkVersions(objects, names) };
}

/**
 * As _dl_check_map_versions (glibc elf/dl-version.c): a library that defines no versions at all satisfies any, as do weak
 * needs.
 */
function checkVersions(
  objects: readonly LoadedObject[],
  names: ReadonlyMap<string, LoadedObject>,
): LoadResult['mismatches'] {
  const mismatches: LoadResult['mismatches'][number][] = [];
  for (const { elf, entry } of objects) {
    for (const { library, versions } of elf.versionsNeeded) {
      const provider = names.get(library);
      if (provider === undefined || provider.elf.versionsDefined.length === 0) continue;
      for (const { name, weak } of versions) {
        if (weak || provider.elf.versionsDefined.includes(name)) continue;
        mismatches.push({ version: name, library: provider.entry.path, by: entry.path });
      }
    }
  }
  return mismatches;
}

/** The directory part of an absolute path text. */
export function directoryOf(path: string): string {
  return path.slice(0, Math.max(1, path.length - baseName(path).length - 1));
}
