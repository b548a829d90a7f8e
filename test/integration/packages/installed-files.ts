import { createHash } from 'node:crypto';
import type { Tree } from '../cases/tree.ts';

const INFO = 'var/lib/dpkg/info/';
const DOCUMENTATION = /^usr\/share\/(doc|doc-base|man|info|locale|lintian|linda|groff|bug|help|gtk-doc|licenses)(\/|$)/;

/** What of a package's files is in another tree than the one that it is installed in. */
export interface Installed {
  /** of its files, documentation not counted, how many the other tree has */
  readonly kept: number;
  readonly files: number;
}

/** The packages of a Debian system of which `result` has files, by the name of the list: `libc6:amd64`. */
export function packagesIn(result: Tree, fat: Tree): Map<string, Installed> {
  const found = new Map<string, Installed>();
  for (const [path, { content }] of fat) {
    if (!path.startsWith(INFO) || !path.endsWith('.list')) continue;
    const all = content.split('\n').map((line) => merged(line.slice(1)));
    const files = all.filter((file) => file.includes('/') && (fat.get(file)?.type ?? 'directory') !== 'directory');
    const programs = files.filter((file) => !DOCUMENTATION.test(file));
    const counted = programs.length > 0 ? programs : files;
    const kept = counted.filter((file) => result.has(file)).length;
    if (kept > 0) found.set(path.slice(INFO.length, -'.list'.length), { kept, files: counted.length });
  }
  return found;
}

/** Where a path of a list lies since / and /usr are merged. */
export function merged(path: string): string {
  return path.replace(/^(bin|sbin|lib|lib32|lib64|libx32)\//, 'usr/$1/');
}

/** The stanzas of a control file, each as its fields by name. */
export function paragraphs(text: string): Map<string, string>[] {
  return text
    .split(/\n\n+/)
    .filter((paragraph) => paragraph.trim() !== '')
    .map((paragraph) => {
      const fields = paragraph.split(/\n(?![ \t])/).map((field) => /^([^:\s]+):([\s\S]*)$/.exec(field) ?? []);
      return new Map(fields.map(([, name = '', value = '']) => [name, value.trim()]));
    });
}

/** The paths of an md5sums file whose sums are wrong, or that are not there. */
export function wrongSums(text: string, tree: Tree): string[] {
  return text.split('\n').flatMap((line) => {
    const [sum, path = ''] = line.split('  ');
    if (line === '') return [];
    const node = tree.get(merged(path));
    const actual = createHash('md5')
      .update(Buffer.from(node?.content ?? '', 'latin1'))
      .digest('hex');
    return node !== undefined && actual === sum ? [] : [path];
  });
}
