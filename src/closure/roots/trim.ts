import type { TreeEntry } from '../../filesystem/tree-entry.ts';
import { type ImagePath, imagePath, isWithin, parentPath } from '../../model/image-path.ts';
import type { TrimGroup } from '../../options.ts';

const CACHES = imagePath('/var/cache');
const LISTS = imagePath('/var/lib/apt/lists');
const TEMPORARY = [imagePath('/tmp'), imagePath('/var/tmp')];
const DOCS = ['doc', 'man', 'info', 'doc-base', 'lintian', 'groff'].map((name) => imagePath(`/usr/share/${name}`));
const LOGS = imagePath('/var/log');
const SSH = imagePath('/etc/ssh');

/** What each group picks of the change layer. Directories that programs may write into stay. */
const GROUPS: Readonly<Record<TrimGroup, (entry: TreeEntry) => boolean>> = {
  // A server's own cache directory has its owner and mode, and must be there when it starts.
  caches: (entry) => isContent(entry, CACHES) || isContent(entry, LISTS),
  tmp: ({ path }) => TEMPORARY.some((directory) => path !== directory && isWithin(path, directory)),
  'ssh-host-keys': ({ path }) => parentPath(path) === SSH && path.startsWith(`${SSH}/ssh_host_`),
  // Licences have to travel with what they cover.
  docs: (entry) => DOCS.some((directory) => isContent(entry, directory)) && !entry.path.endsWith('/copyright'),
  logs: (entry) => isContent(entry, LOGS),
};

function isContent(entry: TreeEntry, directory: ImagePath): boolean {
  return entry.type !== 'directory' && isWithin(entry.path, directory);
}

/** The first of `groups` that picks `entry`. */
export function trimGroupOf(entry: TreeEntry, groups: readonly TrimGroup[]): TrimGroup | undefined {
  return groups.find((group) => GROUPS[group](entry));
}
