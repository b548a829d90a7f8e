import { readApk } from './apk/read-apk.ts';
import { BoundedTexts } from './database/bounded-texts.ts';
import { type PackageDatabase, type PackageSource, RPM_DIRECTORIES } from './database/package-database.ts';
import { readDpkg } from './dpkg/read-dpkg.ts';

/** They are Berkeley DB, ndb or SQLite, which is more than a name in a report is worth. */
const RPM = RPM_DIRECTORIES.flatMap((directory) =>
  ['Packages', 'Packages.db', 'rpmdb.sqlite'].map((name) => `${directory}/${name}`),
);

/**
 * Which packages a container has and what each one brought, from the container's own files. Never fails: without a
 * database there are no packages. Of the tree only the databases are looked at.
 */
export function readPackages(source: PackageSource): PackageDatabase {
  const texts = new BoundedTexts(source);
  const found = readDpkg(source, texts) ?? readApk(source, texts);
  if (found !== undefined) return found;
  const isRpm = RPM.some((path) => source.tree.resolve(path).entry?.type === 'file');
  return { kind: isRpm ? 'rpm' : null, packages: [], isWhole: true };
}
