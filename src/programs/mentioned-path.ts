import type { FileTree } from '../filesystem/file-tree.ts';
import { isChanging, isGeneralDirectory } from '../filesystem/general-directories.ts';
import { isExecutable, type TreeEntry } from '../filesystem/tree-entry.ts';
import type { ImagePath } from '../model/image-path.ts';

/** How much a mention adds, in bytes. */
export interface MentionLimits {
  /** of a file that is no program and no library */
  readonly file: number;
  /** of a directory with all that is in it; 0: the directory alone */
  readonly directory: number;
}

/** What a mention leads to: paths (absolute texts), or a directory that is too large for it. */
export interface Mentioned {
  readonly paths: readonly string[];
  readonly tooLarge?: { readonly path: ImagePath; readonly bytes: number; readonly files: number };
  /** it is a directory to put something into: a socket, a log */
  readonly isPlace?: true;
}

const NOTHING: Mentioned = { paths: [] };

/** Entries of a directory that are counted. */
const MOST_ENTRIES = 20_000;

/** Documentation, and directories that hold everyone's: naming them does not mean what is in them. */
const SHARED =
  /^usr\/(local\/)?share\/(doc|man|info|gtk-doc|locale|fonts|icons|applications|pixmaps|mime|zoneinfo|terminfo|i18n|common-licenses|lintian|bash-completion|perl5?|python3?|java|nodejs|node_modules|misc)$|^(usr\/)?lib\/([\w-]+-linux-[\w-]+|systemd|udev|python3|modules|jvm|locale|ssl|gcc|debug|firmware)$|^etc\/(init\.d|cron\.\w+|default|profile\.d|ssl\/(certs|private)|alternatives|apt|dpkg|skel|pam\.d|security|logrotate\.d|systemd|opt)$|^usr\/(local\/)?share\/(doc|man|info|gtk-doc)\/|^var\/(lib\/(dpkg|apt)|cache|spool|mail|lock|backups|opt)(\/|$)|^(home|root|opt|srv|mnt|media|usr\/src|usr\/include|usr\/local)\/?$/;

/** What naming an existing path in code or configuration asks for. */
export function mentioned(tree: FileTree, text: string, limits: MentionLimits): Mentioned {
  const { status, entry, path } = tree.resolve(text);
  if (status !== 'found' || entry === undefined || isChanging(path)) return mentionedPlace(tree, text, limits);
  if (entry.type === 'directory') return mentionedDirectory(tree, text, path, limits);
  if (entry.type !== 'file') return NOTHING;
  const isCode = isExecutable(entry) || /\.so(\.\d+)*$/.test(path) || /\.(jar|node)$/.test(path);
  return isCode || entry.inode.size <= limits.file ? { paths: [text] } : NOTHING;
}

/** The directory of what is made when programs run: who starts without it fails to make it. */
function mentionedPlace(tree: FileTree, text: string, limits: MentionLimits): Mentioned {
  const above = text.slice(0, text.lastIndexOf('/'));
  const place = [text, above].find((one) => tree.resolve(one).entry?.type === 'directory');
  if (place === undefined || place === '') return NOTHING;
  const { path } = tree.resolve(place);
  if (isGeneralDirectory(path) || (limits.directory === 0 && !isChanging(path))) return NOTHING;
  return { paths: [place], isPlace: true };
}

function mentionedDirectory(tree: FileTree, text: string, path: ImagePath, limits: MentionLimits): Mentioned {
  if (isGeneralDirectory(path)) return NOTHING;
  if (limits.directory === 0 || SHARED.test(path)) return { paths: [text] };
  const inside: TreeEntry[] = [];
  let bytes = 0;
  for (const entry of tree.descendants(path)) {
    inside.push(entry);
    bytes += entry.size;
    if (inside.length > MOST_ENTRIES) break;
  }
  if (bytes > limits.directory || inside.length > MOST_ENTRIES) {
    return { paths: [text], tooLarge: { path, bytes, files: inside.length } };
  }
  return { paths: [text, ...inside.map((entry) => `/${entry.path}`)] };
}
