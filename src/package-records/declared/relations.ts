import type { DependencyField } from '../../model/reason.ts';
import type { ApkRecord, DpkgRecord, PackageRecord } from '../database/package-database.ts';

/** One thing that a package declares to need: any of some names will do. */
export interface Relation {
  /** the field that says so; apk has one for all, `D` */
  readonly field: DependencyField;
  /** names of packages or of what they provide, versions and architectures left out */
  readonly alternatives: readonly string[];
}

/** deb-control(5), in the order of their weight. */
const DPKG_FIELDS: readonly DependencyField[] = ['Pre-Depends', 'Depends', 'Recommends'];

/**
 * What a package declares to need, versions ignored: what is installed is what the package manager took.
 * Of rpm's nothing is known, its databases are not read.
 */
export function relationsOf(record: PackageRecord): Relation[] {
  if (isApk(record)) {
    return words(fieldOf(record.paragraph, 'D'))
      .filter((word) => !word.startsWith('!'))
      .map((word) => ({ field: 'Depends' as const, alternatives: [withoutVersion(word)] }));
  }
  const { stanza = '' } = record as Partial<DpkgRecord>;
  return DPKG_FIELDS.flatMap((field) =>
    list(fieldOf(stanza, field)).map((text) => ({ field, alternatives: text.split('|').map(packageName) })),
  );
}

/** Further names that a package answers to: virtual packages, apk's `so:libz.so.1` and `cmd:bash`. */
export function providedBy(record: PackageRecord): string[] {
  if (isApk(record)) return words(fieldOf(record.paragraph, 'p')).map(withoutVersion);
  return list(fieldOf((record as Partial<DpkgRecord>).stanza ?? '', 'Provides')).map(packageName);
}

/** The architecture that a package is for; `all` and `noarch` are for any. */
export function architectureOf(record: PackageRecord): string {
  if (isApk(record)) return fieldOf(record.paragraph, 'A');
  return fieldOf((record as Partial<DpkgRecord>).stanza ?? '', 'Architecture');
}

/** Every package may use an essential one without saying so; one that says so means a version of it. */
export function isEssential(record: PackageRecord): boolean {
  return !isApk(record) && fieldOf((record as Partial<DpkgRecord>).stanza ?? '', 'Essential') === 'yes';
}

function isApk(record: PackageRecord): record is ApkRecord {
  return 'paragraph' in record;
}

/** A field's value with its continuation lines. A stanza is searched, not taken apart: there are hundreds. */
function fieldOf(text: string, name: string): string {
  const start = text.startsWith(`${name}:`) ? 0 : text.indexOf(`\n${name}:`) + 1;
  if (start === 0 && !text.startsWith(`${name}:`)) return '';
  let end = text.indexOf('\n', start);
  while (end >= 0 && (text[end + 1] === ' ' || text[end + 1] === '\t')) end = text.indexOf('\n', end + 1);
  return text.slice(start + name.length + 1, end < 0 ? text.length : end).trim();
}

function list(value: string): string[] {
  return value.split(',').filter((text) => text.trim() !== '');
}

/** `libc6:any (>= 2.34)` is libc6. */
function packageName(text: string): string {
  return /^\s*([^\s:(<[]*)/.exec(text)?.[1] ?? '';
}

function words(value: string): string[] {
  return value.split(' ').filter((word) => word !== '');
}

/** `so:libz.so.1=1.2.13`, `busybox>=1.36`, `python3~3.12` */
function withoutVersion(word: string): string {
  return word.replace(/[<>=~].*/, '');
}
