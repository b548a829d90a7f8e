import { joinPath } from '../../model/image-path.ts';
import { BoundedTexts, linesOf } from '../../package-records/database/bounded-texts.ts';
import type { ApkDatabase, ApkRecord, PackageSource } from '../../package-records/database/package-database.ts';
import { markOf, readMark } from '../records/mark.ts';
import { type Partition, type Presence, partition } from '../records/presence.ts';
import type { RecordChanges } from '../records/record-changes.ts';
import type { ResultFiles } from '../records/result-files.ts';

/** How a mark stands at the end of a description. */
const MARK = / \[skinnywhale: ([^[\]]*)\]$/;

/** Which packages of apk's are in the result. */
export function partitionApk(database: ApkDatabase, result: ResultFiles): Partition<ApkRecord> {
  return partition(database.packages, result, {
    container: database.tree,
    earlierCut: ({ paragraph }) => readMark(MARK.exec(field(paragraph, 'T'))?.[1] ?? ''),
    filesOf: ({ paragraph }) => filesOf(paragraph),
  });
}

/**
 * Cuts `installed` to the packages that are in the result and to what of each is there. The file is kept where it
 * was in the parent image only: scanners read it.
 *
 * apk-tools refuses a database with fields that it does not know (apk_db_fdb_read in src/database.c), so what is missing
 * is said in the description, and a partial package has its own flag for broken files, `f:f`. Scripts of other packages
 * may stay in scripts.tar: it passes them over.
 */
export function cutApk(
  { directory }: ApkDatabase,
  { present }: Partition<ApkRecord>,
  { result, source, changes }: { result: ResultFiles; source: PackageSource; changes: RecordChanges },
): void {
  const texts = new BoundedTexts(source);
  const installed = joinPath(directory, 'installed');
  const before = texts.text(`/${installed}`);
  // Where somebody left it out of the result, nothing takes its place.
  if (before === undefined) return;
  const paragraphs = present.map((presence) => `${paragraphOf(presence, result)}\n\n`);
  changes.put(installed, paragraphs.join(''), before);
  const { entry: program } = source.tree.resolve('/sbin/apk');
  const hasApk = program !== undefined && result.kept.has(program.path);
  if (hasApk)
    for (const name of ['scripts.tar', 'scripts.tar.gz'])
      changes.keep(joinPath(directory, name), { kind: 'package-record', manager: 'apk' });
  const triggers = joinPath(directory, 'triggers');
  const lines = hasApk || result.kept.has(triggers) ? texts.text(`/${triggers}`) : undefined;
  if (lines === undefined) return;
  // Each line begins with the checksum of its package.
  const checksums = new Set(present.map(({ record }) => field(record.paragraph, 'C')));
  const left = linesOf(lines).filter((line) => checksums.has(line.split(' ')[0] ?? ''));
  changes.put(triggers, left.map((line) => `${line}\n`).join(''), lines);
}

function paragraphOf(presence: Presence<ApkRecord>, result: ResultFiles): string {
  const { record, state } = presence;
  const lines = record.paragraph.split('\n');
  const firstDirectory = lines.findIndex((line) => line.startsWith('F:'));
  const end = firstDirectory < 0 ? lines.length : firstDirectory;
  const mark = markOf(presence);
  const description = field(record.paragraph, 'T').replace(MARK, '') + (mark === '' ? '' : ` [skinnywhale: ${mark}]`);
  const flags = new Set([...field(record.paragraph, 'f'), ...(state === 'partial' ? 'f' : '')]);
  const head = lines.slice(0, end);
  // The flags belong to the installed package, so they follow what is known of any package.
  setField(head, 'T', description.trimStart());
  setField(head, 'f', [...flags].join(''));
  return [...head, ...filesLeft(lines.slice(end), result)].join('\n');
}

/** Puts a field where it was, or at the end. */
function setField(lines: string[], letter: string, value: string): void {
  const at = lines.findIndex((line) => line.startsWith(`${letter}:`));
  if (at >= 0) lines[at] = `${letter}:${value}`;
  else if (value !== '') lines.push(`${letter}:${value}`);
}

/** `F:` with the `M:` behind it, and `R:` with `a:` and `Z:`, of what is there. */
function filesLeft(lines: readonly string[], result: ResultFiles): string[] {
  const left: string[] = [];
  let directory = '';
  let [isDirectoryLeft, isLeft] = [false, false];
  for (const line of lines) {
    if (line.startsWith('F:')) {
      directory = line.slice(2);
      isDirectoryLeft = result.has(directory);
      isLeft = isDirectoryLeft;
    } else if (line.startsWith('R:')) isLeft = isDirectoryLeft && result.has(inDirectory(directory, line.slice(2)));
    if (isLeft) left.push(line);
  }
  return left;
}

function filesOf(paragraph: string): ReadonlySet<string> {
  const files = new Set<string>();
  let directory = '';
  for (const line of paragraph.split('\n')) {
    if (line.startsWith('F:')) directory = line.slice(2);
    else if (line.startsWith('R:')) files.add(inDirectory(directory, line.slice(2)));
  }
  return files;
}

function inDirectory(directory: string, name: string): string {
  return directory === '' ? name : `${directory}/${name}`;
}

function field(paragraph: string, letter: string): string {
  const at = paragraph.startsWith(`${letter}:`) ? 0 : paragraph.indexOf(`\n${letter}:`) + 1;
  if (at === 0 && !paragraph.startsWith(`${letter}:`)) return '';
  const end = paragraph.indexOf('\n', at);
  return paragraph.slice(at + 2, end < 0 ? undefined : end);
}
