import type { Attributes } from '../../filesystem/attributes.ts';
import { CompactEntry, type Rare } from '../../filesystem/compact-entry.ts';
import type { TreeEntry } from '../../filesystem/tree-entry.ts';

/** Header blocks that a layer has, and which say another name than the entry's. */
export interface OtherHeader {
  /** where they are */
  readonly place: number;
  /** bytes; 0 where no layer has any: a directory that layers take for granted */
  readonly length: number;
}

interface RareInStack extends Rare {
  readonly hasCapabilities: boolean;
  readonly headerLength: number;
  readonly otherHeader: OtherHeader | undefined;
}

/** What is rare of an entry, by the length of its header: one object for each. */
const USUAL = new Map<number, RareInStack>();

/** An entry of a merged tree. Its place is where its own header is; where it has none of its own, where its data is. */
export class LayerEntry extends CompactEntry<RareInStack> {
  constructor(
    at: Pick<TreeEntry, 'number' | 'path' | 'size' | 'mtime' | 'place'>,
    attributes: Attributes,
    rare: RareInStack,
  ) {
    super(at, attributes, isUsual(rare) ? usual(rare) : rare);
  }

  get hasCapabilities(): boolean {
    return this.rare.hasCapabilities;
  }

  /** 0 where the header has to be made. */
  get headerLength(): number {
    return this.rare.headerLength;
  }

  /** From what the header is made, where it is. */
  get otherHeader(): OtherHeader | undefined {
    return this.rare.otherHeader;
  }
}

function isUsual({ target, first, hasCapabilities, otherHeader }: RareInStack): boolean {
  return target === '' && first === undefined && !hasCapabilities && otherHeader === undefined;
}

function usual(rare: RareInStack): RareInStack {
  const known = USUAL.get(rare.headerLength) ?? rare;
  USUAL.set(rare.headerLength, known);
  return known;
}
