import type { ImagePath } from '../model/image-path.ts';
import { BLOCK } from '../tar/header.ts';
import type { Attributes } from './attributes.ts';
import type { NodeType, TreeEntry } from './tree-entry.ts';

/** What few entries have. */
interface Rare {
  readonly target: string;
  /** the entry of the file's first name, for a further one */
  readonly first: TreeEntry | undefined;
  readonly hasCapabilities: boolean;
  readonly headerLength: number;
}

const USUAL: Rare = { target: '', first: undefined, hasCapabilities: false, headerLength: BLOCK };

/** An entry of an archive. There may be a hundred thousand: what most have in common is held once. */
export class ArchiveEntry implements TreeEntry {
  readonly number: number;
  readonly path: ImagePath;
  readonly size: number;
  readonly mtime: number;
  readonly place: number;
  readonly #attributes: Attributes;
  readonly #rare: Rare;

  constructor(at: Pick<TreeEntry, 'number' | 'path' | 'size' | 'mtime' | 'place'>, attributes: Attributes, rare: Rare) {
    this.number = at.number;
    this.path = at.path;
    this.size = at.size;
    this.mtime = at.mtime;
    this.place = at.place;
    this.#attributes = attributes;
    const { target, first, hasCapabilities, headerLength } = rare;
    const isUsual = target === '' && first === undefined && !hasCapabilities && headerLength === BLOCK;
    this.#rare = isUsual ? USUAL : { target, first, hasCapabilities, headerLength };
  }

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
    return this.#rare.target;
  }

  get inode(): TreeEntry {
    return this.#rare.first ?? this;
  }

  get hasCapabilities(): boolean {
    return this.#rare.hasCapabilities;
  }

  get headerLength(): number {
    return this.#rare.headerLength;
  }
}
