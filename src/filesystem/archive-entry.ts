import { BLOCK } from '../tar/header.ts';
import type { Attributes } from './attributes.ts';
import { CompactEntry, type Rare } from './compact-entry.ts';
import type { TreeEntry } from './tree-entry.ts';

type RareInArchives = Rare & Pick<TreeEntry, 'hasCapabilities' | 'headerLength'>;

const USUAL: RareInArchives = { target: '', first: undefined, hasCapabilities: false, headerLength: BLOCK };

/** An entry of an archive. */
export class ArchiveEntry extends CompactEntry<RareInArchives> {
  constructor(
    at: Pick<TreeEntry, 'number' | 'path' | 'size' | 'mtime' | 'place'>,
    attributes: Attributes,
    rare: RareInArchives,
  ) {
    const { target, first, hasCapabilities, headerLength } = rare;
    const isUsual = target === '' && first === undefined && !hasCapabilities && headerLength === BLOCK;
    super(at, attributes, isUsual ? USUAL : rare);
  }

  get hasCapabilities(): boolean {
    return this.rare.hasCapabilities;
  }

  get headerLength(): number {
    return this.rare.headerLength;
  }
}
