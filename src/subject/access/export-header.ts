import type { TreeEntry } from '../../filesystem/tree-entry.ts';
import { makeHeader } from '../../tar/make-header.ts';
import type { OwnerNames } from './owner-names.ts';

/** What a header says that is not in the entry. */
export interface HeaderExtras {
  /** whether the mode says what type the file has */
  readonly typeBits: boolean;
  readonly names: OwnerNames;
  /** the value of `security.capability` */
  readonly capabilities: Buffer | undefined;
  /** of devices */
  readonly device: { readonly major: number; readonly minor: number } | undefined;
}

/** The header of an entry as an engine's export would have it. */
export function exportHeader(entry: TreeEntry, { typeBits, names, capabilities, device }: HeaderExtras): Buffer {
  const { path, type, mode, uid, gid, inode, mtime, target } = entry;
  return makeHeader({
    name: path,
    type,
    mode: typeBits ? mode | TYPE_BITS[type] : mode,
    uid,
    gid,
    size: inode.size,
    mtime,
    linkname: target,
    userName: names.user(uid),
    groupName: names.group(gid),
    capabilities,
    ...device,
  });
}

/** inode(7) */
const TYPE_BITS: Readonly<Record<TreeEntry['type'], number>> = {
  file: 0o100000,
  symlink: 0o120000,
  directory: 0o040000,
  character: 0o020000,
  block: 0o060000,
  fifo: 0o010000,
};
