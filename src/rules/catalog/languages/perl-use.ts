import type { Rule, RuleView, Wanted } from '../../engine/rule.ts';
import { includeDirectories, isPerlSource, LIBPERL, PERL } from './perl-files.ts';

/**
 * What perl loads without being told by name (load_module in op.c, gv.c, perlio.c, toke.c, universal.c): attributes of
 * variables and subs, `%!` and `%+`, `<*.c>`, `open(\$x)` and other layers, methods of file handles, `use v5.36`, `dbmopen`;
 * and the pragmas and loaders that nearly every module names.
 */
const IMPLICIT = `strict warnings utf8 feature builtin Carp Errno Exporter IO::File IO::Handle IO::Seekable File::Glob
  PerlIO::scalar PerlIO::encoding PerlIO::via Encode Encode::Alias Encode::Config Encode::Encoding Encode::Unicode attributes
  Tie::Hash::NamedCapture re overload overloading mro bytes constant base parent fields integer lib
  locale vars Config DynaLoader XSLoader AutoLoader AnyDBM_File Symbol SelectSaver Fcntl`.split(/\s+/);

/** Beside them: parts of those modules, and before Perl 5.32 the tables of character properties. */
const IMPLICIT_FILES = ['Config_heavy.pl', 'bytes_heavy.pl', 'utf8_heavy.pl'];

/** `use X`, `require X`, `no X` where a statement begins; the rest of the statement may name more. */
const USE = /(?:^|[;{])[ \t]*(?:use|no|require)\s+([A-Za-z_]\w*(?:::\w+)*)([^;]*)/gm;

/** Modules whose arguments are modules. */
const LOADERS = /^(parent|base|autouse|if|aliased)$/;

/** Modules that kept Perl files name; each module that is kept is read in turn. */
export const perlUse: Rule = {
  name: 'perl-use',
  summary: 'loads the modules that kept Perl scripts and modules name',
  default: 'on',
  trigger: {
    soname: LIBPERL,
    path: new RegExp(`${PERL.source}|\\.(pl|pm|al|psgi)$|/s?bin/[^/]+$|^usr/(lib|libexec|share)/[^.]+$`),
  },
  eachFile: true,
  apply: (view, file) => {
    const { entry, elf } = file;
    if (PERL.test(entry.path) || LIBPERL.test(elf?.soname ?? '')) return implicit(view);
    if (!isPerlSource(view, file)) return {};
    const named = modulesNamedIn(view.text(`/${file.entry.path}`));
    return { paths: named.flatMap((name) => moduleFiles(view, name)) };
  },
};

function implicit(view: RuleView): Wanted {
  const directories = includeDirectories(view);
  const tables = directories.filter((directory) => view.exists(`${directory}/utf8_heavy.pl`));
  return {
    paths: [
      ...IMPLICIT.flatMap((name) => moduleFiles(view, name)),
      ...directories.flatMap((directory) => IMPLICIT_FILES.map((name) => `${directory}/${name}`)),
    ],
    trees: tables.map((directory) => `${directory}/unicore`),
  };
}

/** The names of modules in a Perl source, its documentation and data left out. */
export function modulesNamedIn(source: string): string[] {
  const code = source.replace(/^__(END|DATA)__[\s\S]*/m, '').replace(/^=[a-z][\s\S]*?(^=cut.*$|(?![\s\S]))/gm, '');
  const names = new Set<string>();
  for (const [, name = '', rest = ''] of code.matchAll(USE)) {
    names.add(name);
    if (LOADERS.test(name)) for (const [one] of rest.matchAll(/\b[A-Z]\w*(::\w+)*\b/g)) names.add(one);
  }
  return [...names];
}

/**
 * A module's file with its compiled part and its autoloaded functions, in every directory of @INC that has it: which one
 * comes first is not known, the order of the texts in the interpreter being another.
 */
function moduleFiles(view: RuleView, name: string): string[] {
  const inner = name.replaceAll('::', '/');
  return includeDirectories(view).flatMap((directory) => {
    const compiled = view.names(`${directory}/auto/${inner}`).filter((file) => /\.(so|al|ix|bs)$/.test(file));
    return [`${directory}/${inner}.pm`, ...compiled.map((file) => `${directory}/auto/${inner}/${file}`)];
  });
}
