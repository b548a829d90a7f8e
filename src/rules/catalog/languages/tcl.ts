import type { Rule } from '../../engine/rule.ts';
import { environmentPaths, prefixesOf, treePaths } from '../../toolkit/tree-paths.ts';

/** init.tcl and the packages: where Tcl_Init looks (generic/tclInterp.c), and Debian's own place. */
export const tcl: Rule = {
  name: 'tcl',
  summary: "sources Tcl's and Tk's script libraries",
  default: 'on',
  trigger: { soname: /^lib(tcl|tk)[89][\d.t]*\.so/, path: /(^|\/)bin\/(tclsh|wish)[\d.]*$/ },
  eachFile: true,
  apply: (view, { entry, elf }) => {
    const name = elf?.soname ?? entry.path;
    const [, kind = 'tcl', version = ''] = /(tcl|tk)(?:sh)?([\d.]*\d)/.exec(name) ?? [];
    const near = prefixesOf(entry.path).flatMap((prefix) => [prefix, `${prefix}/lib`, `${prefix}/share`]);
    const all = [...near, '/usr/share/tcltk', '/usr/lib/tcltk'];
    const own = all.map((at) => `${at}/${kind}${version}`);
    // tcl8/8.6/http-2.9.5.tm: modules of all versions of Tcl 8.
    const modules = all.map((at) => `${at}/tcl${version.slice(0, 1)}`);
    return {
      paths: [...own, ...modules, ...environmentPaths(view, ['TCL_LIBRARY', 'TCLLIBPATH', 'TK_LIBRARY'])].flatMap(
        (path) => treePaths(view, path, /^(demos|images\/.*\.eps|tclConfig\.sh)$/),
      ),
    };
  },
};
