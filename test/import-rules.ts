/** One `import`, `export ... from` or `import()` of a file. */
export interface Import {
  /** the importing file: `src/closure/closure.ts` */
  readonly from: string;
  /** a file of this project, or a package or built-in module as written: `node:path`, `dockerode` */
  readonly to: string;
  /** gone when compiled */
  readonly typeOnly: boolean;
  /** `import()`, done only when the code gets there */
  readonly dynamic: boolean;
}

/** What is broken, and where. */
export interface Violation {
  readonly rule: string;
  readonly because: string;
  readonly where: string;
}

interface Rule {
  readonly name: string;
  readonly because: string;
  /** true where the import breaks the rule; `from` and `to` are the folders, or top-level files, below src */
  readonly broken: (from: string, to: string, each: Import) => boolean;
}

/** In the order in which data flows. */
const STAGES = ['source', 'closure', 'packages', 'plan', 'output', 'proof', 'report'];
const LEAVES = ['model', 'tar', 'elf', 'docker', 'filesystem'];
/** The tree is made from tar entries, and its files are what the ELF reader reads. */
const BELOW_FILESYSTEM = ['tar', 'elf'];
const COMPOSERS = ['slim.ts', 'run', 'explain.ts', 'rules.ts', 'index.ts'];
/** What the command may use of the library. */
const FOR_CLI = ['cli', ...COMPOSERS, 'options.ts', 'report', 'model'];

const isStage = (unit: string): boolean => STAGES.includes(unit);
const isLeaf = (unit: string): boolean => LEAVES.includes(unit);
const isOurs = (unit: string): boolean => unit !== '';

/** What may import what. A file outside every rule's reach is caught by the last one. */
const RULES: readonly Rule[] = [
  {
    name: 'a leaf imports itself and the model',
    because: 'leaves are what everything else stands on; one that knows a stage can no longer be used by another',
    broken: (from, to) =>
      isLeaf(from) &&
      isOurs(to) &&
      ![from, 'model', 'options.ts'].includes(to) &&
      !(from === 'filesystem' && BELOW_FILESYSTEM.includes(to)),
  },
  {
    name: 'a stage imports no later stage',
    because: 'data flows one way: source, closure, packages, plan, output, proof, report',
    broken: (from, to) => isStage(from) && isStage(to) && STAGES.indexOf(to) > STAGES.indexOf(from),
  },
  {
    name: 'a stage imports only the types of earlier stages',
    because: 'slim.ts composes the stages; a stage that calls another one can be neither tested nor replaced alone',
    broken: (from, to, { typeOnly }) =>
      isStage(from) && isStage(to) && STAGES.indexOf(to) < STAGES.indexOf(from) && !typeOnly,
  },
  {
    name: 'only source, output and proof speak to the engine',
    because:
      'the analysis has to work on an archive as it does on an engine, and in tests without one; a report may name its facts',
    broken: (from, to, { typeOnly }) =>
      to === 'docker' &&
      (['filesystem', 'closure', 'packages', 'plan', 'cli'].includes(from) || (from === 'report' && !typeOnly)),
  },
  {
    name: 'the closure does not know where the tree comes from',
    because: 'it is a pure function of the tree: the same for an engine, an archive and a test',
    broken: (from, to) => from === 'closure' && to === 'source',
  },
  {
    name: 'options are types to all but those who compose',
    because: 'they are read once, in slim.ts and the command; everyone else gets what was made of them',
    broken: (from, to, { typeOnly }) => to === 'options.ts' && (isStage(from) || isLeaf(from)) && !typeOnly,
  },
  {
    name: 'only the top-level files and the command compose',
    because: 'one place shows how the stages fit together',
    broken: (from, to) =>
      [...COMPOSERS, 'cli'].includes(to) && (isStage(from) || isLeaf(from) || from === 'options.ts'),
  },
  {
    name: 'the library does not know the command',
    because: 'it prints nothing and exits nowhere',
    broken: (from, to) => to === 'cli' && from !== 'cli',
  },
  {
    name: 'the command uses the library through its front',
    because: 'what the command can do, a caller of the library can do',
    broken: (from, to) => from === 'cli' && isOurs(to) && !FOR_CLI.includes(to),
  },
  {
    name: 'options stand on the model alone',
    because: 'they are imported from everywhere, as is whatever they import',
    broken: (from, to) => from === 'options.ts' && isOurs(to) && to !== 'model',
  },
  {
    name: 'only src/docker imports dockerode',
    because: "the engine's quirks stay behind one small interface",
    broken: (from, _to, { to }) => /^(@types\/)?(dockerode|docker-modem)(\/|$)/.test(to) && from !== 'docker',
  },
  {
    name: 'only src/cli imports commander',
    because: 'the library takes options, not arguments',
    broken: (from, _to, { to }) => to === 'commander' && from !== 'cli',
  },
  {
    name: 'node:path is for paths of this machine',
    because: 'a path in an image is bytes, and means what it means in the image: see model/image-path.ts',
    broken: (from, _to, { to }) => /^(node:)?path(\/|$)/.test(to) && !['source', 'docker', 'cli', 'run'].includes(from),
  },
  {
    name: 'the analysis touches no files of this machine',
    because:
      'it works on what it is given, so that nothing in an image can reach outside it; model/version.ts reads our package.json',
    broken: (from, _to, each) =>
      /^(node:)?(fs|child_process)(\/|$)/.test(each.to) &&
      ['model', 'elf', 'closure', 'packages', 'plan', 'report'].includes(from) &&
      each.from !== 'src/model/version.ts',
  },
  {
    name: 'every file below src belongs to a folder with rules',
    because: 'a new folder needs a place in the order of imports',
    broken: (from) => !isStage(from) && !isLeaf(from) && ![...COMPOSERS, 'cli', 'options.ts'].includes(from),
  },
];

