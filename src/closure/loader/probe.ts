import type { ElfFile } from '../../elf/elf-file.ts';
import type { FileTree } from '../../filesystem/file-tree.ts';
import type { ElfIndex } from './elf-index.ts';
import type { Candidate, Failure } from './link-map.ts';

/** What opening one path gave. */
export type Probe =
  | { readonly status: 'usable'; readonly candidate: Candidate }
  | { readonly status: 'skipped' }
  | Failure;

/** ELFOSABI_SYSV and ELFOSABI_GNU: what glibc takes (elf/dl-load.c, open_verify). */
const OWN_OSABI = [0, 3];

/**
 * Opens `path` (absolute) as glibc's `open_verify` does: a file for another class or machine is passed over, a file that
 * is not a whole ELF file of the right byte order ends the search with an error.
 */
export function probe(path: string, wanted: ElfFile, where: { tree: FileTree; elves: ElfIndex }): Probe {
  const { entry } = where.tree.resolve(path);
  if (entry === undefined) return { status: 'skipped' };
  const blocked = (why: string): Probe => ({ status: 'blocked', candidate: entry.path, why });
  if (entry.type === 'directory') return blocked('it is a directory');
  if (entry.type !== 'file') return blocked('it is not a regular file');
  const elf = where.elves.get(entry);
  if (elf === undefined) return blocked('it is not an ELF file');
  if ('defect' in elf) return blocked(`it is a broken ELF file (${elf.defect})`);
  if (elf.class !== wanted.class) return { status: 'skipped' };
  if (elf.byteOrder !== wanted.byteOrder) return blocked('its byte order is another');
  if (elf.machine !== wanted.machine) return { status: 'skipped' };
  if (!OWN_OSABI.includes(elf.osabi)) return blocked('it is made for another operating system');
  if (elf.type !== 'shared' && elf.type !== 'executable') return blocked('it is neither a library nor a program');
  return { status: 'usable', candidate: { path, entry, elf } };
}
