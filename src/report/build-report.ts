import type { Closure } from '../closure/closure-result.ts';
import type { Selection } from '../closure/roots/selection.ts';
import type { StoredImage } from '../destination/destination.ts';
import type { Engine } from '../engine/client.ts';
import { dataSize } from '../filesystem/content-store.ts';
import type { TreeEntry } from '../filesystem/tree-entry.ts';
import type { ImageConfig } from '../model/image-config.ts';
import { comparePaths, displayBytes, displayPath, type ImagePaths } from '../model/image-path.ts';
import type { ResolvedOptions, TrimGroup } from '../options.ts';
import type { PackageData } from '../packages/package-data.ts';
import type { Plan } from '../plan/plan.ts';
import type { Snapshot } from '../subject/snapshot.ts';
import type { Subject } from '../subject/subject.ts';
import { reportFindings } from './findings.ts';
import { reportReason } from './reported-reason.ts';
import { reportBase, reportSubject } from './reported-subject.ts';
import {
  type Amount,
  type Part,
  REPORT_SCHEMA_VERSION,
  type ReportedPackage,
  type RoughAmount,
  type SlimReport,
} from './slim-report.ts';
import { hardlinkedFiles, Tally } from './tally.ts';

/** Everything that a report is made from. */
export interface RunSummary {
  readonly version: string;
  readonly options: ResolvedOptions;
  readonly subject: Pick<Subject, 'origin' | 'base' | 'size'>;
  /** where the subject lies, or the result; undefined where none was asked */
  readonly engine: Engine | undefined;
  /** the result's name */
  readonly reference: string;
  readonly config: ImageConfig;
  readonly snapshot: Snapshot;
  /** whether all of the container's tree is listed */
  readonly isTreeRead: boolean;
  readonly selection: Selection;
  readonly closure: Closure;
  readonly plan: Plan;
  readonly packageData: PackageData;
  readonly warnings: readonly string[];
  /** how the layer is sent */
  readonly sink: SlimReport['ways']['sink'];
}

/** What is known of a run only at its end. */
export interface RunOutcome {
  /** undefined where nothing was sent */
  readonly published?: StoredImage | undefined;
  readonly proof: SlimReport['proof'];
  readonly timings: SlimReport['timings'];
}

const PARTS = 8;
const PACKAGES = 20;

/** The report of a run, as far as it is known before an image is made. */
export function draftReport(summary: RunSummary): SlimReport {
  const { options, subject, engine, config, snapshot, closure, plan } = summary;
  const placed = plan.paths;
  const hardlinked = hardlinkedFiles(summary);
  const { run } = config;
  return {
    schemaVersion: REPORT_SCHEMA_VERSION,
    tool: { name: 'skinnywhale', version: summary.version },
    engine: engine === undefined ? null : reportEngine(engine),
    ways: { source: snapshot.source, sink: summary.sink },
    subject: reportSubject(subject.origin),
    base: reportBase(subject.base),
    result: {
      reference: summary.reference,
      imageId: null,
      layer: null,
      dryRun: options.dryRun,
      command: [...(run.Entrypoint ?? []), ...(run.Cmd ?? [])],
    },
    sizes: sizesOf(summary, hardlinked),
    trimmed: trimmedAmounts(summary.selection, snapshot, placed, hardlinked),
    largestParts: largestParts(snapshot, placed, hardlinked),
    packages: {
      database: summary.packageData.database,
      dropped: droppedPackages(summary.packageData),
      ...(options.report !== undefined && { present: presentPackages(summary.packageData) }),
    },
    fromBase: takenFromBase(snapshot, placed, closure),
    proof: null,
    findings: reportFindings([
      ...closure.findings,
      ...plan.whiteoutNames.map((path) => ({ kind: 'whiteout-name', path }) as const),
    ]),
    warnings: summary.warnings,
    timings: [],
    temporaryBytes: snapshot.temporaryBytes,
  };
}

/** The whole report of a run. */
export function finishReport(draft: SlimReport, { published, proof, timings }: RunOutcome): SlimReport {
  const imageId = published?.id ?? null;
  const layer = published?.layers.at(-1) ?? null;
  return { ...draft, result: { ...draft.result, imageId, layer }, proof, timings };
}

function reportEngine({ client, info }: Engine): SlimReport['engine'] {
  return { endpoint: client.endpoint, version: info.version, storage: info.storage };
}

/** One tally for each key. */
class Tallies<Key> {
  readonly #hardlinked: ReadonlySet<TreeEntry>;
  readonly #tallies = new Map<Key, Tally>();

  constructor(hardlinked: ReadonlySet<TreeEntry>) {
    this.#hardlinked = hardlinked;
  }

