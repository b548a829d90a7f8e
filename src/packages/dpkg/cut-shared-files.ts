import { baseName, type ImagePath, joinPath } from '../../model/image-path.ts';
import { type BoundedTexts, linesOf } from '../../package-records/database/bounded-texts.ts';
import type { PackageSource } from '../../package-records/database/package-database.ts';
import { Stanza, stanzasOf } from '../../package-records/dpkg/stanza.ts';
import type { RecordChanges } from '../records/record-changes.ts';
import type { ResultFiles } from '../records/result-files.ts';

/** Copies of what was, and lists of what could be installed: they name packages that are not there, and nobody needs them. */
const STALE = ['available', 'available-old', 'status-old', 'diversions-old', 'statoverride-old'];
const EXTENDED_STATES = '/var/lib/apt/extended_states';

/** What is needed to cut the files of dpkg's database that all packages share. */
export interface SharedFilesCut {
  /** where /var/lib/dpkg lies */
  readonly directory: ImagePath;
  /** of the packages that are in the result */
  readonly names: ReadonlySet<string>;
  /** true where files that are not in the result are kept: it has dpkg */
  readonly comesAlong: boolean;
  readonly texts: BoundedTexts;
  readonly source: PackageSource;
  readonly result: ResultFiles;
  readonly changes: RecordChanges;
}

/** Cuts diversions, overrides, triggers and apt's own marks to the packages and files that are in the result. */
export function cutSharedFiles(cut: SharedFilesCut): void {
  const { directory, names, result, changes } = cut;
  for (const name of STALE) changes.remove(joinPath(directory, name));
  rewrite(cut, joinPath(directory, 'diversions'), (text) => diversionsLeft(text, result));
  // user, group, mode, path (dpkg-statoverride(1))
  rewrite(cut, joinPath(directory, 'statoverride'), (text) =>
    linesWhere(text, (line) => result.has(line.split(' ').slice(3).join(' '))),
  );
  const triggers = joinPath(directory, 'triggers');
  for (const { path, type } of cut.source.tree.children(triggers)) {
    if (type !== 'file' || baseName(path) === 'Lock') continue;
    rewrite(cut, path, (text) => linesWhere(text, (line) => names.has(interested(line))));
  }
  const states = cut.source.tree.resolve(EXTENDED_STATES);
  if (states.status !== 'found') return;
  rewrite(cut, states.path, (text) => {
    const all = stanzasOf(text);
    const left = all.filter((stanza) => names.has(new Stanza(stanza).get('Package')));
    return left.length === all.length ? text : left.map((stanza) => `${stanza}\n\n`).join('');
  });
}

function rewrite(
  { texts, result, changes, comesAlong }: SharedFilesCut,
  path: ImagePath,
  cut: (text: string) => string,
): void {
  if (!comesAlong && !result.kept.has(path)) return;
  const before = texts.text(`/${path}`);
  if (before !== undefined) changes.put(path, cut(before), before);
}

/** A diversion is left where either of its names is. */
function diversionsLeft(text: string, result: ResultFiles): string {
  const lines = linesOf(text);
  let left = '';
  for (let at = 0; at + 2 < lines.length; at += 3) {
    const group = lines.slice(at, at + 3);
    if (group.slice(0, 2).some((path) => result.has(path))) left += group.map((line) => `${line}\n`).join('');
  }
  return left;
}

/** The package in a line of triggers/File or of a trigger's own file: `/etc/x libc-bin:amd64/noawait` (deb-triggers(5)). */
function interested(line: string): string {
  return (line.split(' ').at(-1) ?? '').replace(/[:/].*$/, '');
}

function linesWhere(text: string, filter: (line: string) => boolean): string {
  const left = linesOf(text).filter(filter);
  return left.map((line) => `${line}\n`).join('');
}
