import type { FileTree } from '../../filesystem/file-tree.ts';
import type { TreeEntry } from '../../filesystem/tree-entry.ts';
import { baseName, type ImagePath, imagePath, isWithin, joinPath, parentPath } from '../../model/image-path.ts';

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
  const directory = parentPath(path);
  if (path.endsWith('.pyc') && baseName(directory) === '__pycache__') {
    const [module] = baseName(path).split('.');
    return isOwned(joinPath(parentPath(directory), `${module}.py`));
  }
  if (baseName(path) === '__pycache__')
    return tree.children(path).every((child) => isMadeByPackage(child.path, tree, isOwned));
  return isWithin(path, USR) && !isWithin(path, USR_LOCAL) && MADE.test(baseName(path));
}

const USR = imagePath('/usr');
const USR_LOCAL = imagePath('/usr/local');
const MADE = /(\.cache|\.jsa|^locale-archive|^ls-R)$/;

/** Whether a file of the user's is plainly of no use where it runs; what asks for it gets it all the same. */
function isBuildRubbish(path: ImagePath): boolean {
  const below = DEPENDENCIES.exec(path);
  const rest = below === null ? '' : path.slice(below.index + below[0].length - 1);
  return RUBBISH.some((pattern) => pattern.test(path)) || RUBBISH_OF_DEPENDENCIES.some((pattern) => pattern.test(rest));
}

const RUBBISH: readonly RegExp[] = [
  // version control and caches
  /(^|\/)\.(git|hg|svn|cache|npm|pytest_cache|mypy_cache|ruff_cache|gradle|ccache)(\/|$)/,
  /(^|\/)(_cacache|node_modules\/\.cache)(\/|$)/,
  // for other systems
  /(^|\/)prebuilds\/(win32|darwin|android|freebsd|openbsd|sunos|ios)-[^/]+(\/|$)/,
  // for a linker
  /\.(a|o|la)$/,
];

const DEPENDENCIES = /(^|\/)(node_modules|site-packages|dist-packages|vendor)\//;
/** The same, of what dependencies have below such a directory. */
const RUBBISH_OF_DEPENDENCIES: readonly RegExp[] = [
  /\/(tests?|__tests__|spec)(\/|$)/,
  /[/-](win32|darwin|android|freebsd|openbsd|sunos)-(x64|ia32|arm64|arm|universal)(-[^/]*)?(\/|$)/,
  /\.(dll|dylib|exe|pdb|lib)$/,
];
