import { type BoundedTexts, OwnerMap, type PackageOwners, type PackageSource } from './package-owners.ts';

/** The second one is where it lies since /lib is a link into /usr. */
const DATABASES = ['/lib/apk/db/installed', '/usr/lib/apk/db/installed'];

/**
 * apk-tools: a paragraph for each package, in it `P:` with its name, `F:` with a directory, and `R:` with a file in the
 * directory named last (apk-installed(5)). Undefined where there is no such database.
 */
export function readApk({ tree }: PackageSource, texts: BoundedTexts): PackageOwners | undefined {
  const database = DATABASES.find((path) => tree.resolve(path).entry?.type === 'file');
  if (database === undefined) return undefined;
  const owners = new OwnerMap(tree);
  let owner = '';
  let directory = '';
  for (const line of texts.lines(database)) {
    const value = line.slice(2);
    if (line === '') [owner, directory] = ['', ''];
    else if (line.startsWith('P:')) owner = value;
    else if (line.startsWith('F:')) {
      directory = value;
      owners.add(value, owner);
    } else if (line.startsWith('R:')) owners.add(directory === '' ? value : `${directory}/${value}`, owner);
  }
  return { database: 'apk', owners: owners.owners };
}