/** The names of the rules, for a test that each one can fail. */
export const RULE_NAMES: readonly string[] = [
  ...RULES.map(({ name }) => name),
  'no cycles',
  '--help imports no package but commander',
];

/**
 * Checks the imports of a set of files.
 * @param files path from the project's root -> text; only those below `src/` are looked at
 */
export function checkImports(files: ReadonlyMap<string, string>): Violation[] {
  const imports = [...files]
    .filter(([path]) => path.startsWith('src/'))
    .flatMap(([path, text]) => readImports(path, text));
  return [...brokenRules(imports), ...cycles(imports), ...slowHelp(imports)];
}

/** The imports of one file. Comments, where one may well write about an import, don't count. */
export function readImports(path: string, text: string): Import[] {
  const code = text.replace(/^\s*\/\*[\s\S]*?\*\//gm, '').replace(/^\s*\/\/.*$/gm, '');
  const declared = code.matchAll(
    /^(?:import|export)\s+(type\s+(?!from\b))?(?:[\w*${},\s]+?\s+from\s+)?['"]([^'"]+)['"]/gm,
  );
  const called = code.matchAll(/\bimport\(\s*['"]([^'"]+)['"]/g);
  return [
    ...[...declared].map(([, type, target = '']) => ({ target, typeOnly: type !== undefined, dynamic: false })),
    ...[...called].map(([, target = '']) => ({ target, typeOnly: false, dynamic: true })),
  ].map(({ target, ...rest }) => ({ from: path, to: resolve(path, target), ...rest }));
}

function resolve(from: string, target: string): string {
  return target.startsWith('.') ? new URL(target, `file:///${from}`).pathname.slice(1) : target;
}

/** The folder or top-level file below src that a path is in; empty for what is not this project's. */
function unit(path: string): string {
  return path.startsWith('src/') ? (path.split('/')[1] ?? '') : '';
}

function brokenRules(imports: readonly Import[]): Violation[] {
  return imports.flatMap((each) =>
    RULES.filter(({ broken }) => broken(unit(each.from), unit(each.to), each)).map(({ name, because }) => ({
      rule: name,
      because,
      where: `${each.from} -> ${each.to}`,
    })),
  );
}

/** Types count, too: files that need each other's types are one thing in two places. */
function cycles(imports: readonly Import[]): Violation[] {
  const graph = graphOf(imports.filter(({ to }) => to.startsWith('src/')));
  const found: Violation[] = [];
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    const start = path.indexOf(file);
    if (start >= 0) {
      const where = [...path.slice(start), file].join(' -> ');
      found.push({
        rule: 'no cycles',
        because: 'files in a circle can only be read, tested and changed together',
        where,
      });
    }
    if (start >= 0 || done.has(file)) return;
    for (const next of graph.get(file) ?? []) visit(next, [...path, file]);
    done.add(file);
  };
  for (const file of graph.keys()) visit(file, []);
  return found;
}

/** What is loaded before the command knows what it was asked for: main.ts, program.ts and what these import statically. */
function slowHelp(imports: readonly Import[]): Violation[] {
  const graph = graphOf(imports.filter(({ typeOnly, dynamic }) => !typeOnly && !dynamic));
  const reached = new Set(['src/cli/main.ts', 'src/cli/program.ts']);
  for (const file of reached) for (const next of graph.get(file) ?? []) reached.add(next);
  const heavy = [...reached].filter(
    (name) => !name.startsWith('src/') && !name.startsWith('node:') && name !== 'commander',
  );
  return heavy.map((name) => ({
    rule: '--help imports no package but commander',
    because: 'help has to be there at once',
    where: `src/cli -> ... -> ${name}`,
  }));
}

function graphOf(imports: readonly Import[]): Map<string, string[]> {
  const graph = new Map<string, string[]>();
  for (const { from, to } of imports) graph.set(from, [...(graph.get(from) ?? []), to]);
  return graph;
}
