import type { Search } from './libraries.ts';

/** Bytes of an index that are read. */
const LONGEST = 1 << 20;

/** Of one directory of converters: by each name in capitals, the files that convert to and from it. */
type Converters = ReadonlyMap<string, readonly string[]>;

const KNOWN = new WeakMap<Search['tree'], Map<string, Converters>>();

/** The converters of glibc for a character set that code names, with the index that leads to them; empty for any other word. */
export function charsetPaths(name: string, search: Search): string[] {
  const wanted = name.toUpperCase().replace(/\/\/.*$/, '');
  for (const base of search.directories) {
    const directory = `${base}/gconv`;
    const found = convertersIn(directory, search).get(wanted);
    if (found !== undefined) {
      return [
        ...found.map((file) => `${directory}/${file}`),
        ...['gconv-modules', 'gconv-modules.cache'].map((file) => `${directory}/${file}`),
      ];
    }
  }
  return [];
}

function convertersIn(directory: string, { tree, content }: Search): Converters {
  const known = KNOWN.get(tree) ?? new Map<string, Converters>();
  KNOWN.set(tree, known);
  let found = known.get(directory);
  if (found === undefined) {
    const text = (path: string): string => {
      const { entry } = tree.resolve(path);
      return entry?.type === 'file' ? content.content(entry).read(0, LONGEST).toString('latin1') : '';
    };
    const { status, path } = tree.resolve(`${directory}/gconv-modules.d`);
    const more = status === 'found' ? tree.children(path).map((entry) => text(`/${entry.path}`)) : [];
    found = readIndex([text(`${directory}/gconv-modules`), ...more].join('\n'));
    known.set(directory, found);
  }
  return found;
}

/** Lines `module FROM// TO// FILE cost` and `alias OTHER// NAME//` (iconv/gconv_conf.c). */
function readIndex(text: string): Converters {
  const files = new Map<string, Set<string>>();
  const aliases: (readonly [string, string])[] = [];
  const put = (name: string, file: string): void => void files.set(name, (files.get(name) ?? new Set()).add(file));
  for (const line of text.split('\n')) {
    const [word, first = '', second = '', file = ''] = line.trim().split(/\s+/);
    const [from, to] = [first, second].map((one) => one.replace(/\/.*$/, '').toUpperCase()) as [string, string];
    if (word === 'alias') aliases.push([from, to]);
    else if (word === 'module' && file !== '') {
      for (const name of [from, to]) if (name !== 'INTERNAL') put(name, file.endsWith('.so') ? file : `${file}.so`);
    }
  }
  for (const [alias, name] of aliases) for (const file of files.get(name) ?? []) put(alias, file);
  return new Map([...files].map(([name, set]) => [name, [...set]]));
}
