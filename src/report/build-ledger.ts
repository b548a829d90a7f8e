import type { Closure } from '../closure/closure-result.ts';
import type { Selection } from '../closure/roots/selection.ts';
import { dataSize } from '../filesystem/content-store.ts';
import type { TreeEntry } from '../filesystem/tree-entry.ts';
import {
  comparePaths,
  displayBytes,
  displayPath,
  type ImagePath,
  type ImagePaths,
  isWithin,
  parentPath,
  ROOT,
} from '../model/image-path.ts';
import { type Reason, requesterOf } from '../model/reason.ts';
import type { PackageOwners } from '../package-records/owners.ts';
import type { PackageData } from '../packages/package-data.ts';
import type { PlannedEntry } from '../plan/entry-order.ts';
import type { Plan } from '../plan/plan.ts';
import type { Snapshot } from '../subject/snapshot.ts';
import type { DroppedEntry, KeptEntry, LedgerEntry } from './ledger.ts';
import { reportReason } from './reported-reason.ts';
import { hardlinkedFiles } from './tally.ts';

/** What a ledger is made from. */
export interface LedgerSource {
  readonly snapshot: Snapshot;
  readonly selection: Selection;
  readonly closure: Closure;
  readonly plan: Plan;
  readonly packageData: Pick<PackageData, 'removed'>;
  readonly owners: PackageOwners;
  /** tell of every path of the container, not only of those that were looked at */
  readonly isTreeRead: boolean;
}

/** The ledger's entries, made as they are asked for: there may be a hundred thousand. */
export interface LedgerRows {
  readonly complete: boolean;
  readonly kept: Iterable<KeptEntry>;
  readonly dropped: Iterable<DroppedEntry>;
}

const isRoot = (reason: Reason): boolean => requesterOf(reason) === null;

/** Reasons of one path that are reported. */
const MOST_REASONS = 4;

export function ledgerRows(source: LedgerSource): LedgerRows {
  const { entries } = source.plan;
  return {
    complete: source.isTreeRead,
    kept: { [Symbol.iterator]: () => keptRows(source, entries) },
    dropped: { [Symbol.iterator]: () => droppedRows(source, source.plan.paths) },
  };
}

function* keptRows(source: LedgerSource, entries: Iterable<PlannedEntry>): Generator<KeptEntry> {
  const { kept } = source.closure;
  const facts = { snapshot: source.snapshot, owners: source.owners(source.plan.paths) };
  // A directory that nothing asks for is there for what it holds.
  const children = new Map<ImagePath, ImagePath>();
  for (const { path } of entries) {
    const directory = parentPath(path);
    if (!kept.has(directory) && !children.has(directory)) children.set(directory, path);
  }
  for (const planned of entries) {
    const { path, entry, linkTo } = planned;
    const row = ledgerEntry(facts, { path, entry, bytes: dataSize(planned), hardlinkTo: linkTo });
    const all = kept.get(path) ?? [{ kind: 'holds', by: children.get(path) ?? path } as const];
    const reasons = [...all.filter(isRoot), ...all.filter((reason) => !isRoot(reason))];
    const more = reasons.length - MOST_REASONS;
    yield {
      ...row,
      reasons: reasons.slice(0, MOST_REASONS).map(reportReason),
      ...(more > 0 && { moreReasons: more }),
    };
  }
}

function* droppedRows(source: LedgerSource, placed: ImagePaths): Generator<DroppedEntry> {
  const { tree } = source.snapshot;
  const entries = source.isTreeRead ? tree.entries() : seenAndDropped(source);
  const owners = source.owners(
    source.isTreeRead ? undefined : new Set([...seenAndDropped(source)].map(({ path }) => path)),
  );
  const facts = { snapshot: source.snapshot, owners };
  const hardlinked = hardlinkedFiles(source);
  // The name at which the content of one counts: a kept one, or the first.
  const homes = new Map<TreeEntry, ImagePath>();
  for (const { path, entry, data } of source.plan.entries) {
    if (entry !== undefined && data !== undefined && hardlinked.has(entry.inode)) homes.set(entry.inode, path);
  }
  const mounts = new Set(
    source.snapshot.mounts.map((mount) => tree.resolve(Buffer.from(mount).toString('latin1')).path),
  );
  for (const entry of entries) {
    const { path, inode } = entry;
    if (path === ROOT || placed.has(path)) continue;
    const home = homes.get(inode) ?? path;
    if (hardlinked.has(inode)) homes.set(inode, home);
    const isHome = home === path;
    const bytes = entry.type === 'file' && isHome ? inode.size : 0;
    const declined = source.closure.declined.get(path);
    yield {
      ...ledgerEntry(facts, { path, entry, bytes, hardlinkTo: isHome ? undefined : home }),
      ...dropReason(entry, source, mounts),
      ...(declined !== undefined && { declined: declined.map(({ rule, by }) => ({ rule, by: displayPath(by) })) }),
    };
  }
}

/** What is known of a tree that was not read whole: the change layer, and what rules would have added. */
function* seenAndDropped({ snapshot, closure }: LedgerSource): Generator<TreeEntry> {
  const paths = new Set([...snapshot.changed.keys(), ...closure.declined.keys()]);
  for (const path of [...paths].sort(comparePaths)) {
    const entry = snapshot.tree.get(path);
    if (entry !== undefined) yield entry;
  }
}

function dropReason(
  entry: TreeEntry,
  { selection, plan, closure, packageData }: LedgerSource,
  mounts: ReadonlySet<ImagePath>,
): Pick<DroppedEntry, 'reason' | 'group' | 'glob'> {
  const { path } = entry;
  const glob = selection.excludedBy(entry);
  if (glob !== undefined) return { reason: 'excluded', glob };
  if (closure.kept.has(path) || plan.whiteoutNames.some((name) => isWithin(path, name)))
    return { reason: 'whiteout-name' };
  if (packageData.removed.has(path)) return { reason: 'package-record' };
  const group = selection.trimmed.get(path);
  if (group !== undefined) return { reason: 'trimmed', group };
  return { reason: mounts.has(path) ? 'mount' : 'unreached' };
}

function ledgerEntry(
  { snapshot, owners }: Pick<LedgerSource, 'snapshot'> & { readonly owners: ReadonlyMap<ImagePath, string> },
  item: {
    readonly path: ImagePath;
    /** undefined for a directory that the source forgot */
    readonly entry: TreeEntry | undefined;
    readonly bytes: number;
    readonly hardlinkTo: ImagePath | undefined;
  },
): LedgerEntry {
  const { path, entry, bytes, hardlinkTo } = item;
  const owner = owners.get(path);
  const layer = snapshot.layerOf?.(path);
  return {
    path: displayPath(path),
    type: entry?.type ?? 'directory',
    bytes,
    from: snapshot.changed.has(path) ? 'change' : 'base',
    ...(layer !== undefined && { layer }),
    package: owner === undefined ? null : displayBytes(owner),
    ...(entry?.type === 'symlink' && { target: displayBytes(entry.target) }),
    ...(hardlinkTo !== undefined && { hardlinkTo: displayPath(hardlinkTo) }),
  };
}
