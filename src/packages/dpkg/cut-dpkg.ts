import { baseName, type ImagePath, joinPath, parentPath } from '../../model/image-path.ts';
import { BoundedTexts, linesOf } from '../../package-records/database/bounded-texts.ts';
import type { DpkgDatabase, DpkgRecord, PackageSource } from '../../package-records/database/package-database.ts';
import { divertedPath, summedPath } from '../../package-records/dpkg/read-dpkg.ts';
import { Stanza } from '../../package-records/dpkg/stanza.ts';
import { markOf, readMark } from '../records/mark.ts';
import { type Partition, type Presence, partition } from '../records/presence.ts';
import type { RecordChanges } from '../records/record-changes.ts';
import type { ResultFiles } from '../records/result-files.ts';
import { cutSharedFiles } from './cut-shared-files.ts';

/** The field that says what of a package is not there. dpkg keeps fields that it does not know (deb-control(5)). */
const MARK = 'X-Skinnywhale';
/** Package names that are safe as file names (Debian policy 5.6.7); capitals occur. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9+.-]*$/;

/** Which of these packages of dpkg's are in the result. */
export function partitionDpkg(
  packages: readonly DpkgRecord[],
  { directory, tree }: DpkgDatabase,
  { result, source }: { result: ResultFiles; source: PackageSource },
): Partition<DpkgRecord> {
  const texts = new BoundedTexts(source);
  return partition(packages, result, {
    container: tree,
    earlierCut: ({ stanza }) => readMark(new Stanza(stanza).get(MARK)),
    filesOf(record) {
      if (record.source === 'status.d') return undefined;
      const sums = texts.lines(`/${directory}/info/${record.id}.md5sums`);
      const files = new Set(sums.flatMap((line) => summedPath(line) ?? []));
      for (const line of new Stanza(record.stanza).get('Conffiles').split('\n')) files.add(conffile(line).slice(1));
      return files;
    },
  });
}

/**
 * Cuts dpkg's database to the packages that are in the result.
 *
 * Where the result has `status` or dpkg itself, `status` is cut, and info/PACKAGE.list and .md5sums of the packages that
 * are there have what of them is there; everything of other packages goes. Else the database would come from the parent
 * image for nobody but scanners: they get what they read in distroless images, a stanza and a list of sums for each
 * package in `status.d`.
 */
export function cutDpkg(
  database: DpkgDatabase,
  present: readonly Presence<DpkgRecord>[],
  { result, source, changes }: { result: ResultFiles; source: PackageSource; changes: RecordChanges },
): void {
  new DpkgCut({ database, present, result, source, changes }).cut();
}

interface Cut {
  readonly database: DpkgDatabase;
  readonly present: readonly Presence<DpkgRecord>[];
  readonly result: ResultFiles;
  readonly source: PackageSource;
  readonly changes: RecordChanges;
}

class DpkgCut {
  readonly #cut: Cut;
  readonly #texts: BoundedTexts;
  readonly #hasDpkg: boolean;
  readonly #names: ReadonlySet<string>;

