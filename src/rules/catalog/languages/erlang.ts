import type { Rule } from '../../engine/rule.ts';
import { environmentPaths, treePaths } from '../../toolkit/tree-paths.ts';

/** Sources, headers, manuals and examples: a release leaves them out as well (systools). */
const UNUSED = /^lib\/[^/]+\/(src|doc|examples|c_src|emacs|include)$|^(erts-[^/]+\/(src|doc|include|lib)|doc|man|usr)$/;

const ROOT = /^(.*\/(?:erlang|elixir)|erlang|elixir)\/(?:erts-[^/]+\/)?bin\/[^/]+$/;

/** `erl` starts the emulator by paths below ROOTDIR, and the emulator loads the `ebin` directories in `lib` (code(3erl)). */
export const erlang: Rule = {
  name: 'erlang',
  summary: "loads Erlang's and Elixir's applications",
  default: 'on',
  trigger: { path: ROOT },
  packages: /^(erlang|elixir)(-.*)?$/,
  eachFile: true,
  per: ({ entry }) => ROOT.exec(entry.path)?.[1] ?? '',
  apply: (view, { entry }) => {
    const root = `/${ROOT.exec(entry.path)?.[1] ?? ''}`;
    return {
      paths: [root, ...environmentPaths(view, ['ERL_LIBS'])].flatMap((path) => treePaths(view, path, UNUSED)),
    };
  },
};
