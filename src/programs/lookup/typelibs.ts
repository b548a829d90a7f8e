import { readWithin } from '../../elf/byte-source.ts';
import { baseName } from '../../model/image-path.ts';
import type { Search } from './libraries.ts';

const MAGIC = 'GOBJ\nMETADATA\r\n\x1a';
/** Places of 32-bit offsets in a typelib's header (girepository/gitypelib-internal.h). */
const DEPENDENCIES = 36;
const SHARED_LIBRARY = 52;
const HEADER = 64;
/** Bytes of a text that a header points to. */
const LONGEST = 4096;

/** What GObject introspection loads for every import. */
const ALWAYS = ['GLib', 'GObject', 'Gio'];

/** The typelibs of a namespace (`Gtk-3.0`; without a version all that there are) and of those that it needs, with their libraries. */
export function typelibPaths(name: string, search: Search): string[] {
  const found = new Set<string>();
  const seen = new Set<string>();
  const pending = [name, ...ALWAYS];
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    if (seen.has(at)) continue;
    seen.add(at);
    for (const path of filesOf(at, search)) {
      found.add(path);
      const { dependencies, libraries } = readHeader(path, search);
      pending.push(...dependencies);
      for (const library of libraries) for (const one of search.find(library)) found.add(one);
    }
  }
  // A name without a version of its own is not one of these.
  return filesOf(name, search).length > 0 ? [...found] : [];
}

function filesOf(name: string, { tree, directories }: Search): string[] {
  const bases = new Set([...directories, '/usr/lib']);
  return [...bases].flatMap((base) => {
    const directory = `${base}/girepository-1.0`;
    const { status, path } = tree.resolve(directory);
    const names = status === 'found' ? tree.children(path).map((entry) => baseName(entry.path)) : [];
    const wanted = names.filter(
      (file) => file === `${name}.typelib` || (!name.includes('-') && file.startsWith(`${name}-`)),
    );
    return wanted.map((file) => `${directory}/${file}`);
  });
}

function readHeader(path: string, { tree, content }: Search): { dependencies: string[]; libraries: string[] } {
  const { entry } = tree.resolve(path);
  const source = entry?.type === 'file' ? content.content(entry) : undefined;
  const header = source?.read(0, HEADER);
  if (
    source === undefined ||
    header === undefined ||
    header.length < HEADER ||
    header.toString('latin1', 0, 16) !== MAGIC
  )
    return { dependencies: [], libraries: [] };
  const text = (place: number): string => {
    const offset = header.readUInt32LE(place);
    const bytes = offset === 0 ? Buffer.alloc(0) : readWithin(source, offset, LONGEST);
    const end = bytes.indexOf(0);
    return end < 0 ? '' : bytes.toString('latin1', 0, end);
  };
  const words = (place: number, separator: string): string[] =>
    text(place)
      .split(separator)
      .filter((word) => word !== '');
  return { dependencies: words(DEPENDENCIES, '|'), libraries: words(SHARED_LIBRARY, ',') };
}
