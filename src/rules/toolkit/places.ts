import { absoluteStrings } from '../../elf/strings.ts';
import { parentPath, withoutTrailingSlashes } from '../../model/image-path.ts';
import type { RuleView, TriggerFile, Wanted } from '../engine/rule.ts';

/** Directories `name` beside a file, or where its loader looks by default: each that is there once, as absolute texts. */
export function directoriesNear(view: RuleView, file: TriggerFile, name: string): string[] {
  const found = new Map<string, string>();
  for (const directory of [`/${parentPath(file.entry.path)}`, ...view.libraryDirectories(file)]) {
    const text = `${directory}/${name}`;
    const { path, entry } = view.tree.resolve(text);
    if (entry?.type === 'directory' && !found.has(path)) found.set(path, text);
  }
  return [...found.values()];
}

/** The absolute paths compiled into a file, without slashes at their ends. */
export function namedPaths(view: RuleView, { entry, elf }: TriggerFile): string[] {
  if (elf === undefined) return [];
  const texts = absoluteStrings(view.content.content(entry), elf).map((text) => withoutTrailingSlashes(text) || '/');
  return [...new Set(texts)].filter((text) => text !== '/');
}

/** The directories among {@link namedPaths} that are there. */
export function namedDirectories(view: RuleView, file: TriggerFile): string[] {
  return namedPaths(view, file).filter((text) => view.tree.resolve(text).entry?.type === 'directory');
}

/**
 * Directories that a program writes into and that have to be there, with their owners and modes: by themselves, or with
 * the links in them where an image sends its logs elsewhere (`access.log -> /dev/stdout`).
 */
export function stateDirectories(view: RuleView, directories: readonly string[]): Wanted {
  const holdsLinksOnly = (directory: string): boolean => {
    const { status, path, entry } = view.tree.resolve(directory);
    const children = status === 'found' && entry !== undefined ? view.tree.children(path) : [];
    return children.length > 0 && children.every(({ type }) => type === 'symlink');
  };
  return { paths: directories, trees: directories.filter(holdsLinksOnly) };
}
