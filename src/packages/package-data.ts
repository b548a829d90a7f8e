import { baseName, type ImagePath, type ImagePaths, isWithin, joinPath, parentPath } from '../model/image-path.ts';
import type { Reason } from '../model/reason.ts';
import type { PackageDataMode } from '../options.ts';
import {
  type DpkgDatabase,
  type DpkgRecord,
  type PackageDatabase,
  type PackageSource,
  RPM_DIRECTORIES,
} from '../package-records/database/package-database.ts';
import { cutApk, partitionApk } from './apk/cut-apk.ts';
import { cutDpkg, partitionDpkg } from './dpkg/cut-dpkg.ts';
import { apkFacts, dpkgFacts, type PackageFacts } from './package-facts.ts';
import type { Partition } from './records/presence.ts';
import { RecordChanges } from './records/record-changes.ts';
import { ResultFiles } from './records/result-files.ts';

/** What becomes of the files of package databases, and of licences. The paths of the maps and sets have nothing in common. */
export interface PackageData {
  /** the container's database */
  readonly database: PackageDatabase['kind'];
  /** which packages are in the result, and how much of them */
  readonly packages: Partition;
  /** kept paths with their new contents. Whoever writes them leaves owner, mode and times as they are */
  readonly replaced: ReadonlyMap<ImagePath, Buffer>;
  /** kept paths that are not to be in the result */
  readonly removed: ReadonlySet<ImagePath>;
  /**
   * files to be made, with the directories above them. Where the container has one of that name, it gives owner, mode and
   * times; else the nearest directory of the container gives the times, so that nothing depends on when it was made
   */
  readonly added: ReadonlyMap<ImagePath, Buffer>;
  /** further files of the container to be kept as they are, and links that lead to them */
  readonly alsoKeep: ReadonlyMap<ImagePath, Reason>;
  readonly warnings: readonly string[];
  /** What the packages of the result are. Their licences are read when it is called. */
  readonly facts: () => PackageFacts[];
}

/** What {@link packageData} is worked out from. */
export interface PackageDataRequest extends PackageSource {
  /** of the whole container; `tree` is without what was excluded: what is not there is neither kept nor made */
  readonly database: PackageDatabase;
  /** what is kept: physical paths of `tree` */
  readonly kept: ImagePaths;
  readonly mode: PackageDataMode;
}

/**
 * What package databases of the result have to say, so that no package is claimed that is not there, and none is hidden
 * that is. A package is there where one of its files is; documentation and directories don't count.
 *
 * rpm's databases have formats of their own and are not read, so they can't be cut: they are left out unless `mode` is
 * `keep`. Scanners then find no packages of rpm's, only what they know from other files.
 */
export function packageData(request: PackageDataRequest): PackageData {
  const { database, tree, kept, mode } = request;
  const changes = new RecordChanges(tree, kept);
  const warnings: string[] = [];
  // A database that is not whole could hide packages; so it is not cut, but left out.
  const isCut = mode === 'honest' && database.isWhole;
  let packages: Partition = { present: [], absent: [] };
  let facts = (): PackageFacts[] => [];
  if (database.kind === 'dpkg') {
    const found = dpkgPackages(database, request, mode === 'keep' ? undefined : changes);
    packages = found.packages;
    facts = () => found.packages.present.map(({ record }) => dpkgFacts(record, request));
    if (isCut) cutDpkg(database, found.packages.present, { result: found.result, source: request, changes });
  } else if (database.kind === 'apk') {
    const result = new ResultFiles(tree, kept);
    const found = partitionApk(database, result);
    packages = found;
    facts = () => found.present.map(({ record }) => apkFacts(record));
    if (isCut) cutApk(database, found, { result, source: request, changes });
  }
  if (mode === 'drop' || (mode === 'honest' && (!database.isWhole || database.kind === 'rpm'))) {
    dropDatabases(request, changes);
    if (mode === 'honest') warnings.push(leftOut(database));
  }
  const unknown = packages.present.filter(({ state }) => state === 'unknown').length;
  if (unknown > 0 && isCut) {
    warnings.push(
      `the package database has no list of files for ${unknown} packages: they are in its records, there or not`,
    );
  }
  return { database: database.kind, packages, ...pick(changes), warnings, facts };
}

function pick({
  replaced,
  removed,
  added,
  alsoKeep,
}: RecordChanges): Pick<PackageData, 'replaced' | 'removed' | 'added' | 'alsoKeep'> {
  for (const path of removed) replaced.delete(path);
  return { replaced, removed, added, alsoKeep };
}

/** @param changes gets the licences; undefined where they are not to be kept */
function dpkgPackages(
  database: DpkgDatabase,
  request: PackageDataRequest,
  changes: RecordChanges | undefined,
): { packages: Partition<DpkgRecord>; result: ResultFiles } {
  const { tree, kept } = request;
  const result = new ResultFiles(tree, kept);
  const packages = partitionDpkg(database.packages, database, { result, source: request });
  if (changes === undefined) return { packages, result };
  keepLicences(packages, changes);
  // Once more, with the licences: they are in the lists of their packages. One may be another package's, which has
  // nothing but documentation and is there now: libgcc-s1's is in gcc-12-base.
  const homes = new Set([...changes.alsoKeep.keys()].map((path) => baseName(parentPath(path))));
  const isCandidate = ({ name }: DpkgRecord): boolean => homes.has(name);
  const candidates = [...packages.present.map(({ record }) => record), ...packages.absent.filter(isCandidate)];
  const inResult = new Set(candidates);
  const withLicences = new ResultFiles(tree, either(kept, changes.alsoKeep));
  const second = partitionDpkg(
    database.packages.filter((record) => inResult.has(record)),
    database,
    { result: withLicences, source: request },
  );
  const absent = [...packages.absent.filter((record) => !isCandidate(record)), ...second.absent];
  return { packages: { present: second.present, absent }, result: withLicences };
}

function either(some: ImagePaths, others: ImagePaths): ImagePaths {
  function* keys(): Generator<ImagePath> {
    yield* some.keys();
    yield* others.keys();
  }
  return { has: (path) => some.has(path) || others.has(path), keys };
}

/** Licences travel with what they cover: each package of which something is there. */
function keepLicences({ present }: Partition, changes: RecordChanges): void {
  for (const { record, state } of present) {
    if (state !== 'unknown')
      changes.keep(`usr/share/doc/${record.name}/copyright`, {
        kind: 'licence',
        package: record.name,
      });
  }
}

function leftOut({ kind }: PackageDatabase): string {
  const why =
    kind === 'rpm'
      ? "rpm's database can't be cut to the packages that are there"
      : 'the package database is too large to be cut';
  return `${why}, so it is left out, and scanners see no such packages; --package-data keep keeps it whole`;
}

/** Takes all databases out of the result; alternatives are no package data, though they lie there. */
function dropDatabases({ database, tree, kept }: PackageDataRequest, changes: RecordChanges): void {
  for (const text of RPM_DIRECTORIES) {
    const { status, path, links } = tree.resolve(text);
    if (status === 'found') changes.removeAll(path);
    for (const link of links) if (text === `/${link}`) changes.remove(link);
  }
  if (database.kind === 'apk') changes.removeAll(database.directory);
  if (database.kind !== 'dpkg') return;
  const alternatives = joinPath(database.directory, 'alternatives');
  for (const path of kept.keys()) {
    if (isWithin(path, database.directory) && !isWithin(path, alternatives)) changes.remove(path);
  }
  const states = tree.resolve('/var/lib/apt/extended_states');
  if (states.status === 'found') changes.remove(states.path);
}
