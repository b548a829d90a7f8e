import type { FileTree } from '../../filesystem/file-tree.ts';
import { isDocumentation } from '../../package-records/database/documentation.ts';
import type { PackageRecord } from '../../package-records/database/package-database.ts';
import { countsAsFile, type ResultFiles } from './result-files.ts';

/** How much of a package is in the result. Directories and documentation don't count, unless it has nothing else. */
export interface Presence<Record extends PackageRecord = PackageRecord> {
  readonly record: Record;
  /** of its files that are there; 0 where the container has no list of them */
  readonly kept: number;
  /** of its files at all */
  readonly files: number;
  /** `unknown`: nobody says which files it has, so it may be there */
  readonly state: 'whole' | 'partial' | 'unknown';
  /** true where some of its documentation is not there */
  readonly lacksDocumentation: boolean;
}

/** Which packages are in the result. */
export interface Partition<Record extends PackageRecord = PackageRecord> {
  /** at least one of the package's files is there */
  readonly present: readonly Presence<Record>[];
  readonly absent: readonly Record[];
}

/** What an earlier run had to say of a package that it cut: its list has only what was kept then. */
export interface EarlierCut {
  readonly files: number;
  readonly lacksDocumentation: boolean;
}

/** What a database knows of a package beyond its paths. Asked only for packages that may be there. */
export interface PackageKnowledge<Record extends PackageRecord> {
  /** the whole container, what was excluded included: it is missing */
  readonly container: FileTree;
  /** the listed paths, without a slash in front, that are files for sure; undefined: everything that has no path below it */
  readonly filesOf: (record: Record) => ReadonlySet<string> | undefined;
  readonly earlierCut: (record: Record) => EarlierCut | undefined;
}

/** Tells packages that are there from those that are not. */
export function partition<Record extends PackageRecord>(
  packages: readonly Record[],
  result: ResultFiles,
  knowledge: PackageKnowledge<Record>,
): Partition<Record> {
  const present: Presence<Record>[] = [];
  const absent: Record[] = [];
  for (const record of packages) {
    const presence = presenceOf(record, result, knowledge);
    if (presence === undefined) absent.push(record);
    else present.push(presence);
  }
  return { present, absent };
}

function presenceOf<Record extends PackageRecord>(
  record: Record,
  result: ResultFiles,
  { container, filesOf, earlierCut }: PackageKnowledge<Record>,
): Presence<Record> | undefined {
  const { paths } = record;
  if (paths === undefined) return { record, kept: 0, files: 0, state: 'unknown', lacksDocumentation: false };
  if (!paths.some((text) => result.hasFile(text))) return undefined;
  const known = filesOf(record);
  const above = directoriesOf(paths);
  // A package may list a directory that nothing of its own is in: only the tree tells that from a link.
  const isFile = (text: string): boolean => {
    if (known === undefined || known.has(bare(text))) return true;
    const { entry } = container.resolve(text, { followLast: false });
    return entry !== undefined && countsAsFile(entry);
  };
  const earlier = earlierCut(record) ?? { files: 0, lacksDocumentation: false };
  const program = { kept: 0, files: 0 };
  const documentation = { kept: 0, files: 0 };
  for (const text of paths) {
    // Some of them may be links by now, other packages' or nobody's.
    if (above.has(bare(text))) continue;
    const isKept = result.hasFile(text);
    if (!isKept && !isFile(text)) continue;
    const count = isDocumentation(text) ? documentation : program;
    count.files++;
    if (isKept) count.kept++;
  }
  const lacksDocumentation = documentation.kept < documentation.files || earlier.lacksDocumentation;
  const { kept, files: listed } = program.files > 0 ? program : documentation;
  if (kept === 0) return undefined;
  const files = Math.max(listed, earlier.files);
  return { record, kept, files, state: kept < files ? 'partial' : 'whole', lacksDocumentation };
}

/** The paths that others of the list lie below, without a slash in front. */
function directoriesOf(paths: readonly string[]): ReadonlySet<string> {
  const directories = new Set<string>();
  for (const text of paths) {
    const slash = text.lastIndexOf('/');
    if (slash > 0) directories.add(bare(text.slice(0, slash)));
  }
  return directories;
}

function bare(text: string): string {
  return text.startsWith('/') ? text.slice(1) : text;
}
