import type { Rule } from '../../engine/rule.ts';
import { treePaths } from '../../toolkit/tree-paths.ts';

const VERSION = /(?:lua|luajit)-?(5\.\d|jit)?/;

/** package.path and package.cpath (luaconf.h); LuaJIT reads those of Lua 5.1. */
export const lua: Rule = {
  name: 'lua',
  summary: 'requires Lua modules',
  default: 'on',
  trigger: { path: /(^|\/)bin\/lua(jit)?[-\d.]*$/, soname: /^liblua(jit)?[-\d.]*\.so/ },
  eachFile: true,
  apply: (view, file) => {
    const found = VERSION.exec(file.elf?.soname ?? file.entry.path.slice(file.entry.path.lastIndexOf('/') + 1))?.[1];
    const versions = found === undefined ? ['5.1', '5.2', '5.3', '5.4'] : [found === 'jit' ? '5.1' : found];
    const shared = ['/usr/local/share', '/usr/local/lib', '/usr/share', ...view.libraryDirectories(file)];
    return {
      paths: shared.flatMap((at) => versions.flatMap((version) => treePaths(view, `${at}/lua/${version}`))),
    };
  },
};
