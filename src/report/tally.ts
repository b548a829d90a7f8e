import type { Closure } from '../closure/closure-result.ts';
import type { TreeEntry } from '../filesystem/tree-entry.ts';
import type { Plan } from '../plan/plan.ts';
import type { Snapshot } from '../subject/snapshot.ts';
import type { Amount } from './slim-report.ts';

/** Whose files a report and its ledger tell of. */
export interface Told {
  readonly snapshot: Pick<Snapshot, 'tree' | 'changed'>;
  readonly closure: Pick<Closure, 'declined'>;
  readonly plan: Pick<Plan, 'paths'>;
  /** every path of the container, not only those that were looked at */
  readonly isTreeRead: boolean;
}

/** Of the listed files, those with several names among them. */
export function hardlinkedFiles(told: Told): ReadonlySet<TreeEntry> {
  const files = new Set<TreeEntry>();
  for (const entry of entriesOf(told)) if (entry !== undefined && entry.inode !== entry) files.add(entry.inode);
  return files;
}

function* entriesOf({ snapshot: { tree, changed }, closure, plan, isTreeRead }: Told): Iterable<TreeEntry | undefined> {
  if (isTreeRead) return yield* tree.entries();
  for (const paths of [changed, closure.declined, plan.paths]) for (const path of paths.keys()) yield tree.get(path);
}

/** Adds up entries, a hardlinked file's content once. */
export class Tally {
  readonly #hardlinked: ReadonlySet<TreeEntry>;
  readonly #known = new Set<TreeEntry>();
  #bytes = 0;
  #entries = 0;

  /** @param hardlinked all files that have several names among the entries to come: there are few, and only they are remembered */
  constructor(hardlinked: ReadonlySet<TreeEntry>) {
    this.#hardlinked = hardlinked;
  }

  add({ type, inode }: TreeEntry): this {
    this.#entries++;
    if (type !== 'file' || this.#known.has(inode)) return this;
    if (this.#hardlinked.has(inode)) this.#known.add(inode);
    this.#bytes += inode.size;
    return this;
  }

  amount(): Amount {
    return { bytes: this.#bytes, entries: this.#entries };
  }
}
