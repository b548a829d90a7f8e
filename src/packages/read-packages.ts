import { readApk } from './apk.ts';
import { readDpkg } from './dpkg.ts';
import { BoundedTexts, type PackageOwners, type PackageSource } from './package-owners.ts';

/** Of all databases together. All of TeX Live takes less than 20 MB. */
const MOST_BYTES = 64 << 20;

/** Databases of rpm(8). They are Berkeley DB, ndb or SQLite, which is more than a name in a report is worth. */
const RPM = ['/var/lib/rpm', '/usr/lib/sysimage/rpm'].flatMap((directory) =>
  ['Packages', 'Packages.db', 'rpmdb.sqlite'].map((name) => `${directory}/${name}`),
);

/** Which package each path of a container belongs to, from the container's own files. Never fails: no database, no owners. */
export function readPackages(source: PackageSource): PackageOwners {
  const texts = new BoundedTexts(source, MOST_BYTES);
  const found = readDpkg(source, texts) ?? readApk(source, texts);
  if (found !== undefined) return found;
  const isRpm = RPM.some((path) => source.tree.resolve(path).entry?.type === 'file');
  return { database: isRpm ? 'rpm' : null, owners: new Map() };
}
