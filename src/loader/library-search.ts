import type { ElfFile } from '../elf/elf-file.ts';
import type { TreeEntry } from '../filesystem/tree-entry.ts';
import type { ImagePath } from '../model/image-path.ts';
import type { LibraryPlace, LoaderFileKind } from '../model/reason.ts';
import type { SearchBudget } from './search-budget.ts';

/** An object in a program's address space. */
export interface LoadedObject {
  readonly elf: ElfFile;
  readonly entry: TreeEntry;
  /** the directory text `$ORIGIN` stands for (a byte string, absolute) */
  readonly origin: string;
  /** the object that asked for it first; undefined for the program itself and for what is opened by dlopen */
  readonly loader: LoadedObject | undefined;
  /** of a program: it runs with rights that its caller has not (AT_SECURE), so the loader trusts the caller less */
  readonly secure: boolean;
}

/** A file that a name leads to. `path` is absolute and as the loader would spell it. */
export interface Candidate {
  readonly path: string;
  readonly entry: TreeEntry;
  readonly elf: ElfFile;
  /** which of the loader's ways led to it */
  readonly found: LibraryPlace;
}

/** Why a name leads to nothing. */
export type Failure =
  | { readonly status: 'missing' }
  | { readonly status: 'blocked'; readonly candidate: ImagePath; readonly why: string };

/** All files that a name may lead to, depending on the target's CPU; the one for any CPU is the first. */
export interface Found {
  readonly status: 'found';
  readonly candidates: readonly Candidate[];
  /** what makes the loader give up on some CPUs */
  readonly failure?: Failure;
}

export type SearchResult = Found | Failure;

/** A name that is looked for. */
export interface Request {
  /** tokens expanded */
  readonly name: string;
  readonly requester: LoadedObject;
  readonly main: LoadedObject;
  /** preloads and auditing libraries, of which a program with more rights than its caller takes only trusted ones */
  readonly injected?: boolean;
}

/** A file that a loader reads to find libraries, or that makes it load some. */
export interface LoaderFile {
  readonly path: string;
  readonly file: LoaderFileKind;
}

/** How one C library's loader finds files. */
export interface LibrarySearch {
  /** directories searched last; absolute texts */
  readonly systemDirectories: readonly string[];
  /** files that the loader reads before it starts */
  readonly files: readonly LoaderFile[];
  /** the file that is read for a candidate that is found so, where there is one */
  fileOf(found: LibraryPlace): LoaderFile | undefined;
  /** the loader's own file, where the image has it */
  readonly self: { readonly entry: TreeEntry; readonly elf: ElfFile } | undefined;
  /** names that are never searched for: the loader's own, and what is built into it */
  isBuiltIn(name: string): boolean;
  /** true where an object that is loaded already answers for its DT_SONAME, too */
  readonly matchesSonames: boolean;
  /** true where the loader refuses a library that lacks a symbol version */
  readonly checksVersions: boolean;
  /** what a NEEDED text stands for; several names where that depends on the CPU, none where it can't be expanded */
  expand(text: string, requester: LoadedObject, main: LoadedObject): readonly string[];
  find(request: Request): SearchResult;
  /** names from LD_PRELOAD and /etc/ld.so.preload */
  preloads(main: LoadedObject): readonly string[];
  /** who asks for preloads: the program, or nobody, so that nobody's RPATH counts */
  readonly preloadsByProgram: boolean;
  /** names of auditing libraries: LD_AUDIT, DT_AUDIT, DT_DEPAUDIT */
  audits(main: LoadedObject): readonly string[];
  /** what is left for it; where it is spent, a load ends early */
  readonly budget: SearchBudget;
}
