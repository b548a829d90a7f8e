import type { Rule, RuleView, TriggerFile } from '../../engine/rule.ts';
import { mentionedFiles, readIncluding } from '../../toolkit/configuration.ts';
import { namedDirectories, stateDirectories } from '../../toolkit/places.ts';

/** What is read where, in the main file's directory: Debian; Red Hat, httpd's own layout; Alpine. */
const MAIN_FILES = ['apache2.conf', 'conf/httpd.conf', 'httpd.conf'];

export const APACHE = /(^|\/)s?bin\/(apache2|httpd)$/;

/** An Apache httpd's configuration, as far as it can be read without knowing what is defined. */
export interface ApacheConfiguration {
  readonly serverRoot: string;
  readonly texts: ReadonlyMap<string, string>;
}

/**
 * Modules are loaded by name (LoadModule, LoadFile). Conditions count as fulfilled: which of them are depends on the
 * command line.
 */
export const apache: Rule = {
  name: 'apache',
  summary: 'serves HTTP: the modules and files that the Apache configuration names',
  default: 'on',
  trigger: { path: APACHE },
  eachFile: true,
  apply: (view, file) => {
    const configurations = apacheConfigurations(view, file);
    const state = stateDirectories(view, [
      ...['/var/log/apache2', '/var/log/httpd', '/var/run/apache2', '/var/lock/apache2', '/run/httpd'],
      ...['/var/cache/apache2', '/var/cache/apache2/mod_cache_disk', '/var/lib/apache2', '/var/www/html'],
      ...configurations.map(({ serverRoot }) => `${serverRoot}/logs`),
    ]);
    return {
      paths: [
        ...(state.paths ?? []),
        ...configurations.flatMap(({ serverRoot, texts }) => [
          ...texts.keys(),
          ...['envvars', 'magic', 'conf/magic', 'conf/mime.types', 'bin/envvars'].map(
            (name) => `${serverRoot}/${name}`,
          ),
          ...directives(texts, 'LoadModule|LoadFile').map((words) => below(serverRoot, words.at(-1) ?? '')),
          ...mentionedFiles(view, [...texts.values()].join('\n')),
        ]),
        '/etc/mime.types',
      ],
      trees: [...(state.trees ?? []), ...configurations.map(({ serverRoot }) => configurationTree(view, serverRoot))],
    };
  },
};

/** The directories that a configuration serves: DocumentRoot and aliases. */
export function apacheContent(view: RuleView, file: TriggerFile): string[] {
  return apacheConfigurations(view, file).flatMap(({ serverRoot, texts }) =>
    directives(texts, 'DocumentRoot|Alias|ScriptAlias').map((words) => below(serverRoot, words.at(-1) ?? '')),
  );
}

function apacheConfigurations(view: RuleView, file: TriggerFile): ApacheConfiguration[] {
  const roots = [...new Set([...namedDirectories(view, file), '/etc/apache2', '/etc/httpd'])];
  return roots.flatMap((root) => {
    const main = MAIN_FILES.map((name) => `${root}/${name}`).find((path) => view.exists(path));
    if (main === undefined) return [];
    const [, serverRoot = root] = /^[ \t]*ServerRoot\s+"?(\/[^\s"]+)/im.exec(view.text(main)) ?? [];
    const texts = readIncluding(view, [main], (line) => {
      const [, path] = /^\s*Include(?:Optional)?\s+"?([^\s"]+)/i.exec(line) ?? [];
      return path === undefined ? [] : [below(serverRoot, path)];
    });
    return [{ serverRoot, texts }];
  });
}

/** The words after some directives, quotes removed. */
function directives(texts: ReadonlyMap<string, string>, names: string): string[][] {
  const lines = [...texts.values()].flatMap(
    (text) => text.match(new RegExp(`^[ \\t]*(${names})[ \\t].*$`, 'gim')) ?? [],
  );
  return lines.map((line) => [...line.trim().matchAll(/"([^"]*)"|(\S+)/g)].slice(1).map((m) => m[1] ?? m[2] ?? ''));
}

/** Configuration directories are small, and hold what is read by names in variables. */
function configurationTree(view: RuleView, serverRoot: string): string {
  return view.exists(`${serverRoot}/apache2.conf`) ? serverRoot : `${serverRoot}/conf`;
}

function below(root: string, path: string): string {
  return path.startsWith('/') ? path : `${root}/${path}`;
}
