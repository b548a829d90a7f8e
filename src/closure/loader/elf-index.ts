import { type ElfDefect, type ElfFile, isElf, readElf } from '../../elf/elf-file.ts';
import type { ContentStore } from '../../filesystem/content-store.ts';
import type { TreeEntry } from '../../filesystem/tree-entry.ts';

/** Enough for the magic number of an ELF file. */
const MAGIC = 4;

/** Bytes of the larger of the two ELF headers. */
const HEADER = 64;

/** Reads each file's ELF headers once, whatever its names. */
export class ElfIndex {
  readonly #content: Pick<ContentStore, 'content'>;
  readonly #known = new Map<TreeEntry, ElfFile | ElfDefect | undefined>();
  readonly #heads = new Map<TreeEntry, Buffer>();

  constructor(content: Pick<ContentStore, 'content'>) {
    this.#content = content;
  }

  /** undefined where the file is not an ELF file at all */
  get(entry: TreeEntry): ElfFile | ElfDefect | undefined {
    const { inode } = entry;
    if (this.#known.has(inode)) return this.#known.get(inode);
    let elf: ElfFile | ElfDefect | undefined;
    if (inode.type === 'file' && inode.size >= MAGIC) {
      const source = this.#content.content(inode);
      if (isElf(source.read(0, MAGIC))) elf = readElf(source);
    }
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
