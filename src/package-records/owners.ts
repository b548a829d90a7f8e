import type { FileTree } from '../filesystem/file-tree.ts';
import type { ImagePath, ImagePaths } from '../model/image-path.ts';
import { directoriesAbove, ListedPlaces } from './database/listed-places.ts';
import type { PackageDatabase } from './database/package-database.ts';

/** {@link ownersOf} of a certain container, worked out when it is asked for. */
export type PackageOwners = (wanted?: ImagePaths) => ReadonlyMap<ImagePath, string>;

/**
 * Which package each path belongs to, by physical path. Directories that several packages share have no owner, nor has
 * what no package brought.
 * @param wanted the paths to be told; default: all that the tree has, for which it has to be read whole
 */
export function ownersOf(
  { packages }: PackageDatabase,
  tree: FileTree,
  wanted?: ImagePaths,
): ReadonlyMap<ImagePath, string> {
  const owners = new Map<ImagePath, string>();
  const shared = new Set<ImagePath>();
  const places = new ListedPlaces(tree, wanted === undefined ? undefined : directoriesAbove(wanted.keys()));
  for (const { name, paths = [] } of packages) {
    for (const text of paths) {
      const path = places.place(text);
      if (path === undefined || shared.has(path) || wanted?.has(path) === false) continue;
      const known = owners.get(path);
      if (known === name) continue;
      const entry = tree.get(path);
      if (entry === undefined) continue;
      if (known === undefined) owners.set(path, name);
      else if (entry.type === 'directory') {
        owners.delete(path);
        shared.add(path);
      }
    }
  }
  return owners;
}
