import type { ByteSource } from './byte-source.ts';
import { type ElfFile, type FileRange, loadedRanges } from './model.ts';
import { scanStrings } from './strings.ts';

/** What a glibc loader was built with. Paths are byte strings, absolute, without a trailing slash. */
export interface InterpreterParameters {
  /** The default directories, in the order in which they are searched; empty where the file is no glibc loader. */
  readonly systemDirectories: readonly string[];
  /** `/etc/ld.so.cache` nearly everywhere */
  readonly cachePath?: string;
  /** `2.36`; loaders before 2.33 do not say. Of a `libc.so.6`, all versions do. */
  readonly version?: string;
  /** What `$LIB` stands for: `lib/x86_64-linux-gnu`, `lib64`. */
  readonly lib?: string;
  /** Platform names in the file that `$PLATFORM` may stand for; the kernel can name others (AT_PLATFORM). */
  readonly platforms: readonly string[];
}

/** Bytes of a loader that are looked at; real ones have at most 1.1 MB. */
const LIMIT = 16 * 1024 * 1024;

/** Names in the hardware tables of glibc's loaders (sysdeps/x86/dl-procinfo.c, powerpc and s390 alike). */
const PLATFORM =
  /^(?:haswell|xeon_phi|x86_64|i[3-6]86|z900|z990|z9-109|z10|z196|zEC12|z1[3-7]|power\d{1,2}\+?|ppc970)$/;

const VERSION = /\b(?:stable|development) release version (\d+\.\d+(?:\.\d+)*)/;

/**
 * Finds the parameters among the strings of a glibc loader. The default directories are a run of NUL-joined strings such
 * as `/lib/x86_64-linux-gnu/` (glibc elf/dl-load.c, `system_dirs`). Compilers may leave a second copy, whose beginning
 * can be unrecognisable, so that the longest run counts.
 */
export function interpreterParameters(source: ByteSource, elf: ElfFile): InterpreterParameters {
  const ranges = firstBytes(loadedRanges(elf.segments, source.size), LIMIT);
  let run: string[] = [];
  let runEnd = -1;
  let systemDirectories: readonly string[] = [];
  let cachePath: string | undefined;
  scanStrings(source, ranges, { startsWith: '/' }, (text, offset) => {
    if (text.endsWith('/ld.so.cache')) cachePath ??= text;
    if (!/^\/[\x21-\x7e]+\/$/.test(text)) return;
    run = offset === runEnd ? run : [];
    run.push(text.slice(0, -1));
    runEnd = offset + text.length + 1;
    if (run.length > systemDirectories.length && run.some((directory) => directory.includes('/lib'))) {
      systemDirectories = run;
    }
  });
  const version = glibcVersion(source, elf);
  const lib = libToken(source, ranges, systemDirectories);
  return {
    systemDirectories: [...systemDirectories],
    ...(cachePath === undefined ? {} : { cachePath }),
    ...(version === undefined ? {} : { version }),
    ...(lib === undefined ? {} : { lib }),
    platforms: platformNames(source, ranges),
  };
}

/** The glibc release that a loader or a `libc.so.6` was built from: `2.36`. */
export function glibcVersion(source: ByteSource, elf: ElfFile): string | undefined {
  let version: string | undefined;
  const ranges = firstBytes(loadedRanges(elf.segments, source.size), LIMIT);
  scanStrings(source, ranges, { contains: 'release version ' }, (text) => {
    version ??= VERSION.exec(text)?.[1];
  });
  return version;
}

/** `$LIB` is the last part of a default directory that stands in the file as a string of its own; the longest counts. */
function libToken(
  source: ByteSource,
  ranges: readonly FileRange[],
  directories: readonly string[],
): string | undefined {
  let lib: string | undefined;
  scanStrings(source, ranges, { startsWith: 'lib' }, (text) => {
    const longer = lib === undefined || text.length > lib.length;
    if (longer && directories.some((directory) => directory.endsWith(`/${text}`))) lib = text;
  });
  return lib;
}

function platformNames(source: ByteSource, ranges: readonly FileRange[]): string[] {
  const names = new Set<string>();
  for (const startsWith of ['haswell', 'x', 'i', 'z', 'p']) {
    scanStrings(source, ranges, { startsWith }, (text) => {
      if (text.length < 16 && PLATFORM.test(text)) names.add(text);
    });
  }
  return [...names];
}

function firstBytes(ranges: readonly FileRange[], limit: number): FileRange[] {
  let left = limit;
  return ranges.flatMap(({ offset, length }) => {
    const taken = Math.min(length, left);
    left -= taken;
    return taken > 0 ? [{ offset, length: taken }] : [];
  });
}
