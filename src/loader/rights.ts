import type { TreeEntry } from '../filesystem/tree-entry.ts';
import type { RunConfig } from '../model/image-config.ts';

/** Whether a program gets more rights than who starts it has (AT_SECURE, getauxval(3)). */
export type Rights = 'same' | 'more';

const SETUID = 0o4000;
/** Without the group's right to run the file, the setgid bit means something else. */
const SETGID = 0o2010;

/**
 * The ways in which a program may be started. Setuid root and file capabilities give nothing to root, so in a container
 * that starts as root such a program runs either way: started by root, or by a process that has given up its rights.
 */
export function rightsOf({ inode: entry }: TreeEntry, run: RunConfig): readonly Rights[] {
  const setuid = (entry.mode & SETUID) !== 0;
  const setgid = (entry.mode & SETGID) === SETGID;
  if (!setuid && !setgid && !entry.hasCapabilities) return ['same'];
  const startsAsRoot = /^(root|0+)?(:|$)/.test(run.User ?? '');
  const givesRootNothing = !(setuid && entry.uid !== 0) && !(setgid && entry.gid !== 0);
  return startsAsRoot && givesRootNothing ? ['same', 'more'] : ['more'];
}
