import type {
  ApkRecord,
  DpkgRecord,
  PackageRecord,
  PackageSource,
} from '../package-records/database/package-database.ts';
import { Stanza } from '../package-records/dpkg/stanza.ts';

/** What a package is, as its database and its documentation say. Byte strings; undefined where they do not say. */
export interface PackageFacts {
  readonly record: PackageRecord;
  readonly version: string | undefined;
  readonly architecture: string | undefined;
  /** the source package that it was built from, and its version */
  readonly source: string | undefined;
  readonly sourceVersion: string | undefined;
  /** short names or expressions as they stand there, each once: `GPL-2+`, `MIT AND BSD-2-Clause` */
  readonly licences: readonly string[] | undefined;
}

/** More of a copyright file is not read. The longest ones of Debian have some 200 kB. */
const MOST_COPYRIGHT = 1 << 18;
const MOST_LICENCES = 100;
const LONGEST_LICENCE = 200;

/** Of dpkg: deb-control(5), and the machine-readable form of debian/copyright (DEP 5). */
export function dpkgFacts(record: DpkgRecord, container: PackageSource): PackageFacts {
  const stanza = new Stanza(record.stanza);
  const version = stanza.get('Version') || undefined;
  // `name (version)`, the version only where it is another one; no field where both are the same.
  const [source = '', other = ''] = stanza.get('Source').split(/[ \t]+/);
  return {
    record,
    version,
    architecture: stanza.get('Architecture') || undefined,
    source: source || record.name,
    sourceVersion: other.replace(/^\(|\)$/g, '') || version,
    licences: dep5Licences(record.name, container),
  };
}

/** Of apk: apk-installed(5). */
export function apkFacts(record: ApkRecord): PackageFacts {
  const fields = new Map(record.paragraph.split('\n').map((line) => [line.slice(0, 2), line.slice(2)]));
  const version = fields.get('V:');
  const licence = fields.get('L:');
  return {
    record,
    version,
    architecture: fields.get('A:'),
    source: fields.get('o:') ?? record.name,
    sourceVersion: version,
    licences: licence === undefined || licence === '' ? undefined : [licence],
  };
}

/** The first line of each `License` field; undefined where there is no such file, or it is written freely. */
function dep5Licences(name: string, { tree, content }: PackageSource): string[] | undefined {
  const { entry } = tree.resolve(`/usr/share/doc/${name}/copyright`);
  if (entry?.type !== 'file' || entry.inode.size > MOST_COPYRIGHT) return undefined;
  const text = content.content(entry).read(0, MOST_COPYRIGHT).toString('latin1');
  if (!/^Format(-Specification)?:/i.test(text.trimStart())) return undefined;
  const licences = new Set<string>();
  for (const line of text.split('\n')) {
    if (line.slice(0, LICENCE.length).toLowerCase() !== LICENCE) continue;
    const licence = line.slice(LICENCE.length, LICENCE.length + LONGEST_LICENCE).trim();
    if (licence !== '' && licences.size < MOST_LICENCES) licences.add(licence);
  }
  return [...licences];
}

const LICENCE = 'license:';
