import { loadedRanges } from '../elf/model.ts';
import { scanStrings } from '../elf/strings.ts';
import type { ContentStore } from '../filesystem/content-store.ts';
import { baseName } from '../model/image-path.ts';
import type { LibrarySearch } from './library-search.ts';

const PATH_FILE = /\/etc\/ld-musl-([^/]+)\.path$/;

/** The names of glibc's loaders: ld-linux-x86-64.so.2, ld.so.1, ld64.so.2. */
const GLIBC = /^ld(-linux.*|64)?\.so\.\d+$/;

/**
 * What musl's loader calls its architecture, or undefined where `interpreter` is another loader. The name of its path
 * file in it says so; a loader that is called as glibc's are is not looked into.
 */
export function muslArchitecture(
  interpreter: string,
  self: LibrarySearch['self'],
  content: Pick<ContentStore, 'content'>,
): string | undefined {
  const name = baseName(interpreter);
  if (GLIBC.test(name)) return undefined;
  let architecture: string | undefined;
  if (self !== undefined) {
    const source = content.content(self.entry);
    scanStrings(source, loadedRanges(self.elf.segments, source.size), { contains: '/etc/ld-musl-' }, (text) => {
      architecture ??= PATH_FILE.exec(text)?.[1];
    });
  }
  return architecture ?? /^ld-musl-(.+)\.so\.\d+$/.exec(name)?.[1];
}
