import { baseName, type ImagePath, parentPath, withAncestors } from '../../../model/image-path.ts';
import type { Rule } from '../../engine/rule.ts';
import { namedPaths } from '../../toolkit/places.ts';
import { environmentPaths, namesMatching, prefixesOf, specificPaths, treePaths } from '../../toolkit/tree-paths.ts';

const INTERPRETER = { path: /(^|\/)bin\/(node|nodejs|bun|deno)$/, soname: /^libnode\.so/ };

/** Debian's Node.js reads some of its built-in modules from files that it names (configure.py, --shared-builtin-...-path). */
export const nodejs: Rule = {
  name: 'nodejs',
  summary: 'loads built-in JavaScript modules from files',
  default: 'on',
  trigger: INTERPRETER,
  packages: /^(nodejs(-current|-doc)?|libnode\d*(-dev)?)$/,
  eachFile: true,
  apply: (view, file) => {
    const named = namedPaths(view, file).filter((text) => text.includes('/nodejs/') && text.endsWith('.js'));
    const modules = environmentPaths(view, ['NODE_PATH']).flatMap((path) => treePaths(view, path));
    // child_process.exec() names the shell itself.
    return { paths: ['/bin/sh', ...named, ...modules] };
  },
};

/** A kept file of a program: its modules lie in node_modules beside it or above it (Node.js, Modules: loading from node_modules). */
export const nodeModules: Rule = {
  name: 'node-modules',
  summary: 'requires packages from the node_modules above it',
  default: 'on',
  trigger: { path: /\.([cm]?js|node|ts)$|(^|\/)package\.json$|\/node_modules\// },
  eachFile: true,
  per: ({ entry }) => ownPackage(entry.path) ?? parentPath(entry.path),
  apply: (view, { entry }) => {
    const own = ownPackage(entry.path);
    if (own !== undefined) return { trees: [own] };
    const outer = [...withAncestors(parentPath(entry.path))].filter((at) => baseName(at) !== 'node_modules');
    const directories = [
      '',
      ...specificPaths(
        view,
        outer.map((at) => `/${at}`),
      ),
    ].map((at) => `${at}/node_modules`);
    return { trees: directories.flatMap((at) => namesMatching(view, at, /^(?!(@types|\.cache)$)/)) };
  },
};

/** The outermost package that a file is part of: it holds, in its own node_modules, what npm installed for it. */
function ownPackage(path: ImagePath): string | undefined {
  return /^(.*?\/node_modules\/(?:@[^/]+\/)?[^/]+)(\/|$)/.exec(`/${path}`)?.[1];
}

/** Packages for all programs: npm's global ones, and those of the distribution. */
export const nodeGlobalModules: Rule = {
  name: 'node-global-modules',
  summary: 'requires packages that are installed for all programs',
  default: 6_000_000,
  trigger: INTERPRETER,
  eachFile: true,
  apply: (view, file) => {
    const near = prefixesOf(file.entry.path).flatMap((prefix) => [
      `${prefix}/share/nodejs`,
      `${prefix}/share/node_modules`,
      `${prefix}/lib/node_modules`,
      `${prefix}/lib/nodejs`,
    ]);
    const packages = near.flatMap((path) => namesMatching(view, path, /^(?!(npm|corepack|yarn|@types|undici-types)$)/));
    return { paths: packages.flatMap((path) => treePaths(view, path)) };
  },
};

/** Where a package manager of Node.js lies: Debian's, and npm's own layout. */
const MANAGER = /^(.*\/(?:nodejs|node_modules)\/(?:npm|yarn|yarnpkg|pnpm|corepack))\/bin\//;

/** What starts an application by `npm start` is a program like any other, of many files. */
export const nodeManagers: Rule = {
  name: 'node-managers',
  summary: 'starts scripts by npm, yarn or pnpm, with all of these',
  default: 'on',
  trigger: { path: MANAGER },
  eachFile: true,
  per: ({ entry }) => MANAGER.exec(entry.path)?.[1] ?? '',
  apply: (view, { entry }) => ({ paths: treePaths(view, `/${MANAGER.exec(entry.path)?.[1]}`, /(^|\/)(man|docs)$/) }),
};
