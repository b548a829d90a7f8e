import type { FileTree } from '../../src/filesystem/file-tree.ts';
import { canonicalPath, type ImagePath } from '../../src/model/image-path.ts';
import type { PackageDataMode } from '../../src/options.ts';
import { readPackages } from '../../src/package-records/read-packages.ts';
import { type PackageData, packageData } from '../../src/packages/package-data.ts';
import { fixture, type MemoryStore, type TarMember } from '../builders/tar.ts';

/** What became of a container's package data. */
export interface CutResult {
  readonly data: PackageData;
  /** every file of the result: path -> text as latin1; directories are not told */
  readonly files: Readonly<Record<string, string>>;
  readonly tree: FileTree;
  readonly content: MemoryStore;
}

/** Cuts the package data of a container of these members. @param kept paths of files; the directories above come along */
export function cut(
  members: readonly TarMember[],
  kept: readonly string[],
  mode: PackageDataMode = 'honest',
): CutResult {
  const { tree, content } = fixture(...members);
  const paths = new Set<ImagePath>(kept.map(canonicalPath));
  const data = packageData({ database: readPackages({ tree, content }), tree, content, kept: paths, mode });
  const made = new Map([...data.replaced, ...data.added]);
  const result = new Set([...paths, ...data.added.keys(), ...data.alsoKeep.keys()]);
  for (const path of data.removed) result.delete(path);
  const files: Record<string, string> = {};
  for (const path of [...result].sort()) {
    const entry = tree.get(path);
    const bytes = made.get(path);
    if (bytes !== undefined) files[path] = bytes.toString('latin1');
    else if (entry?.type === 'file') files[path] = content.content(entry).read(0, entry.inode.size).toString('latin1');
    else if (entry?.type === 'symlink') files[path] = `-> ${entry.target}`;
  }
  return { data, files, tree, content };
}

/** The files below a directory of a result. */
export function below(files: Readonly<Record<string, string>>, directory: string): Record<string, string> {
  const found = Object.entries(files).filter(([path]) => path.startsWith(`${directory}/`));
  return Object.fromEntries(found.map(([path, text]) => [path.slice(directory.length + 1), text]));
}
