import { baseName } from '../../../model/image-path.ts';
import type { Rule, RuleView, TriggerFile } from '../../engine/rule.ts';
import { namesMatching, prefixesOf, treePaths } from '../../toolkit/tree-paths.ts';

/** The driver, however it is called: gcc, g++-12, x86_64-linux-gnu-gcc-12, cc. */
const TRIGGER = { path: /(^|\/)bin\/(\w+-[\w-]+-)?(gcc|g\+\+|cc|c\+\+|cpp|gfortran|c89|c99)(-[\d.]+)?$/ };

/** Link-time optimisation, sanitizers and plugins of the compiler: large, and asked for by options. */
const EXTRAS = /(^|\/)(plugin|install-tools|lto1|lib[a-z]+san(_preinit)?\.\w+)$/;

/** Empty since glibc 2.34 (but libg and libm), and named in build files all the same. */
const ARCHIVES = ['pthread', 'dl', 'rt', 'util', 'anl', 'resolv', 'g'].map((name) => `lib${name}.a`);
const START_FILE = /^([gMSr]?crt1|crt[in]|[gr]crt1|Scrt1)\.o$/;

/** Linker scripts and links without a version are small; what else is called lib*.so is a library of its own. */
const LARGEST_SCRIPT = 4096;

/** The driver runs what lies in its own directories (gcc/gcc.cc, STANDARD_EXEC_PREFIX), and the assembler and linker of PATH. */
export const gcc: Rule = {
  name: 'gcc',
  summary: 'compiles, assembles and links with headers and start files',
  default: 'on',
  trigger: TRIGGER,
  packages:
    /^((gcc|g\+\+|cpp|gfortran|clang)(-[\d.]+)?(-.*)?|binutils(-.*)?|lib(c6|gcc-[\d.]+|stdc\+\+-[\d.]+)-dev(-.*)?|(musl|libc)-dev(-bin)?|linux-libc-dev|libc-dev-bin|build-(essential|base))$/,
  eachFile: true,
  apply: (view, file) => ({
    paths: [
      ...ownDirectories(view, file).flatMap((path) => treePaths(view, path, EXTRAS)),
      ...programs(view, file, /^([\w-]+-)?(as|ld(\.bfd)?)$/),
      ...['/usr/include', '/usr/local/include'].flatMap((path) => treePaths(view, path)),
      ...view
        .libraryDirectories(file)
        .flatMap((at) => [
          ...namesMatching(view, at, START_FILE),
          ...namesMatching(view, at, /^lib.*\.so$/).filter((path) => isForLinking(view, path)),
          ...namesMatching(view, at, /^lib.*_nonshared\.a$/),
          ...ARCHIVES.map((name) => `${at}/${name}`),
        ]),
    ],
  }),
};

export const gccExtras: Rule = {
  name: 'gcc-extras',
  summary: 'links statically, with sanitizers, with gold, and optimises at link time',
  default: 'off',
  trigger: TRIGGER,
  eachFile: true,
  apply: (view, file) => ({
    paths: [
      ...ownDirectories(view, file).flatMap((path) => treePaths(view, path)),
      ...programs(view, file, /^([\w-]+-)?ld\.\w+$/),
      ...view.libraryDirectories(file).flatMap((at) => namesMatching(view, at, /^lib.*\.a$/)),
    ],
  }),
};

function isForLinking(view: RuleView, path: string): boolean {
  const { entry } = view.tree.resolve(path, { followLast: false });
  return entry?.type === 'symlink' || (entry?.type === 'file' && entry.inode.size <= LARGEST_SCRIPT);
}

function programs(view: RuleView, { entry }: TriggerFile, pattern: RegExp): string[] {
  return prefixesOf(entry.path).flatMap((prefix) => namesMatching(view, `${prefix}/bin`, pattern));
}

/** `lib/gcc/<machine>/<version>` and the same in libexec. */
function ownDirectories(view: RuleView, { entry }: TriggerFile): string[] {
  const version = /-([\d.]+)$/.exec(entry.path)?.[1];
  return prefixesOf(entry.path)
    .flatMap((prefix) => ['lib', 'lib64', 'libexec'].map((name) => `${prefix}/${name}/gcc`))
    .flatMap((at) => namesMatching(view, at, /-/))
    .flatMap((at) => namesMatching(view, at, /^\d/))
    .filter((at) => version === undefined || baseName(at).split('.')[0] === version.split('.')[0]);
}
