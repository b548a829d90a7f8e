import { absoluteStrings } from '../../../elf/strings.ts';
import { isExecutable, type TreeEntry } from '../../../filesystem/tree-entry.ts';
import { baseName, withoutTrailingSlashes } from '../../../model/image-path.ts';
import type { Rule, RuleView, TriggerFile } from '../../engine/rule.ts';

/** Directories that rules of their own answer for: these themselves, and all below these programs'. */
const OTHERS =
  /\/(gconv|dri|gbm|glibc-hwcaps|security|sasl2|gss|gstreamer-1\.0|alsa-lib|coders|filters|ldb|sudo|ldap)$|\/(qt[56]?|gio|gdk-pixbuf-2\.0|gtk-\d\.0|krb5|postgresql|apache2|httpd|nginx|samba|mysql|mariadb|libmariadb3|openldap)(\/|$)/;

/** Bytes of what may be an index of the plugins beside them, or settings of one: graphviz' config6a. */
const INDEX = 128 * 1024;
const BUILD_TIME = /\.(l?a|o|h|pc|py)$/;

/** A directory of more than this many bytes of plugins is reported instead of taken. */
const LIMIT = 4_000_000;

/** A whole string in a file that names a directory with libraries in it: the directory of its plugins. */
export const pluginDirectories: Rule = {
  name: 'plugin-directories',
  summary: 'loads plugins from a directory that it names',
  default: LIMIT,
  trigger: { imports: ['dlopen', 'dlmopen', 'g_module_open', 'lt_dlopen', 'lt_dlopenext', 'scandir', 'opendir'] },
  eachFile: true,
  apply: (view, file) => ({
    paths: directories(view, file).flatMap(({ text, entries }) =>
      entries.map((entry) => `${text}/${baseName(entry.path)}`),
    ),
  }),
};

function directories(view: RuleView, file: TriggerFile): { text: string; entries: readonly TreeEntry[] }[] {
  const { elf, entry } = file;
  if (elf === undefined) return [];
  const general = new Set([
    '/lib',
    '/usr/lib',
    '/lib64',
    '/usr/lib64',
    '/usr/local/lib',
    '/',
    ...view.libraryDirectories(file),
  ]);
  const found = new Map<string, { text: string; entries: readonly TreeEntry[] }>();
  for (const string of absoluteStrings(view.content.content(entry), elf)) {
    const text = withoutTrailingSlashes(string);
    if (text === '' || general.has(text) || OTHERS.test(text) || found.has(text)) continue;
    const { status, path, entry: directory } = view.tree.resolve(text);
    if (status !== 'found' || directory?.type !== 'directory' || general.has(`/${path}`)) continue;
    const children = view.tree.children(path);
    const isPlugin = ({ path: name }: TreeEntry): boolean => /\.so(\.\d+)*$/.test(name);
    if (!children.some(isPlugin)) continue;
    found.set(text, { text, entries: children.filter((child) => isPlugin(child) || isIndex(child)) });
  }
  return [...found.values()];
}

function isIndex(entry: TreeEntry): boolean {
  const { path, type, size } = entry;
  return type === 'file' && size <= INDEX && !isExecutable(entry) && !BUILD_TIME.test(path);
}
