import type { Rule } from '../../engine/rule.ts';
import { prefixesOf } from '../../toolkit/tree-paths.ts';

/** stdbuf(1) preloads its library into what it runs, from PKGLIBEXECDIR or from beside itself (src/stdbuf.c, set_LD_PRELOAD). */
export const stdbuf: Rule = {
  name: 'stdbuf',
  summary: 'preloads libstdbuf.so into what it runs',
  default: 'on',
  trigger: { path: /(^|\/)bin\/stdbuf$/ },
  apply: (view, file) => ({
    paths: prefixesOf(file.entry.path).flatMap((prefix) => [
      ...['libexec', 'lib'].map((name) => `${prefix}/${name}/coreutils/libstdbuf.so`),
      ...view.libraryDirectories(file).map((directory) => `${directory}/coreutils/libstdbuf.so`),
    ]),
  }),
};
