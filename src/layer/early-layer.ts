import { ReadAgain } from '../filesystem/read-again.ts';
import type { TreeEntry } from '../filesystem/tree-entry.ts';
import { displayPath, type ImagePath, type ImagePaths } from '../model/image-path.ts';
import type { PlannedEntries, PlannedEntry } from '../plan/entry-order.ts';
import { type LayerSource, makePlan, type Plan, Planner } from '../plan/plan.ts';
import type { LayerFeed, UnfinishedSource } from '../subject/feed.ts';
import type { Snapshot } from '../subject/snapshot.ts';
import { type IsKept, isSettled } from './settled.ts';

/** What takes the bytes of a layer. */
export interface LayerReceiver {
  write(piece: Buffer): void;
  ready(): Promise<void>;
}

/** The order of a layer, of which a part may have been sent before the whole of it was known. */
export class EarlyLayer {
  readonly #isKept: IsKept;
  #planner: Planner | undefined;
  #sent = 0;
  /** places one more of what is settled; false where there is no more */
  #settle: () => boolean = () => false;

  constructor(isKept: IsKept) {
    this.#isKept = isKept;
  }

  /** How many entries have been sent, or will be. */
  get sent(): number {
    return this.#sent;
  }

  /** Sends what is settled while the subject is read. */
  feed(source: UnfinishedSource, receiver: LayerReceiver): LayerFeed {
    const planner = new Planner(source);
    this.#planner = planner;
    return {
      takes: (entry, changed) => isSettled(entry, changed, this.#isKept),
      entry: (entry, header) => {
        planner.place(entry.path);
        for (const placed of planner.entries.slice(this.#sent)) {
          this.#sent++;
          if (placed.header !== undefined) receiver.write(placed.header);
          else if (placed.entry === entry) receiver.write(header);
          else if (placed.entry !== undefined) receiver.write(source.content.header(placed.entry));
        }
      },
      data: (piece) => receiver.write(piece),
      ready: () => receiver.ready(),
    };
  }

  /**
   * What is settled of a subject whose change layer is known, to be sent while the rest is worked out. An entry gets its
   * place when it is asked for, the last ones before the rest is planned.
   */
  settled({ tree, content, changed }: Pick<Snapshot, 'tree' | 'content' | 'changed'>): Iterable<PlannedEntry> {
    const planner = new Planner({ tree, content });
    this.#planner = planner;
    const paths = changed.keys()[Symbol.iterator]();
    this.#settle = () => {
      const { done, value: path } = paths.next();
      if (done === true) return false;
      if (this.#isSettled(path, tree, changed)) planner.place(path);
      this.#sent = planner.entries.length;
      return true;
    };
    return this.#settled(planner.entries);
  }

  *#settled(entries: PlannedEntries): Generator<PlannedEntry> {
    let at = 0;
    do {
      for (const entry of entries.slice(at)) {
        if (at === this.#sent) break;
        at++;
        yield entry;
      }
    } while (this.#settle());
  }

  /**
   * The whole plan, in the same order whether a part of it has been sent or not.
   * @throws ReadAgain where what was sent is not what is to be in the layer
   */
  plan(kept: ImagePaths, changed: ImagePaths, source: LayerSource): Plan {
    while (this.#settle());
    for (const { path, entry } of this.#planner?.entries ?? []) {
      const isOther = source.made?.has(path) === true || (entry?.type !== 'directory' && !kept.has(path));
      if (isOther && entry !== undefined) throw new ReadAgain('whole', `${displayPath(path)} was sent too early`);
    }
    return makePlan(kept, source, {
      planner: this.#planner,
      isSettled: (path) => this.#isSettled(path, source.tree, changed),
    });
  }

  #isSettled(path: ImagePath, tree: LayerSource['tree'], changed: ImagePaths): boolean {
    const entry: TreeEntry | undefined = tree.get(path);
    return entry !== undefined && isSettled(entry, changed, this.#isKept);
  }
}
