import type { Rule } from '../../engine/rule.ts';
import { environmentPaths } from '../../toolkit/tree-paths.ts';

/** libmagic knows nothing without its database: magic(4), and the places of several distributions. */
export const magic: Rule = {
  name: 'magic',
  summary: 'tells kinds of files by the magic database',
  default: 'on',
  trigger: { soname: /^libmagic\.so/ },
  packages: /^libmagic-mgc$/,
  apply: (view) => {
    const places = [
      '/usr/share/misc/magic',
      '/usr/share/file/magic',
      '/usr/lib/file/magic',
      '/usr/local/share/misc/magic',
    ];
    const compiled = places.map((place) => `${place}.mgc`).filter((path) => view.exists(path));
    return {
      paths: [...compiled, '/etc/magic', '/etc/magic.mime', ...environmentPaths(view, ['MAGIC'])],
      trees: compiled.length > 0 ? [] : places,
    };
  },
};
