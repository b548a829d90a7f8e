import type { Rule, RuleView, TriggerFile, Wanted } from '../../engine/rule.ts';
import { treePaths } from '../../toolkit/tree-paths.ts';
import { includeDirectories, isPerlSource, PERL } from './perl-files.ts';

/** Documentation (`use diagnostics` reads perldiag.pod), headers, and notes on how files were installed. */
const UNUSED = /(^|\/)(?!perldiag\.pod$)[^/]+\.pod$|(^|\/)(CORE\/.*\.h|[^/]+\.a|\.packlist|perllocal\.pod)$/;

/** Anything but the system's own scripts, which say what they use, see `perl-use`. */
const OWN = /^(?!usr\/(?!local\/|src\/)|etc\/|var\/lib\/(dpkg|apt)\/|lib\/|s?bin\/)/;

/** Perl as what the image is for: a command of its configuration, or the language of a program that is not the system's. */
export const perl: Rule = {
  name: 'perl',
  summary: 'loads any module from the directories of @INC',
  default: 'on',
  trigger: { path: new RegExp(`${PERL.source}|${OWN.source}`) },
  packages: /^(perl(-base|-modules.*|-doc)?|libperl5.*)$/,
  eachFile: true,
  apply: (view, file) => {
    const isWanted = file.elf === undefined ? isPerlSource(view, file) : PERL.test(file.entry.path) && isCommand(view);
    return isWanted ? wholeLibrary(view, file) : {};
  },
};

/** What only the system's scripts use perl for may need more than they name. */
export const perlLibrary: Rule = {
  name: 'perl-library',
  summary: "loads modules that no kept script names from Perl's library",
  default: 'off',
  trigger: { path: PERL },
  apply: wholeLibrary,
};

function wholeLibrary(view: RuleView, file: TriggerFile): Wanted {
  const directories = includeDirectories(view, file.elf === undefined ? undefined : file);
  // Backquotes and system() run commands with more than words in them through it (doio.c).
  return { paths: ['/bin/sh', ...directories.flatMap((directory) => treePaths(view, directory, UNUSED))] };
}

function isCommand({ run: { Entrypoint = [], Cmd = [] } }: RuleView): boolean {
  return [...Entrypoint, ...Cmd].some((word) => /(^|[\s/])perl[\d.]*(\s|$)/.test(word));
}
