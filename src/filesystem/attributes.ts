import type { TreeEntry } from './tree-entry.ts';

/** What is the same for most files of a tree, so that they can share it. */
export type Attributes = Pick<TreeEntry, 'type' | 'mode' | 'uid' | 'gid'>;

/** Holds each combination of attributes once. */
export class AttributePool {
  readonly #known = new Map<string, Attributes>();
  #last: Attributes = { type: 'file', mode: 0, uid: 0, gid: 0 };

  of(type: Attributes['type'], mode: number, uid: number, gid: number): Attributes {
    const last = this.#last;
    if (last.type === type && last.mode === mode && last.uid === uid && last.gid === gid) return last;
    const key = `${type} ${mode} ${uid} ${gid}`;
    const known = this.#known.get(key) ?? { type, mode, uid, gid };
    this.#known.set(key, known);
    this.#last = known;
    return known;
  }
}
