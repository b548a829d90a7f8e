import type { Rule } from '../../engine/rule.ts';
import { environmentPaths, prefixesOf, treePaths } from '../../toolkit/tree-paths.ts';

/** Help pages, manuals, translations, headers and tests of packages. */
const UNUSED =
  /(^|\/)(tests|doc|demo|html|include|help)(\/|$)|^library\/translations$|(^|\/)(CITATION|NEWS[^/]*|INDEX|[^/]+\.a)$/;

/** R_HOME is where the starting script says (R Installation and Administration, 6 Add-on packages). */
export const rLanguage: Rule = {
  name: 'r',
  summary: "attaches R's own and the installed packages",
  default: 'on',
  trigger: { path: /(^|\/)bin\/(exec\/)?(R|Rscript)$/, soname: /^libR\.so/ },
  packages: /^(r-(base|recommended|doc|cran|bioc)(-.*)?|R(-doc)?)$/,
  eachFile: true,
  apply: (view, { entry }) => {
    const prefixes = prefixesOf(entry.path);
    const homes = prefixes
      .flatMap((prefix) => [prefix, `${prefix}/lib/R`, `${prefix}/lib64/R`])
      .filter((home) => view.exists(`${home}/library/base`));
    const sites = ['/usr/local/lib/R', '/usr/lib/R', ...homes].map((at) => `${at}/site-library`);
    const shared = prefixes.map((prefix) => `${prefix}/share/R/share`);
    const variables = ['R_HOME', 'R_LIBS', 'R_LIBS_SITE', 'R_LIBS_USER'];
    return {
      paths: [...homes, ...sites, ...shared, '/etc/R', ...environmentPaths(view, variables)].flatMap((path) =>
        treePaths(view, path, UNUSED),
      ),
    };
  },
};
