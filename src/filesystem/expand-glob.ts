import { baseName } from '../model/image-path.ts';
import type { FileTree } from './file-tree.ts';
import { namePattern } from './name-pattern.ts';

/** The paths that a shell-like glob names (`*`, `?`, `[a-z]` within components), as far as they exist; absolute texts. */
export function expandGlob({ tree }: { readonly tree: FileTree }, pattern: string): string[] {
  let found = [''];
  for (const part of pattern.split('/')) {
    if (part === '') continue;
    // Directories are dealt with once each, under any name: links that lead in circles multiply otherwise.
    const directories = new Map(found.map((path) => [tree.resolve(path).path, path]));
    if (!/[*?[]/.test(part)) found = [...directories.values()].map((path) => `${path}/${part}`);
    else {
      const isMatch = namePattern(part);
      found = [...directories.values()].flatMap((path) =>
        namesIn(tree, path)
          .filter((name) => isMatch(name))
          .map((name) => `${path}/${name}`),
      );
    }
  }
  return found.filter((path) => tree.resolve(path).entry !== undefined);
}

function namesIn(tree: FileTree, directory: string): string[] {
  const { status, path } = tree.resolve(directory);
  return status === 'found' ? tree.children(path).map((child) => baseName(child.path)) : [];
}
