import type { ElfFile } from '../elf/elf-file.ts';
import type { TreeEntry } from '../filesystem/tree-entry.ts';

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
