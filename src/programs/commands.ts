import type { FileTree } from '../filesystem/file-tree.ts';
import { isExecutable, type TreeEntry } from '../filesystem/tree-entry.ts';
import { DEFAULT_PATH, environmentValue, type RunConfig } from '../model/image-config.ts';
import { byteString } from '../model/image-path.ts';

/** A command found in the tree. `path` is the text it was found by, links not resolved. */
export interface FoundCommand {
  readonly path: string;
  readonly entry: TreeEntry;
}

/**
 * Finds a command as execvp(3) does in a container of this config: a word with a slash from the working directory, any
 * other in the directories of PATH. Text is UTF-8.
 */
export function findCommand(word: string, where: { tree: FileTree; run: RunConfig }): FoundCommand | undefined {
  if (word === '') return undefined;
  const name = byteString(word);
  const workingDirectory = byteString(where.run.WorkingDir ?? '/');
  if (name.includes('/')) return executable(name.startsWith('/') ? name : `${workingDirectory}/${name}`, where.tree);
  for (const directory of byteString(environmentValue(where.run, 'PATH') ?? DEFAULT_PATH).split(':')) {
    const base = directory.startsWith('/') ? directory : `${workingDirectory}/${directory}`;
    const found = executable(`${base}/${name}`, where.tree);
    if (found !== undefined) return found;
  }
  return undefined;
}

function executable(path: string, tree: FileTree): FoundCommand | undefined {
  const { entry } = tree.resolve(path);
  return entry !== undefined && isExecutable(entry) ? { path, entry } : undefined;
}
