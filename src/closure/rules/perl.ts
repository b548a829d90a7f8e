import { namedDirectories } from './places.ts';
import type { Rule } from './rule.ts';
import { environmentPaths, treePaths } from './tree-paths.ts';

/** Documentation (`use diagnostics` reads perldiag.pod), headers, and notes on how files were installed. */
const UNUSED = /(^|\/)(?!perldiag\.pod$)[^/]+\.pod$|(^|\/)(CORE\/.*\.h|[^/]+\.a|\.packlist|perllocal\.pod)$/;

/** @INC is compiled into the interpreter, directory by directory (perl.c, S_init_perllib). */
export const perl: Rule = {
  name: 'perl',
  summary: 'loads modules from the directories of @INC',
  default: 'on',
  trigger: { path: /(^|\/)bin\/perl[\d.]*$/, soname: /^libperl\.so/ },
  eachFile: true,
  apply: (view, file) => {
    const directories = namedDirectories(view, file).filter((text) => /perl/.test(text));
    return {
      paths: [
        // Backquotes and system() run commands with more than words in them through it (doio.c).
        '/bin/sh',
        ...[...directories, ...environmentPaths(view, ['PERL5LIB', 'PERLLIB'])].flatMap((directory) =>
          treePaths(view, directory, UNUSED),
        ),
      ],
    };
  },
};
