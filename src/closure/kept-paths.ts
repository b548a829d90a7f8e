import type { FileTree } from '../filesystem/file-tree.ts';
import { PathMap } from '../filesystem/path-sets.ts';
import type { TreeEntry } from '../filesystem/tree-entry.ts';
import { type ImagePath, isWithin, ROOT } from '../model/image-path.ts';
import { isSameReason, type Need, type OnTheWay, type Reason, requesterOf } from '../model/reason.ts';

/** Above this many reasons for one path, a Set replaces the linear scan. */
const FEW = 8;

/** The growing set of kept paths with their reasons, and the entries that were added and not looked at yet. */
export class KeptPaths {
  readonly #tree: FileTree;
  readonly #reasons: PathMap<Reason[]>;
  /** lists of one reason, for all the paths that have no other; nothing is added to them */
  readonly #alone = new Map<Reason, Reason[]>();
  /** for paths with more than a few reasons: those of each requester */
  readonly #many = new Map<readonly Reason[], Map<ImagePath | null, Reason[]>>();
  readonly #queue: TreeEntry[] = [];

  constructor(tree: FileTree) {
    this.#tree = tree;
    this.#reasons = new PathMap(tree);
  }

  get reasons(): PathMap<Reason[]> {
    return this.#reasons;
  }

  has(path: ImagePath): boolean {
    return this.#reasons.has(path);
  }

  /** Keeps one physical path. */
  add(entry: TreeEntry, reason: Reason): void {
    const reasons = this.#reasons.get(entry.path);
    if (reasons === undefined) {
      let alone = this.#alone.get(reason);
      if (alone === undefined) {
        alone = [reason];
        if (requesterOf(reason) === null) this.#alone.set(reason, alone);
      }
      this.#reasons.set(entry.path, alone);
      this.#queue.push(entry);
    } else if (!this.#isKnown(reasons, reason)) {
      if (this.#alone.get(reasons[0] as Reason) === reasons) this.#reasons.set(entry.path, [...reasons, reason]);
      else reasons.push(reason);
    }
  }

  #isKnown(reasons: readonly Reason[], reason: Reason): boolean {
    if (reasons.length <= FEW) return reasons.some((one) => isSameReason(one, reason));
    let known = this.#many.get(reasons);
    if (known === undefined) {
      known = new Map();
      for (const one of reasons) known.set(requesterOf(one), [...(known.get(requesterOf(one)) ?? []), one]);
      this.#many.set(reasons, known);
    }
    const requester = requesterOf(reason);
    const alike = known.get(requester);
    if (alike === undefined) known.set(requester, [reason]);
    else if (alike.some((one) => isSameReason(one, reason))) return true;
    else alike.push(reason);
    return false;
  }

  /** Keeps what a path leads to, and every symbolic link on the way. False where it leads nowhere. */
  require(need: Need): boolean {
    const { path, reason, ...how } = need;
    const { entry, links, passed } = this.#tree.resolve(path, how);
    if (entry === undefined) return false;
    const requester = requesterOf(reason) ?? ROOT;
    for (const at of passed) {
      const directory = this.#tree.get(at);
      // Those above the requester are there with it.
      if (directory === undefined || isWithin(requester, at)) continue;
      this.add(directory, onTheWay('directory', reason));
    }
    for (const at of links) {
      const link = this.#tree.get(at);
      if (link !== undefined) this.add(link, onTheWay('link', reason));
    }
    this.add(entry, reason);
    return true;
  }

  /** The next entry to look at. */
  next(): TreeEntry | undefined {
    return this.#queue.pop();
  }
}

function onTheWay(as: OnTheWay['as'], to: Need['reason']): OnTheWay {
  return { kind: 'on-the-way', as, to };
}
