import { type ElfDefect, type ElfFile, isElf, readElf } from '../elf/elf-file.ts';
import type { ContentStore } from '../filesystem/content-store.ts';
import type { TreeEntry } from '../filesystem/tree-entry.ts';

/** Enough for the magic number of an ELF file. */
const MAGIC = 4;

/** Bytes of the larger of the two ELF headers. */
const HEADER = 64;

/** Reads each file's ELF headers once, under any of its names. */
export class ElfIndex {
  readonly #content: Pick<ContentStore, 'content'>;
  /** those that are ELF files: of the others there may be a hundred thousand, which are seldom asked for again */
  readonly #known = new Map<TreeEntry, ElfFile | ElfDefect>();
  readonly #heads = new Map<TreeEntry, Buffer>();

  constructor(content: Pick<ContentStore, 'content'>) {
    this.#content = content;
  }

  /** undefined where the file is not an ELF file at all */
  get(entry: TreeEntry): ElfFile | ElfDefect | undefined {
    const { inode } = entry;
    const known = this.#known.get(inode);
    if (known !== undefined || inode.type !== 'file' || inode.size < MAGIC) return known;
    const source = this.#content.content(inode);
    if (!isElf(source.read(0, MAGIC))) return undefined;
    const elf = readElf(source);
    this.#known.set(inode, elf);
    return elf;
  }

  /** The first bytes of a file, for what is to be said of one that is damaged further behind. */
  head({ inode }: TreeEntry): Buffer {
    let head = this.#heads.get(inode);
    if (head === undefined) {
      head = this.#content.content(inode).read(0, HEADER);
      this.#heads.set(inode, head);
    }
    return head;
  }
}
