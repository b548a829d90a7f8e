import type { FileTree } from '../../filesystem/file-tree.ts';
import type { TreeEntry } from '../../filesystem/tree-entry.ts';
import { baseName, type ImagePath, imagePath, isWithin } from '../../model/image-path.ts';

/** Whether a package brought a path. */
export type IsOwned = (path: ImagePath) => boolean;

/** State of package managers, and what can be made again. */
const NOT_OWN = [
  '/var/lib/dpkg',
  '/var/lib/apt',
  '/var/lib/ucf',
  '/lib/apk/db',
  '/var/cache',
  '/var/log',
  '/var/backups',
].map((directory) => imagePath(directory));

/**
 * Whether a path of the change layer is the user's own: no package brought it, no package's scripts made it of what the
 * package brought, and it is not left over from a build.
 */
export function isOwnFile(entry: TreeEntry, tree: FileTree, isOwned: IsOwned): boolean {
  const { path } = entry;
  if (isOwned(path) || NOT_OWN.some((directory) => isWithin(path, directory))) return false;
  return !isMadeByPackage(path, tree, isOwned) && !isBuildRubbish(path);
}

/**
 * What maintainer scripts make: compiled Python beside its source, and below /usr, where programs don't write, indexes,
 * archives of locales (localedef) and of classes (java -Xshare:dump).
 */
function isMadeByPackage(path: ImagePath, tree: FileTree, isOwned: IsOwned): boolean {
  const source = /^(.*)\/__pycache__\/([^/]+?)\.[^/]*\.pyc$/.exec(path);
  if (source !== null) return isOwned(`${source[1]}/${source[2]}.py` as ImagePath);
  if (baseName(path) === '__pycache__')
    return tree.children(path).every((child) => isMadeByPackage(child.path, tree, isOwned));
  return isWithin(path, USR) && !isWithin(path, USR_LOCAL) && MADE.test(baseName(path));
}

const USR = imagePath('/usr');
const USR_LOCAL = imagePath('/usr/local');
const MADE = /(\.cache|\.jsa|^locale-archive|^ls-R)$/;

/** Whether a file of the user's is plainly of no use where it runs; what asks for it gets it all the same. */
function isBuildRubbish(path: ImagePath): boolean {
  return RUBBISH.some((pattern) => pattern.test(path));
}

const RUBBISH: readonly RegExp[] = [
  // version control and caches
  /(^|\/)\.(git|hg|svn|cache|npm|pytest_cache|mypy_cache|ruff_cache|gradle|ccache)(\/|$)/,
  /(^|\/)(_cacache|node_modules\/\.cache)(\/|$)/,
  // tests of dependencies
  /(^|\/)(node_modules|site-packages|dist-packages|vendor)\/(.*\/)?(tests?|__tests__|spec)(\/|$)/,
  // for other systems
  /(^|\/)prebuilds\/(win32|darwin|android|freebsd|openbsd|sunos|ios)-[^/]+(\/|$)/,
  /(^|\/)node_modules\/(.*[/-])?(win32|darwin|android|freebsd|openbsd|sunos)-(x64|ia32|arm64|arm|universal)(-[^/]*)?(\/|$)/,
  /(^|\/)node_modules\/.*\.(dll|dylib|exe|pdb|lib)$/,
  // for a linker
  /\.(a|o|la)$/,
];
