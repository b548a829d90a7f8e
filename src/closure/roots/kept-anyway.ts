import type { TreeEntry } from '../../filesystem/tree-entry.ts';
import type { SelectionRules } from './selection.ts';
import { trimGroupOf } from './trim.ts';

/**
 * Whether an entry of the change layer is kept no matter what else is found in the container. What may still be looked for,
 * left out or written anew is not.
 */
export function keptAnyway(rules: Pick<SelectionRules, 'exclude' | 'tight' | 'trim'>): (entry: TreeEntry) => boolean {
  if (rules.exclude.length > 0 || rules.tight !== undefined) return () => false;
  return (entry) => !PACKAGE_RECORDS.test(entry.path) && trimGroupOf(entry, rules.trim) === undefined;
}

/** Records of package managers: they have to say what is in the result. */
const PACKAGE_RECORDS =
  /^(var\/lib\/(dpkg|rpm)|usr\/share\/rpm|(usr\/)?lib\/(apk|sysimage\/rpm))\/|^var\/lib\/apt\/extended_states$/;
