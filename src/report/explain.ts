import { displayPath, type ImagePath, imagePath, parentPath, ROOT } from '../model/image-path.ts';
import { displayedBytes, displayedPath } from './displayed-path.ts';
import type { ChainLink, Explanation, LinkEnd, UnknownExplanation, UnreadExplanation } from './explanation.ts';
import type { Ledger } from './ledger.ts';
import { type LedgerTree, ledgerTree } from './ledger-tree.ts';
import { includeRemedy, remedies } from './remedies.ts';
import { reportedRequester } from './reported-reason.ts';
import type { SlimReport } from './slim-report.ts';

/** A report as `--report` writes it. */
export type ReportWithLedger = SlimReport & { readonly ledger: Ledger };

/**
 * Why a path of the container is in the image, or why it is not and what would have kept it.
 * @param path as in the container; links in front of its last name are followed. Also as reports show it: `/opt/\xff`
 */
export function explain(report: ReportWithLedger, path: string): Explanation {
  const ledger = ledgerTree(report.ledger);
  const asTyped = ledger.tree.resolve(`/${imagePath(path)}`, { followLast: false });
  const asShown = ledger.tree.resolve(`/${displayedBytes(path)}`, { followLast: false });
  const found = asTyped.status === 'found' ? asTyped : asShown;
  const where = { asked: path, links: found.links.map(displayPath) };
  const kept = ledger.kept.get(found.path);
  const dropped = ledger.dropped.get(found.path);
  if (found.status !== 'found' || (kept === undefined && dropped === undefined))
    return unknown(path, found.path, ledger, report.ledger.complete);
  const leadsTo = linkEnd(found.path, ledger);
  const end = leadsTo === undefined ? {} : { leadsTo };
  if (kept !== undefined)
    return { status: 'kept', ...where, entry: kept, chain: chainFrom(found.path, ledger), ...end };
  if (dropped === undefined) return unknown(path, found.path, ledger, report.ledger.complete);
  return { status: 'dropped', ...where, entry: dropped, remedies: remedies(dropped, report, ledger.tree), ...end };
}

/** Breadth first. The reason that a path was found by leads to a root, so there is a way. */
function chainFrom(path: ImagePath, { kept }: LedgerTree): ChainLink[] {
  /** each path reached, with the way to it */
  const ways = new Map<ImagePath, Way | undefined>([[path, undefined]]);
  for (const [at, way] of ways) {
    for (const reason of kept.get(at)?.reasons ?? []) {
      const here: Way = { link: { path: displayPath(at), reason }, before: way };
      const by = reportedRequester(reason);
      if (by === null) return linksOf(here);
      const next = displayedPath(by);
      if (!ways.has(next)) ways.set(next, here);
    }
  }
  return [];
}

interface Way {
  readonly link: ChainLink;
  readonly before: Way | undefined;
}

function linksOf(way: Way): ChainLink[] {
  const links: ChainLink[] = [];
  for (let at: Way | undefined = way; at !== undefined; at = at.before) links.unshift(at.link);
  return links;
}

function linkEnd(path: ImagePath, { tree, kept, dropped }: LedgerTree): LinkEnd | undefined {
  if (tree.get(path)?.type !== 'symlink') return undefined;
  const end = tree.resolve(`/${path}`);
  const isThere = end.status === 'found';
  const status = isThere && kept.has(end.path) ? 'kept' : isThere && dropped.has(end.path) ? 'dropped' : 'missing';
  return { path: displayPath(end.path), status };
}

/** What stands below something that is not a directory can't be there, no matter what was read. */
function unknown(
  asked: string,
  path: ImagePath,
  { tree }: LedgerTree,
  isComplete: boolean,
): UnknownExplanation | UnreadExplanation {
  let at = path;
  while (at !== ROOT && tree.get(at) === undefined) at = parentPath(at);
  const type = tree.get(at)?.type ?? 'directory';
  if (isComplete || type !== 'directory') return { status: 'unknown', asked, nearest: { path: displayPath(at), type } };
  return { status: 'unread', asked, remedies: [includeRemedy(displayPath(path))] };
}
