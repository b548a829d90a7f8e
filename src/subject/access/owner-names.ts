import type { ContentStore } from '../../filesystem/content-store.ts';
import type { FileTree } from '../../filesystem/file-tree.ts';

/** What engines of different versions write in the headers of an export that is not in the files themselves. */
export interface HeaderStyle {
  /** whether the mode says what type the file has, as it did until 23.0 (moby: fillGo18FileTypeBits) */
  readonly typeBits: boolean;
  /** whether the owners' names are written, as they were until 20.10 (moby: FileInfoHeaderNoLookups) */
  readonly ownerNames: boolean;
}

/** The style of an engine's version, such as `20.10.24+dfsg1`; an unknown one counts as new. */
export function headerStyle(engineVersion: string): HeaderStyle {
  const major = Number.parseInt(engineVersion, 10);
  return { typeBits: major < 24, ownerNames: major < 23 };
}

/**
 * The style for images, wherever they are read: an archive of one has no engine, and is to give the same layer. It is the
 * one that says most.
 */
export const IMAGE_STYLE: HeaderStyle = { typeBits: true, ownerNames: true };

/** Names of users and groups by their numbers; '' for those without one. */
export interface OwnerNames {
  user(id: number): string;
  group(id: number): string;
}

export const NO_NAMES: OwnerNames = { user: () => '', group: () => '' };

/** No account file of a container is larger, in bytes. */
const LIMIT = 4 << 20;

/**
 * The names that an engine finds: it looks into the container's own /etc/passwd and /etc/group, where its archiver has its
 * root, but has looked up its own user, root, before it went there.
 */
export function containerNames(tree: FileTree, content: Pick<ContentStore, 'content'>): OwnerNames {
  const read = (path: string, line: RegExp): ReadonlyMap<number, string> => {
    const { entry } = tree.resolve(path);
    if (entry?.type !== 'file') return new Map();
    const source = content.content(entry);
    return idNames(source.read(0, Math.min(source.size, LIMIT)).toString('latin1'), line);
  };
  let users: ReadonlyMap<number, string> | undefined;
  let groups: ReadonlyMap<number, string> | undefined;
  return {
    user(id) {
      if (id === 0) return 'root';
      users ??= read('/etc/passwd', ACCOUNT);
      return users.get(id) ?? '';
    },
    group(id) {
      groups ??= read('/etc/group', GROUP);
      return groups.get(id) ?? '';
    },
  };
}

/**
 * Why it can't be told which names an engine finds in account files: its C library makes of a directory, of a link to
 * nowhere or of a file that is too large what no one has written down. undefined where it can.
 */
export function strangeAccounts(tree: FileTree): string | undefined {
  for (const path of ['/etc/passwd', '/etc/group']) {
    const { entry, links, status } = tree.resolve(path);
    const isMissing = status === 'missing' && links.length === 0;
    if (isMissing || (entry?.type === 'file' && entry.inode.size <= LIMIT)) continue;
    return `${path} is no file that names owners: the engine has to be asked for them`;
  }
  return undefined;
}

/** Lines of passwd(5) and group(5) with a name and its number, as glibc reads them (nss/nss_files). */
export const ACCOUNT = /^\s*([^#+\-:\s][^:]*):[^:]*:\s*(\d+):\s*\d+(?::|$)/;
export const GROUP = /^\s*([^#+\-:\s][^:]*):[^:]*:\s*(\d+)(?::|$)/;

/** The first name of each number. */
export function idNames(text: string, form: RegExp): Map<number, string> {
  const names = new Map<number, string>();
  for (const line of text.split('\n')) {
    const [, name, digits] = form.exec(line) ?? [];
    if (name === undefined || digits === undefined) continue;
    const id = Number(digits);
    if (!names.has(id)) names.set(id, name);
  }
  return names;
}