  constructor(cut: Cut) {
    this.#cut = cut;
    this.#texts = new BoundedTexts(cut.source);
    this.#hasDpkg = ['/usr/bin/dpkg', '/usr/bin/dpkg-query'].some((path) => {
      const { entry } = cut.source.tree.resolve(path);
      return entry !== undefined && cut.result.kept.has(entry.path);
    });
    this.#names = new Set(cut.present.map(({ record }) => record.name));
  }

  cut(): void {
    const { database, present, result, source, changes } = this.#cut;
    const status = this.#at('status');
    const before = this.#texts.text(`/${status}`);
    const inStatus = present.filter(({ record }) => record.source === 'status');
    const isStatusCut = before !== undefined && (result.kept.has(status) || this.#hasDpkg);
    if (isStatusCut) {
      const stanzas = inStatus.filter(({ record }) => record.stanza !== '').map((presence) => this.#stanza(presence));
      changes.put(status, stanzas.map((stanza) => `${stanza}\n\n`).join(''), before);
      changes.keep(this.#at('info/format'), { kind: 'package-record' });
      changes.keep(this.#at('arch'), { kind: 'package-record' });
    }
    // Where somebody left it out of the result, nothing takes its place.
    const standAlone = before !== undefined && !isStatusCut;
    const used = new Set<string>();
    for (const presence of inStatus) {
      this.#cutInfo(presence, isStatusCut);
      if (standAlone) this.#standAlone(presence, used);
    }
    for (const presence of present) if (presence.record.source === 'status.d') this.#cutStandingAlone(presence);
    this.#removeOthers();
    cutSharedFiles({
      directory: database.directory,
      names: this.#names,
      comesAlong: this.#hasDpkg && isStatusCut,
      texts: this.#texts,
      source,
      result,
      changes,
    });
  }

  #at(name: string): ImagePath {
    return joinPath(this.#cut.database.directory, name);
  }

  /** A package's stanza with what is left of its conffiles, and with the mark. */
  #stanza(presence: Presence<DpkgRecord>): string {
    const { record } = presence;
    const mark = markOf(presence);
    const stanza = new Stanza(record.stanza);
    const conffiles = stanza.get('Conffiles').split('\n');
    const left = conffiles.filter((line) => line !== '' && this.#has(conffile(line), record));
    if (left.length < conffiles.length) stanza.set('Conffiles', left.map((line) => `\n ${line.trim()}`).join(''));
    stanza.set(MARK, mark);
    return stanza.toString();
  }

  #has(path: string, { name }: DpkgRecord): boolean {
    return this.#cut.result.has(divertedPath(path, name, this.#cut.database.diversions));
  }

  /** The lists of a package, and with dpkg its maintainer scripts, where they are in the result or have to be kept. */
  #cutInfo({ record }: Presence<DpkgRecord>, comesAlong: boolean): void {
    const isLeft = (line: string): boolean => this.#has(line, record);
    const filters: Record<string, (line: string) => boolean> = {
      list: isLeft,
      conffiles: (line) => isLeft(conffile(line)),
      md5sums: (line) => isLeft(`/${summedPath(line) ?? ''}`),
    };
    for (const [ending, filter] of Object.entries(filters)) {
      const path = this.#at(`info/${record.id}.${ending}`);
      if (!comesAlong && !this.#cut.result.kept.has(path)) continue;
      const before = this.#texts.text(`/${path}`);
      if (before !== undefined) this.#cut.changes.put(path, linesThat(before, filter), before);
    }
    if (!comesAlong || !this.#hasDpkg) return;
    for (const ending of [
      'preinst',
      'postinst',
      'prerm',
      'postrm',
      'config',
      'templates',
      'triggers',
      'shlibs',
      'symbols',
    ])
      this.#cut.changes.keep(this.#at(`info/${record.id}.${ending}`), {
        kind: 'package-record',
        manager: 'dpkg',
      });
  }

  /** @param used names of files that others have */
  #standAlone(presence: Presence<DpkgRecord>, used: Set<string>): void {
    const { record } = presence;
    if (!NAME.test(record.name) || record.stanza === '') return;
    const architecture = new Stanza(record.stanza).get('Architecture');
    const file = used.has(record.name) && NAME.test(architecture) ? `${record.name}:${architecture}` : record.name;
    if (used.has(file)) return;
    used.add(file);
    const { changes } = this.#cut;
    changes.put(this.#at(`status.d/${file}`), `${this.#stanza(presence)}\n`, undefined);
    const sums = this.#texts.text(`/${this.#at(`info/${record.id}.md5sums`)}`);
    if (sums === undefined) return;
    const left = linesThat(sums, (line) => this.#has(`/${summedPath(line) ?? ''}`, record));
    changes.put(this.#at(`status.d/${file}.md5sums`), left, undefined);
  }

  #cutStandingAlone(presence: Presence<DpkgRecord>): void {
    const { record } = presence;
    const path = this.#at(`status.d/${record.id}`);
    const before = this.#texts.text(`/${path}`);
    if (before === undefined) return;
    // As it was, to the byte, where nothing is to be said.
    const text = this.#stanza(presence);
    this.#cut.changes.put(path, text === record.stanza ? before : `${text}\n`, before);
    for (const ending of ['md5sums', 'list']) {
      const sums = this.#at(`status.d/${record.id}.${ending}`);
      const lines = this.#texts.text(`/${sums}`);
      if (lines === undefined) continue;
      const left = linesThat(lines, (line) =>
        this.#has(ending === 'list' ? line : `/${summedPath(line) ?? ''}`, record),
      );
      this.#cut.changes.put(sums, left, lines);
    }
  }

  /** What the result has of packages that are not there. */
  #removeOthers(): void {
    const { present, result, changes } = this.#cut;
    const info = this.#at('info');
    const alone = this.#at('status.d');
    const idsOf = (source: DpkgRecord['source']): Set<string> =>
      new Set(present.filter(({ record }) => record.source === source).map(({ record }) => record.id));
    const [inInfo, standing] = [idsOf('status'), idsOf('status.d')];
    for (const path of result.kept.keys()) {
      const directory = parentPath(path);
      if (directory !== info && directory !== alone) continue;
      const name = baseName(path);
      const stem = name.slice(0, Math.max(0, name.lastIndexOf('.')));
      // info/format belongs to no package.
      if (directory === info && stem !== '' && !inInfo.has(stem)) changes.remove(path);
      if (directory === alone && !standing.has(name) && !standing.has(stem)) changes.remove(path);
    }
  }
}

/** The path in a line of conffiles, in the field (with a sum behind it) or in the file. */
function conffile(line: string): string {
  return line.trim().split(' ')[0] ?? '';
}

/** The lines that `filter` picks, each with its newline. */
function linesThat(text: string, filter: (line: string) => boolean): string {
  const lines = linesOf(text);
  const left = lines.filter(filter);
  return left.length === lines.length ? text : left.map((line) => `${line}\n`).join('');
}
