import { baseName } from '../model/image-path.ts';
import { type BoundedTexts, OwnerMap, type PackageOwners, type PackageSource } from './package-owners.ts';

const INFO = '/var/lib/dpkg/info';
/** Images made of single packages without dpkg (distroless) keep a status and a list of sums for each. */
const PARTS = '/var/lib/dpkg/status.d';

/** A path that was given to one package, and where the same path of all others goes instead. */
type Diversions = ReadonlyMap<string, { readonly to: string; readonly by: string }>;

/** dpkg(1): info/PACKAGE[:ARCH].list has one path a line. Undefined where there is no such database. */
export function readDpkg({ tree }: PackageSource, texts: BoundedTexts): PackageOwners | undefined {
  const names = (directory: string, ending: string): string[] => {
    const { status, path } = tree.resolve(directory);
    const found = status === 'found' ? tree.children(path).map((entry) => baseName(entry.path)) : [];
    return found.filter((name) => name.endsWith(ending)).map((name) => name.slice(0, -ending.length));
  };
  const lists = names(INFO, '.list');
  const sums = names(PARTS, '.md5sums');
  if (lists.length === 0 && sums.length === 0) return undefined;
  const owners = new OwnerMap(tree);
  const diversions = readDiversions([...texts.lines('/var/lib/dpkg/diversions')]);
  for (const name of lists) {
    const owner = packageName(name);
    for (const path of texts.lines(`${INFO}/${name}.list`)) {
      const diverted = diversions.get(path);
      owners.add(diverted === undefined || diverted.by === owner ? path : diverted.to, owner);
    }
  }
  for (const name of sums) {
    for (const line of texts.lines(`${PARTS}/${name}.md5sums`)) {
      const [, path] = /^[0-9a-f]{32} [ *](.+)$/.exec(line) ?? [];
      if (path !== undefined) owners.add(path, packageName(name));
    }
  }
  return { database: 'dpkg', owners: owners.owners };
}

/** Three lines each: the path, where it went, and the package that has it now; `:` for the administrator (dpkg-divert(1)). */
function readDiversions(lines: readonly string[]): Diversions {
  const diversions = new Map<string, { to: string; by: string }>();
  for (let at = 0; at + 2 < lines.length; at += 3) {
    diversions.set(lines[at] ?? '', { to: lines[at + 1] ?? '', by: lines[at + 2] ?? '' });
  }
  return diversions;
}

function packageName(file: string): string {
  return file.replace(/:.*/, '');
}