  add(key: Key, entry: TreeEntry): void {
    const tally = this.#tallies.get(key) ?? new Tally(this.#hardlinked);
    this.#tallies.set(key, tally.add(entry));
  }

  *amounts(): Generator<[Key, Amount]> {
    for (const [key, tally] of this.#tallies) yield [key, tally.amount()];
  }
}

function sizesOf(summary: RunSummary, hardlinked: ReadonlySet<TreeEntry>): SlimReport['sizes'] {
  const [after, fromChange, fromBase] = [{ ...NOTHING }, { ...NOTHING }, { ...NOTHING }];
  for (const planned of summary.plan.entries) {
    for (const sum of [after, summary.snapshot.changed.has(planned.path) ? fromChange : fromBase]) {
      sum.bytes += dataSize(planned);
      sum.entries += 1;
    }
  }
  const before = sizeBefore(summary, hardlinked);
  return {
    before,
    after,
    fromChange,
    fromBase,
    dropped: {
      bytes: Math.max(0, before.bytes - after.bytes),
      entries: before.entries === null ? null : Math.max(0, before.entries - after.entries),
    },
  };
}

const NOTHING = { bytes: 0, entries: 0 };

function sizeBefore({ snapshot, subject, isTreeRead }: RunSummary, hardlinked: ReadonlySet<TreeEntry>): RoughAmount {
  const tally = new Tally(hardlinked);
  if (isTreeRead) {
    for (const entry of snapshot.tree.entries()) tally.add(entry);
    return tally.amount();
  }
  for (const path of snapshot.changed.keys()) {
    const entry = snapshot.tree.get(path);
    if (entry !== undefined) tally.add(entry);
  }
  return { bytes: subject.size + tally.amount().bytes, entries: null };
}

function trimmedAmounts(
  { trimmed }: Selection,
  { tree }: Snapshot,
  placed: ImagePaths,
  hardlinked: ReadonlySet<TreeEntry>,
): SlimReport['trimmed'] {
  const tallies = new Tallies<TrimGroup>(hardlinked);
  for (const [path, group] of trimmed) {
    const entry = tree.get(path);
    if (entry === undefined || placed.has(path)) continue;
    tallies.add(group, entry);
  }
  return [...tallies.amounts()].map(([group, amount]) => ({ group, ...amount }));
}

/** What was kept, by directories two levels deep, the largest first. */
function largestParts({ tree }: Snapshot, placed: ImagePaths, hardlinked: ReadonlySet<TreeEntry>): Part[] {
  const tallies = new Tallies<string>(hardlinked);
  for (const path of placed.keys()) {
    const entry = tree.get(path);
    if (entry === undefined) continue;
    const components = path.split('/');
    const part = components.slice(0, Math.min(2, Math.max(1, components.length - 1))).join('/');
    tallies.add(part, entry);
  }
  const parts = [...tallies.amounts()].map(([path, amount]) => ({ path: displayPath(path), ...amount }));
  return parts
    .filter(({ bytes }) => bytes > 0)
    .sort((a, b) => b.bytes - a.bytes || (a.path < b.path ? -1 : 1))
    .slice(0, PARTS);
}

/** Packages of which nothing is left. */
function droppedPackages({ packages }: PackageData): SlimReport['packages']['dropped'] {
  return packages.absent
    .map(({ name, bytes, paths = [] }) => ({ name: displayBytes(name), bytes, entries: paths.length }))
    .filter(({ bytes }) => bytes > 0)
    .sort((a, b) => b.bytes - a.bytes || (a.name < b.name ? -1 : 1))
    .slice(0, PACKAGES);
}

function presentPackages({ packages, facts }: PackageData): ReportedPackage[] {
  const states = new Map(packages.present.map(({ record, state }) => [record, state]));
  const shown = (text: string | undefined): string | null => (text === undefined ? null : displayBytes(text));
  return facts()
    .map((each) => ({
      name: displayBytes(each.record.name),
      version: shown(each.version),
      architecture: shown(each.architecture),
      source: shown(each.source),
      sourceVersion: shown(each.sourceVersion),
      licences: each.licences?.map(displayBytes) ?? null,
      state: states.get(each.record) ?? 'unknown',
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function takenFromBase({ tree, changed }: Snapshot, placed: ImagePaths, { kept }: Closure): SlimReport['fromBase'] {
  const taken: SlimReport['fromBase'][number][] = [];
  for (const path of [...placed.keys()].filter((each) => !changed.has(each)).sort(comparePaths)) {
    const entry = tree.get(path);
    if (entry === undefined || entry.type === 'directory') continue;
    const [reason] = kept.get(entry.path) ?? [];
    if (reason === undefined) continue;
    taken.push({ path: displayPath(entry.path), bytes: entry.size, reason: reportReason(reason) });
  }
  return taken;
}
