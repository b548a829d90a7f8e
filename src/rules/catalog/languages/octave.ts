import type { Rule } from '../../engine/rule.ts';
import { prefixesOf, treePaths } from '../../toolkit/tree-paths.ts';

const UNUSED = /(^|\/)(doc|locale|test|tests|imagelib|icons|testsuite|etc\/tests|[^/]+\.a)(\/|$)/;

/** OCTAVE_HOME's directories of functions and compiled functions, and the packages (liboctave/system, defaults.cc). */
export const octave: Rule = {
  name: 'octave',
  summary: "calls Octave's functions and packages",
  default: 'on',
  trigger: { path: /(^|\/)bin\/octave(-cli)?(-[\d.]+)?$/, soname: /^liboctinterp\.so/ },
  packages: /^octave(-common|-doc)?$/,
  eachFile: true,
  apply: (view, file) => ({
    paths: [
      ...prefixesOf(file.entry.path).flatMap((prefix) => [`${prefix}/share/octave`, `${prefix}/lib/octave`]),
      ...view.libraryDirectories(file).map((directory) => `${directory}/octave`),
    ].flatMap((path) => treePaths(view, path, UNUSED)),
  }),
};
