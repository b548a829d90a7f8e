import type { FileTree } from '../../filesystem/file-tree.ts';
import { type ImagePath, ROOT } from '../../model/image-path.ts';
import type { DependencyField } from '../../model/reason.ts';
import type { PackageDatabase, PackageRecord } from '../database/package-database.ts';
import { architectureOf, isEssential, providedBy, relationsOf } from './relations.ts';

const DISTRIBUTION = /^(s?bin|lib\w*|usr\/(?!local\/|src\/))/;

/** An installed package that another one declares to need. */
export interface DeclaredNeed {
  /** the field that says so */
  readonly field: DependencyField;
  readonly record: PackageRecord;
}

/** The packages of a container, as their declarations tie them together. Indexes are made when they are first asked for. */
export class InstalledPackages {
  readonly #packages: readonly PackageRecord[];
  readonly #tree: FileTree;
  #owners: ReadonlyMap<string, PackageRecord> | undefined;
  #links: readonly { readonly target: string; readonly link: string }[] | undefined;
  #named: Names | undefined;
  /** of packages, by whom they were asked for: all that they can't do without */
  readonly #needed = new Map<PackageRecord | 'essential', ReadonlySet<PackageRecord>>();

  constructor({ packages }: PackageDatabase, tree: FileTree) {
    this.#packages = packages;
    this.#tree = tree;
  }

  /** true where nothing is known of any package: there are none, or their database can't be read */
  get isEmpty(): boolean {
    return this.#packages.length === 0;
  }

  /** The package that brought a file, by its physical path. */
  ownerOf(path: ImagePath): PackageRecord | undefined {
    if (this.isEmpty) return undefined;
    this.#owners ??= ownersByText(this.#packages);
    const found = this.#owners.get(path);
    if (found !== undefined) return found;
    // Lists name files of the merged /usr by either path.
    this.#links ??= rootLinks(this.#tree);
    for (const { target, link } of this.#links) {
      if (!path.startsWith(`${target}/`)) continue;
      const owner = this.#owners.get(link + path.slice(target.length));
      if (owner !== undefined) return owner;
    }
    return undefined;
  }

  /** Whether a file is a package's; where packages are not known, what lies in a distribution's own directories is. */
  isOwned(path: ImagePath): boolean {
    return this.isEmpty ? DISTRIBUTION.test(path) : this.ownerOf(path) !== undefined;
  }

  /**
   * Whether a package says that it can't do without the package of another file, or every system has that one. What it
   * only suggests is for those who want it: rsync's example in Python.
   */
  needsOwnerOf(other: ImagePath, user: ImagePath): boolean {
    const [owner, needed] = [this.ownerOf(user), this.ownerOf(other)];
    if (owner === undefined || needed === undefined || owner === needed) return true;
    return this.#allNeeded(owner).has(needed) || this.#allNeeded('essential').has(needed);
  }

  #allNeeded(by: PackageRecord | 'essential'): ReadonlySet<PackageRecord> {
    const known = this.#needed.get(by);
    if (known !== undefined) return known;
    const found = new Set(by === 'essential' ? this.#packages.filter(isEssential) : [by]);
    for (const record of found) for (const need of this.declaredBy(record)) found.add(need.record);
    this.#needed.set(by, found);
    return found;
  }

  /**
   * The installed packages that a package declares to need. Of alternatives the first one that is there counts, by its own
   * name before those that provide it; a virtual package means all of its providers.
   */
  declaredBy(record: PackageRecord): DeclaredNeed[] {
    this.#named ??= namesOf(this.#packages);
    const { own, provided } = this.#named;
    const architecture = architectureOf(record);
    const needs: DeclaredNeed[] = [];
    for (const { field, alternatives } of relationsOf(record)) {
      const named = alternatives.find((name) => own.has(name));
      const virtual = named ?? alternatives.find((name) => provided.has(name)) ?? '';
      const candidates = named === undefined ? provided.get(virtual) : own.get(named);
      for (const found of ofArchitecture(candidates ?? [], architecture)) {
        if (found !== record) needs.push({ field, record: found });
      }
    }
    return needs;
  }
}

interface Names {
  readonly own: ReadonlyMap<string, readonly PackageRecord[]>;
  readonly provided: ReadonlyMap<string, readonly PackageRecord[]>;
}

function namesOf(packages: readonly PackageRecord[]): Names {
  const own = new Map<string, PackageRecord[]>();
  const provided = new Map<string, PackageRecord[]>();
  const put = (map: Map<string, PackageRecord[]>, name: string, record: PackageRecord): void => {
    const known = map.get(name);
    if (known === undefined) map.set(name, [record]);
    else known.push(record);
  };
  for (const record of packages) {
    put(own, record.name, record);
    for (const name of providedBy(record)) put(provided, name, record);
  }
  return { own, provided };
}

/** Of a package that is there for several architectures the one that its user can load. */
function ofArchitecture(records: readonly PackageRecord[], architecture: string): readonly PackageRecord[] {
  if (records.length < 2) return records;
  const own = records.filter((record) => architectureOf(record) === architecture);
  return own.length > 0 ? own : records;
}

/** By each listed path, without a slash in front. The package that was installed last has a path of several. */
function ownersByText(packages: readonly PackageRecord[]): ReadonlyMap<string, PackageRecord> {
  const owners = new Map<string, PackageRecord>();
  for (const record of packages) {
    for (const text of record.paths ?? []) owners.set(text.startsWith('/') ? text.slice(1) : text, record);
  }
  return owners;
}

/** `bin` -> `usr/bin`, the longest target first. */
function rootLinks(tree: FileTree): { target: string; link: string }[] {
  const links = tree.children(ROOT).flatMap(({ path, type }) => {
    const target = type === 'symlink' ? tree.resolve(`/${path}`) : undefined;
    return target?.entry?.type === 'directory' ? [{ target: target.path, link: path }] : [];
  });
  return links.sort((a, b) => b.target.length - a.target.length);
}
