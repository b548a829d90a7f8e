import type { Rule, RuleView, TriggerFile } from '../../engine/rule.ts';
import { mentionedFiles, readIncluding } from '../../toolkit/configuration.ts';
import { namedDirectories, namedPaths, stateDirectories } from '../../toolkit/places.ts';

export const NGINX = /(^|\/)s?bin\/(nginx|angie|freenginx|tengine|nginx-debug)$/;

/** Relative `include`s count from the main file's directory, `load_module` and `root` from the prefix. */
export const nginx: Rule = {
  name: 'nginx',
  summary: 'serves HTTP: the modules and files that the nginx configuration names',
  default: 'on',
  trigger: { path: NGINX },
  eachFile: true,
  apply: (view, file) => {
    const mains = mainFiles(view, file);
    const text = [...configuration(view, mains).values()].join('\n');
    const named = namedPaths(view, file).filter((path) => /^\/var\/.*\//.test(path));
    const state = stateDirectories(view, [
      ...named,
      ...named.map((path) => path.slice(0, path.lastIndexOf('/'))),
      '/var/log/nginx',
      '/var/cache/nginx',
    ]);
    return {
      paths: [
        ...(state.paths ?? []),
        ...directives(text, 'load_module').flatMap((path) => belowAny(view, file, path)),
        ...mentionedFiles(view, text),
      ],
      trees: [...(state.trees ?? []), ...mains.map((path) => path.slice(0, path.lastIndexOf('/')))],
    };
  },
};

/** The directories that a configuration serves: `root` and `alias`. */
export function nginxContent(view: RuleView, file: TriggerFile): string[] {
  const text = [...configuration(view, mainFiles(view, file)).values()].join('\n');
  return directives(text, 'root|alias').flatMap((path) => belowAny(view, file, path));
}

/** The main file is compiled in as an absolute path, or below the prefix. */
function mainFiles(view: RuleView, file: TriggerFile): string[] {
  const named = namedPaths(view, file).filter((path) => path.endsWith('.conf'));
  const below = namedDirectories(view, file).map((directory) => `${directory}/conf/nginx.conf`);
  return [...named, ...below].filter((path) => view.exists(path));
}

function configuration(view: RuleView, mains: readonly string[]): ReadonlyMap<string, string> {
  const all = new Map<string, string>();
  for (const main of mains) {
    const directory = main.slice(0, main.lastIndexOf('/'));
    const texts = readIncluding(view, [main], (line) =>
      directives(line, 'include').map((path) => (path.startsWith('/') ? path : `${directory}/${path}`)),
    );
    for (const [path, text] of texts) all.set(path, text);
  }
  return all;
}

/** The first word after some directives. */
function directives(text: string, names: string): string[] {
  const lines = text.replace(/(^|\s)#.*/g, '');
  return [...lines.matchAll(new RegExp(`(?<![\\w$-])(?:${names})\\s+["']?([^\\s"';]+)`, 'g'))].map(
    ([, path = '']) => path,
  );
}

function belowAny(view: RuleView, file: TriggerFile, path: string): string[] {
  if (path.startsWith('/')) return [path];
  return namedDirectories(view, file)
    .map((directory) => `${directory}/${path}`)
    .filter((found) => view.exists(found));
}
