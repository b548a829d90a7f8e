import type { ContentStore } from '../../filesystem/content-store.ts';
import type { FileTree } from '../../filesystem/file-tree.ts';
import type { ImagePath } from '../../model/image-path.ts';

/** A package as the container's database has it. Names and paths are byte strings. */
export interface PackageRecord {
  /** `libc6` */
  readonly name: string;
  /** what tells it from all others of the database: `libc6:amd64` */
  readonly id: string;
  /** what it takes when installed, as the database says; 0 where it does not */
  readonly bytes: number;
  /** the paths that it brought, as they are written there, diverted ones where they went; undefined without such a list */
  readonly paths: readonly string[] | undefined;
}

export interface DpkgRecord extends PackageRecord {
  /** where its stanza stands: in dpkg's own file, or in a file of its own, as distroless images have it */
  readonly source: 'status' | 'status.d';
  readonly stanza: string;
}

export interface ApkRecord extends PackageRecord {
  /** its lines in the database, without the blank one at the end */
  readonly paragraph: string;
}

export interface DpkgDatabase {
  readonly kind: 'dpkg';
  /** of the whole container: what it was read from */
  readonly tree: FileTree;
  /** where /var/lib/dpkg lies */
  readonly directory: ImagePath;
  readonly packages: readonly DpkgRecord[];
  readonly diversions: Diversions;
  /** false where it is larger than what is read of one */
  readonly isWhole: boolean;
}

export interface ApkDatabase {
  readonly kind: 'apk';
  /** of the whole container: what it was read from */
  readonly tree: FileTree;
  /** the directory that has the file `installed` */
  readonly directory: ImagePath;
  readonly packages: readonly ApkRecord[];
  /** false where it is larger than what is read of one */
  readonly isWhole: boolean;
}

/** There is a database of rpm's, which is not read, or no database. */
export interface NoPackages {
  readonly kind: 'rpm' | null;
  readonly packages: readonly [];
  readonly isWhole: true;
}

/** What the container's own package database says of its files. */
export type PackageDatabase = DpkgDatabase | ApkDatabase | NoPackages;

/** A path that was given to one package, and where the same path of all others goes instead (dpkg-divert(1)). */
export type Diversions = ReadonlyMap<string, { readonly to: string; readonly by: string }>;

/** Where package databases are read from. */
export interface PackageSource {
  readonly tree: FileTree;
  readonly content: Pick<ContentStore, 'content'>;
}

/** Databases of rpm(8), and where each one's directory may be. */
export const RPM_DIRECTORIES = ['/var/lib/rpm', '/usr/lib/sysimage/rpm', '/usr/share/rpm'];
