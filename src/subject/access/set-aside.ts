import { isElf } from '../../elf/elf-file.ts';
import type { TreeEntry } from '../../filesystem/tree-entry.ts';

/** Files up to this size are set aside without a look at their kind: all that is read for what it says is smaller. */
const SMALL = 1 << 20;
/** With this much set aside, larger files are only where something has to look into them. */
const ENOUGH = 512 << 20;

/** Where large files that no program opens lie. */
const UNREAD =
  /^(boot|usr\/(include|src|share\/(doc|doc-base|gtk-doc|help|info|javascript|locale|man))|var\/(cache|lib\/apt|log))\/|\.(a|deb|o)$/;

/** What has become of a file so far, and of others. */
export interface Circumstances {
  readonly isChanged: boolean;
  readonly isSent: boolean;
  /** bytes set aside so far */
  readonly spooled: number;
}

/**
 * Whether a file's data is copied while the container is read, so that it can be looked into, or be sent later. Where this
 * guesses wrong, the container is read again.
 * @param start the first bytes of its data
 */
export function isSetAside({ path, size }: TreeEntry, start: Buffer, known: Circumstances): boolean {
  if (size <= SMALL || start.length < 4 || isElf(start) || start.toString('latin1', 0, 2) === '#!') return true;
  if (known.isSent || UNREAD.test(path)) return false;
  return known.isChanged || known.spooled + size < ENOUGH;
}
