import { type ElfFile, isElf } from '../elf/elf-file.ts';
import { EM_MIPS } from '../elf/model.ts';
import type { FileTree } from '../filesystem/file-tree.ts';
import type { TreeEntry } from '../filesystem/tree-entry.ts';
import { MACHINE } from './directories.ts';
import type { ElfIndex } from './elf-index.ts';
import type { Failure } from './library-search.ts';

/** What opening one path gave. */
export type Probe =
  | { readonly status: 'usable'; readonly path: string; readonly entry: TreeEntry; readonly elf: ElfFile }
  | { readonly status: 'skipped' }
  /** neither there nor missing (ELOOP, ENOTDIR): the loader tries no further directory of this list */
  | { readonly status: 'list-ends' }
  | Failure;

/** ELFOSABI_SYSV and ELFOSABI_GNU: what glibc takes (elf/dl-load.c, open_verify). */
const SYSV = 0;
const GNU = 3;

/** What of e_flags has to be the same: MIPS's ABI2 and NAN2008, RISC-V's float ABI (each port's dl-machine.h). */
const ABI_FLAGS: Readonly<Record<number, number>> = { [EM_MIPS]: 0x420, [MACHINE.riscv]: 0x6 };

/** The fixed part of an ELF header. */
interface Identity {
  readonly class: number;
  readonly little: boolean;
  readonly osabi: number;
  readonly machine: number;
}

/**
 * Opens `path` (absolute) as glibc's `open_verify` does: a file for another class or machine is passed over, a file that
 * is not a whole ELF file of the right byte order ends the search with an error. The checks' order is the loader's, so
 * that a file with several things wrong is judged by the first of them.
 */
export function probe(path: string, wanted: ElfFile, where: { tree: FileTree; elves: ElfIndex }): Probe {
  const { entry, status } = where.tree.resolve(path);
  if (status === 'loop' || status === 'not-a-directory') return { status: 'list-ends' };
  if (entry === undefined) return { status: 'skipped' };
  const blocked = (why: string): Probe => ({ status: 'blocked', candidate: entry.path, why });
  if (entry.type === 'directory') return blocked('it is a directory');
  if (entry.type !== 'file') return blocked('it is not a regular file');
  const elf = where.elves.get(entry);
  const identity = identityOf(where.elves.head(entry), wanted);
  if (elf === undefined || identity === undefined) return blocked('it is not an ELF file');
  if (identity.class !== wanted.class) return { status: 'skipped' };
  if (identity.machine !== wanted.machine) return { status: 'skipped' };
  if (identity.little !== (wanted.byteOrder === 'little')) return blocked('its byte order is another');
  if (identity.osabi !== SYSV && identity.osabi !== GNU) return blocked('it is made for another operating system');
  if ('defect' in elf) return blocked(`it is a broken ELF file (${elf.defect})`);
  const abi = ABI_FLAGS[elf.machine] ?? 0;
  if ((elf.flags & abi) !== (wanted.flags & abi)) return { status: 'skipped' };
  if (elf.type !== 'shared' && elf.type !== 'executable') return blocked('it is neither a library nor a program');
  return { status: 'usable', path, entry, elf };
}

/**
 * undefined where the file is too short, or says nothing of the kind. The loader reads the machine's number in its own
 * byte order, so that of a file of the other order is never its own.
 */
function identityOf(head: Buffer, wanted: ElfFile): Identity | undefined {
  const wide = head[4] === 2;
  if (!isElf(head) || head.length < (wide ? 64 : 52) || (head[4] !== 1 && !wide)) return undefined;
  const machine = wanted.byteOrder === 'little' ? head.readUInt16LE(18) : head.readUInt16BE(18);
  return { class: wide ? 64 : 32, little: head[5] === 1, osabi: head[7] ?? 0, machine };
}

/** Why glibc refuses to map a file that is a good ELF file (elf/dl-load.c, _dl_map_object_from_fd). */
export function whyNoLibrary(elf: ElfFile): string | undefined {
  if (elf.type === 'executable' || elf.pie) return 'it is a program';
  return elf.dynamic ? undefined : 'it has no dynamic section';
}
