import type { ImagePath } from '../model/image-path.ts';
import type { Attributes } from './attributes.ts';
import type { NodeType, TreeEntry } from './tree-entry.ts';

/** What few entries have, so that the others share one object that says so. */
export interface Rare {
  readonly target: string;
  /** the entry of the file's first name, for a further one */
  readonly first: TreeEntry | undefined;
}

/** An entry that takes little room, since there may be a hundred thousand: what most have in common is held once. */
export abstract class CompactEntry<Own extends Rare> implements TreeEntry {
  readonly number: number;
  readonly path: ImagePath;
  readonly size: number;
  readonly mtime: number;
  readonly place: number;
  readonly #attributes: Attributes;
  protected rare: Own;

  constructor(at: Pick<TreeEntry, 'number' | 'path' | 'size' | 'mtime' | 'place'>, attributes: Attributes, rare: Own) {
    this.number = at.number;
    this.path = at.path;
    this.size = at.size;
    this.mtime = at.mtime;
    this.place = at.place;
    this.#attributes = attributes;
    this.rare = rare;
  }

  abstract get hasCapabilities(): boolean;
  abstract get headerLength(): number;

  get type(): NodeType {
    return this.#attributes.type;
  }

  get mode(): number {
    return this.#attributes.mode;
  }

  get uid(): number {
    return this.#attributes.uid;
  }

  get gid(): number {
    return this.#attributes.gid;
  }

  get target(): string {
    return this.rare.target;
  }

  get inode(): TreeEntry {
    return this.rare.first ?? this;
  }
}
