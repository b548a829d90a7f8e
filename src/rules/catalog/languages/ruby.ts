import type { Rule, RuleView, TriggerFile } from '../../engine/rule.ts';
import { namedDirectories } from '../../toolkit/places.ts';
import { environmentPaths, namesMatching, prefixesOf, treePaths } from '../../toolkit/tree-paths.ts';

/** Downloads, documentation, build logs, and sources of C extensions. */
const UNUSED =
  /(^|\/)(cache\/[^/]+\.gem|doc\/.*|build_info\/.*|rb_mjit_header-.*|gem_make\.out|mkmf\.log|[^/]+\.[ahco])$/;

/** $LOAD_PATH is compiled into the library (loadpath.c); gems lie where Gem.default_dir and Debian's and Docker's ways put them. */
export const ruby: Rule = {
  name: 'ruby',
  summary: "requires Ruby's standard library and the installed gems",
  default: 'on',
  trigger: { path: /(^|\/)bin\/(ruby[\d.]*|[jt]?ruby)$/, soname: /^libruby/, contains: ['RUBYLIB'] },
  packages: /^(ruby[\d.]*(-.*)?|libruby[\d.]*|rake|rubygems.*)$/,
  eachFile: true,
  apply: (view, file) => ({
    paths: [
      // Backquotes and system() run commands with more than words in them through it (process.c).
      '/bin/sh',
      ...[
        ...namedDirectories(view, file).filter((text) => /\/(ruby|site_ruby|vendor_ruby)(\/|$)/.test(text)),
        ...gemDirectories(view, file),
        ...environmentPaths(view, ['RUBYLIB', 'GEM_HOME', 'GEM_PATH', 'BUNDLE_PATH', 'BUNDLE_APP_CONFIG']),
      ].flatMap((directory) => treePaths(view, directory, UNUSED)),
    ],
  }),
};

function gemDirectories(view: RuleView, file: TriggerFile): string[] {
  return [
    ...prefixesOf(file.entry.path).flatMap((prefix) => [
      `${prefix}/lib/ruby`,
      `${prefix}/lib64/ruby`,
      `${prefix}/share/gems`,
      `${prefix}/share/ruby`,
      `${prefix}/share/rubygems-integration`,
    ]),
    ...view
      .libraryDirectories(file)
      .flatMap((directory) => [`${directory}/ruby`, `${directory}/rubygems-integration`, `${directory}/gems/ruby`]),
    ...namesMatching(view, '/var/lib/gems', /^\d/),
  ].filter((path) => view.exists(path));
}
