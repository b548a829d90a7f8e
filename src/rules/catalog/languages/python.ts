import { mentionsAny } from '../../../elf/strings.ts';
import { baseName } from '../../../model/image-path.ts';
import type { Rule, RuleView, Trigger, TriggerFile } from '../../engine/rule.ts';
import { environmentPaths, namesMatching, prefixesOf, specificPaths, treePaths } from '../../toolkit/tree-paths.ts';

/** Tools and tests that programs don't import, relative to a directory of modules. */
const TOOLS = /^(test|idlelib|turtledemo|ensurepip|lib2to3\/tests|((site|dist)-packages\/)?pip(-[^/]*\.dist-info)?)$/;
/** What a C compiler would want, and what only a debugger of the interpreter reads. */
const DEVELOPMENT = /^config-\d|^(.*\/)?[^/]+\.(a|exe|pdb)$|(^|\/)(sqlite3|ctypes|unittest|distutils|tkinter)\/tests?$/;
const PACKAGES = ['site-packages', 'dist-packages'];
const WITHOUT_TOOLS = new RegExp(`${TOOLS.source}|${DEVELOPMENT.source}`);

const TRIGGER: Trigger = {
  path: /(^|\/)bin\/(python|pypy)\d?(\.\d+)?[a-z]*$/,
  soname: /^libpython\d\.\d+[a-z]*\.so/,
  link: /(^|\/)bin\/python[\d.]*$/,
  // A copy under another name, and programs with an interpreter in them.
  contains: ['Py_BytesMain'],
};

/** Where site.py and getpath.py look (Modules/getpath.py), in the layouts of CPython itself, Debian and Fedora. */
export const python: Rule = {
  name: 'python',
  summary: "imports Python's standard library and the installed packages",
  default: 'on',
  trigger: TRIGGER,
  packages:
    /^((lib)?python[\d.]+(-minimal|-stdlib|-distutils|-lib2to3|-venv|-pip-whl|-setuptools-whl)?|pypy[\d.]*(-lib)?|python3-pip)$/,
  eachFile: true,
  apply: (view, file) => ({
    paths: [
      // subprocess(shell=True), as perl's, ruby's and node's functions of that kind, names it itself.
      '/bin/sh',
      // ctypes.util.find_library() runs `/sbin/ldconfig -p`, which reads the cache.
      '/sbin/ldconfig',
      '/etc/ld.so.cache',
      ...single(view, file),
      ...moduleDirectories(view, file).flatMap((directory) => treePaths(view, directory, WITHOUT_TOOLS)),
    ],
  }),
};

export const pythonTools: Rule = {
  name: 'python-tools',
  summary: "has Python's own tests, IDLE and pip at hand",
  default: 'off',
  quiet: true,
  trigger: TRIGGER,
  eachFile: true,
  apply: (view, file) => ({
    paths: moduleDirectories(view, file).flatMap((directory) =>
      [...namesIn(view, directory), ...PACKAGES.flatMap((name) => namesIn(view, directory, `${name}/`))]
        .filter((name) => TOOLS.test(name))
        .flatMap((name) => treePaths(view, `${directory}/${name}`)),
    ),
  }),
};

/** The configuration of a virtual environment, and zipped standard libraries. */
function single(view: RuleView, { entry }: TriggerFile): string[] {
  return prefixesOf(entry.path).flatMap((prefix) => [
    `${prefix}/pyvenv.cfg`,
    ...namesMatching(view, `${prefix}/lib`, /^python\d+\.zip$/),
  ]);
}

function moduleDirectories(view: RuleView, file: TriggerFile): string[] {
  const version = /(\d\.\d+[a-z]*)(\.so.*)?$/.exec(file.elf?.soname ?? baseName(file.entry.path))?.[1];
  const found: string[] = [];
  for (const prefix of prefixesOf(file.entry.path)) {
    // A link matters where it makes a virtual environment; elsewhere its target does.
    if (file.entry.type === 'symlink' && !view.exists(`${prefix}/pyvenv.cfg`)) continue;
    const versions = ['lib', 'lib64'].flatMap((lib) =>
      namesMatching(view, `${prefix}/${lib}`, version === undefined ? /^(python|pypy)\d[\d.]*$/ : exactly(version)),
    );
    if (versions.length === 0) continue;
    found.push(...versions, ...outside(view, prefix, [...new Set(versions.map(baseName))]));
    break;
  }
  if (found.length === 0 && file.entry.type === 'file') found.push(...compiledIn(view, file));
  const all = [...found, ...found.flatMap((directory) => pathFileTargets(view, directory))];
  return [...new Set([...all, ...environmentPaths(view, ['PYTHONPATH'])])];
}

/** A copy elsewhere finds its library in the prefix that it was built for (PREFIX and VERSION in Modules/getpath.c). */
function compiledIn(view: RuleView, { entry, elf }: TriggerFile): string[] {
  if (elf === undefined) return [];
  const source = view.content.content(entry);
  return ['/usr/local', '/usr'].flatMap((prefix) =>
    namesMatching(view, `${prefix}/lib`, /^python\d\.\d+$/)
      .filter((path) => mentionsAny(source, elf, [`\0${baseName(path).slice('python'.length)}\0`]))
      .flatMap((path) => [path, ...outside(view, prefix, [baseName(path)])]),
  );
}

/** Directories of packages outside of the interpreter's own: /usr/lib/python3 is for all versions on Debian. */
function outside(view: RuleView, prefix: string, versions: readonly string[]): string[] {
  return versions
    .flatMap((name) => [
      `${prefix}/lib/${name.replace(/\.\d+$/, '')}`,
      `/usr/local/lib/${name}`,
      `/usr/local/lib64/${name}`,
      `/root/.local/lib/${name}`,
      `/etc/${name}`,
    ])
    .filter((path) => view.exists(path));
}

/** Lines of `*.pth` files in a directory of packages that add a directory (site.py). */
function pathFileTargets(view: RuleView, directory: string): string[] {
  const lines = [directory, ...PACKAGES.map((name) => `${directory}/${name}`)]
    .flatMap((packages) => namesMatching(view, packages, /\.pth$/))
    .flatMap((path) => view.text(path).split('\n'));
  return specificPaths(
    view,
    lines.map((line) => line.trim()),
  );
}

function namesIn(view: RuleView, directory: string, below = ''): string[] {
  return view.names(`${directory}/${below}`.replace(/\/$/, '')).map((name) => below + name);
}

function exactly(version: string): RegExp {
  return new RegExp(`^python${version.replaceAll('.', '\\.')}$`);
}
