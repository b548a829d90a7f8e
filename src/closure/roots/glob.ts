import picomatch from 'picomatch';
import type { FileTree } from '../../filesystem/file-tree.ts';
import type { TreeEntry } from '../../filesystem/tree-entry.ts';
import { type ImagePath, imagePath, ROOT, withAncestors, withoutTrailingSlashes } from '../../model/image-path.ts';

/** A glob as the caller gave it, ready to be asked about entries. */
export interface PathGlob {
  readonly text: string;
  /** true for what the glob names and for everything below a directory that it names */
  matches(entry: TreeEntry): boolean;
  /** Every entry that it matches; looks only where it can match. */
  entries(tree: FileTree): Iterable<TreeEntry>;
  /** the links on the way to what it names, for globs through a link such as `/lib` -> `usr/lib` */
  readonly links: readonly ImagePath[];
}

/**
 * Globs are absolute paths in the image (`/usr/share/zoneinfo/**`); one without a slash matches a name at any depth
 * (`*.pyc`). Links in front of the first wildcard are followed, so `/lib/x*` finds what lies in `/usr/lib`. A link that is
 * the last of a path without wildcards stands for what it leads to, unless `followLast` is false.
 */
export function compileGlob(text: string, tree: FileTree, { followLast = true } = {}): PathGlob {
  const { base, glob } = picomatch.scan(text);
  const anywhere = !text.includes('/');
  const resolved = anywhere ? undefined : tree.resolve(imagePath(base), { followLast: followLast || glob !== '' });
  const patterns = [anywhere ? `**/${text}` : absolute(text)];
  if (resolved?.status === 'found' && resolved.links.length > 0) {
    const real = `/${asText(resolved.path)}`;
    patterns.push(glob === '' ? escapeGlob(real) : `${escapeGlob(real)}/${glob}`);
  }
  const isMatch = picomatch(patterns, { dot: true });
  const known = new Map<ImagePath, boolean>();
  const matchesPath = (path: ImagePath): boolean => {
    let answer = known.get(path);
    if (answer === undefined) {
      answer = isMatch(`/${asText(path)}`);
      known.set(path, answer);
    }
    return answer;
  };
  const matches = (entry: TreeEntry): boolean => {
    if (isMatch(`/${asText(entry.path)}`)) return true;
    for (const path of withAncestors(entry.path)) if (path !== entry.path && matchesPath(path)) return true;
    return false;
  };
  const places = anywhere ? [ROOT] : new Set([imagePath(base), resolved?.path ?? ROOT]);
  return {
    text,
    links: resolved?.links ?? [],
    matches,
    *entries(within) {
      for (const place of places) {
        const entry = within.get(place);
        if (entry !== undefined && matches(entry)) yield entry;
        for (const below of within.descendants(place)) if (matches(below)) yield below;
      }
    },
  };
}

function absolute(text: string): string {
  const trimmed = withoutTrailingSlashes(text.replace(/^\.?\/+/, ''));
  return `/${trimmed}`;
}

function escapeGlob(text: string): string {
  return text.replace(/[\\*?[\]{}()!+@|]/g, '\\$&');
}

/** Paths are bytes; a glob is text. */
function asText(path: ImagePath): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: 0x00-0x7f is the range of ASCII
  return /^[\x00-\x7f]*$/.test(path) ? path : Buffer.from(path, 'latin1').toString('utf8');
}
