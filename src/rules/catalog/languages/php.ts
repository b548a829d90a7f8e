import { baseName } from '../../../model/image-path.ts';
import type { Rule, RuleView } from '../../engine/rule.ts';
import { namedPaths } from '../../toolkit/places.ts';
import { environmentPaths, prefixesOf, treePaths } from '../../toolkit/tree-paths.ts';

const TRIGGER = { path: /(^|\/)s?bin\/php[-\w.]*$/, soname: /^libphp[\d.]*\.so/, contains: ['PHP_INI_SCAN_DIR'] };

/** What php.ini, the scanned *.ini files and their `extension` lines name; the directories are compiled in (main/php_ini.c). */
export const php: Rule = {
  name: 'php',
  summary: 'loads the extensions that php.ini and conf.d name',
  default: 'on',
  trigger: TRIGGER,
  packages: /^(lib)?php[\d.]*(-.*)?$/,
  eachFile: true,
  apply: (view, file) => {
    const named = namedPaths(view, file);
    // `/etc/php/8.2/cli` has php.ini and what PHP-FPM and others add; `/usr/local/etc/php` has conf.d.
    const configuration = [
      ...named.filter((text) => text.includes('/etc/') && text.includes('/php', text.indexOf('/etc/') + 4)),
      ...environmentPaths(view, ['PHP_INI_SCAN_DIR', 'PHPRC', 'PHP_INI_DIR']),
      ...prefixesOf(file.entry.path).flatMap((prefix) => [`${prefix}/etc/php-fpm.conf`, `${prefix}/etc/php-fpm.d`]),
      '/etc/php.ini',
      '/etc/php.d',
      '/etc/php-fpm.conf',
      '/etc/php-fpm.d',
    ].filter((path) => view.exists(path));
    const inis = configuration.flatMap((path) => iniFiles(view, path));
    const directories = named.filter((text) => /\/(php\d*|extensions|modules)(\/|$)/.test(text));
    const states = named.filter((text) => /^\/(var|run)\/.*php/.test(text));
    return {
      paths: [
        ...configuration,
        ...configuration.flatMap((path) => treePaths(view, path)),
        ...inis,
        ...inis.flatMap((ini) => extensions(view, view.text(ini), directories)),
        ...states,
      ],
    };
  },
};

/** PEAR's classes and Debian's packages of PHP code: `include_path` (main/main.c). */
export const phpLibraries: Rule = {
  name: 'php-libraries',
  summary: 'includes PHP code from the shared include_path',
  default: 8_000_000,
  trigger: TRIGGER,
  eachFile: true,
  apply: (view, file) => ({
    paths: [...prefixesOf(file.entry.path).map((prefix) => `${prefix}/lib/php`), '/usr/share/php', '/usr/share/pear']
      .filter((path) => view.names(path).some((name) => /\.php$|^[A-Z]/.test(name)))
      .flatMap((path) => treePaths(view, path, /^(extensions|build|doc|test|\d{8})$/)),
  }),
};

function iniFiles(view: RuleView, path: string): string[] {
  if (/\.ini$/.test(path)) return [path];
  return view
    .names(path)
    .flatMap((name) =>
      name === 'conf.d' || name.endsWith('.ini') ? iniFiles(view, `${path}/${name}`) : ([] as string[]),
    );
}

/** `extension=curl`, `extension=curl.so`, `zend_extension=/abs/opcache.so`. */
function extensions(view: RuleView, text: string, directories: readonly string[]): string[] {
  const own = [...text.matchAll(/^[ \t]*extension_dir\s*=\s*"?([^"\s;]+)/gm)].map((match) => match[1] as string);
  const names = [...text.matchAll(/^[ \t]*(?:zend_)?extension\s*=\s*"?([^"\s;]+)/gm)].map(
    (match) => match[1] as string,
  );
  return names
    .flatMap((name) => (name.startsWith('/') ? [name] : [...own, ...directories].map((at) => `${at}/${name}`)))
    .flatMap((path) => [path, `${path}.so`])
    .filter((path) => baseName(path).endsWith('.so') && view.exists(path));
}
