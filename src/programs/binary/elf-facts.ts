import type { ByteSource } from '../../elf/byte-source.ts';
import type { ElfFile } from '../../elf/elf-file.ts';
import { loadedRanges } from '../../elf/model.ts';
import { absoluteStrings, mentionsAny, scanStrings } from '../../elf/strings.ts';
import { importedSymbols, importsAny } from '../../elf/symbols.ts';
import { FactSheet, type Facts } from '../facts/facts.ts';
import { countedStrings } from './counted-strings.ts';

/** Functions that start programs: exec(3), posix_spawn(3), system(3), popen(3), and GLib's. */
const STARTERS =
  /^(exec(l|le|lp|v|ve|vp|vpe)|fexecve|execveat|posix_spawnp?|system|popen|g_spawn_\w+|g_subprocess_\w+|wordexp)$/;

/** What stands in a program without imports that starts others: Go's and Rust's modules, and C's shell. */
const STARTER_TEXTS = [
  'os/exec.Command',
  'std/src/sys/process',
  'std/src/sys/unix/process',
  '/bin/sh\0',
  'posix_spawn',
  'execve',
];

/** What tells a program whose strings have lengths and no NULs. */
const COUNTED_TEXTS = ['Go build', '/rustc/', 'library/std/src', 'runtime.goexit'];

const PATH = /^\/[\w./+@-]+$/;
const WORD = /^[\w./+-]{2,64}$/;
const LINE = /^[\s|;&]{0,8}[\w./+-]{1,64} [\x20-\x7e\n\t]{1,2000}$/;
const CHARSET = /^[A-Za-z][\w.:+/-]{1,30}$/;

/** Whether an ELF file starts programs, as far as its imports say; of one without imports its texts do. */
export function startsPrograms(source: ByteSource, elf: ElfFile): boolean {
  const imports = importedSymbols(source, elf) ?? new Set<string>();
  return (
    [...imports].some((name) => STARTERS.test(name)) ||
    (elf.needed.length === 0 && mentionsAny(source, elf, STARTER_TEXTS))
  );
}

/**
 * What an ELF file of the user's names: absolute paths, and where it starts programs its strings that may be commands,
 * and where it converts text the names that may be those of character sets. Of a package's program only the paths.
 */
export function elfFacts(source: ByteSource, elf: ElfFile, isOwn: boolean): Facts {
  const sheet = new FactSheet();
  for (const path of absoluteStrings(source, elf)) {
    // A template of a path is not a path.
    if (path !== elf.interpreter && !/[%*?{}<>"'`$]/.test(path)) sheet.add('paths', path.split(/[\s:]/)[0] as string);
  }
  if (!isOwn) return sheet;
  const starts = startsPrograms(source, elf);
  const converts = importsAny(source, elf, ['iconv_open', 'libiconv_open', 'g_iconv_open', 'g_convert']);
  if (starts || converts) {
    const note = (text: string): void => {
      if (converts && CHARSET.test(text)) sheet.add('charsets', text);
      if (starts && (WORD.test(text) || LINE.test(text))) sheet.add('literals', text.replace(/^[\s|;&]{0,8}/, ''));
    };
    scanStrings(source, loadedRanges(elf.segments, source.size), { ascii: true }, note);
    if (mentionsAny(source, elf, COUNTED_TEXTS))
      for (const text of countedStrings(source, elf)) {
        if (PATH.test(text)) sheet.add('paths', text);
        else note(text);
      }
  }
  sheet.startsUnknown = starts;
  return sheet;
}
