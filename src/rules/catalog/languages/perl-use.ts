import type { Rule, RuleView } from '../../engine/rule.ts';
import { includeDirectories, isPerlSource, PERL } from './perl-files.ts';

/** What perl loads without being told by name: `%!` and `%+`, `<*.c>`, `open(\$x)`, methods of file handles, layers. */
const IMPLICIT = `strict warnings utf8 feature Carp Errno Exporter IO::File IO::Handle File::Glob PerlIO::scalar
  Tie::Hash::NamedCapture re overload`.split(/\s+/);

/** `use X`, `require X`, `no X` where a statement begins; the rest of the statement may name more. */
const USE = /(?:^|[;{])[ \t]*(?:use|no|require)\s+([A-Za-z_]\w*(?:::\w+)*)([^;]*)/gm;

/** Modules whose arguments are modules. */
const LOADERS = /^(parent|base|autouse|if|aliased)$/;

/** Modules that kept Perl files name; each module that comes along is read in turn. */
export const perlUse: Rule = {
  name: 'perl-use',
  summary: 'loads the modules that kept Perl scripts and modules name',
  default: 'on',
  trigger: { path: new RegExp(`${PERL.source}|\\.(pl|pm|al|psgi)$|/s?bin/[^/]+$|^usr/(lib|libexec|share)/[^.]+$`) },
  eachFile: true,
  apply: (view, file) => {
    if (PERL.test(file.entry.path)) return { paths: IMPLICIT.flatMap((name) => moduleFiles(view, name)) };
    if (!isPerlSource(view, file)) return {};
    const named = modulesNamedIn(view.text(`/${file.entry.path}`));
    return { paths: named.flatMap((name) => moduleFiles(view, name)) };
  },
};

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
