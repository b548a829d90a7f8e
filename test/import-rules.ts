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

/** Where the analysis may touch files of this machine: our own package.json, the reports, the temporary files. */
const MACHINE_FILES: readonly string[] = ['src/model/version.ts', 'src/report/report-cache.ts'];

interface Rule {
  readonly name: string;
  readonly because: string;
  /** true where the import breaks the rule; `from` and `to` are the folders, or top-level files, below src */
  readonly broken: (from: string, to: string, each: Import) => boolean;
}

/** In the order in which data flows. */
const STAGES = ['subject', 'closure', 'packages', 'plan', 'layer', 'destination', 'proof', 'report'];
/** What everything stands on, each on those before it. */
const LEAVES = ['model', 'dockerfile', 'shell', 'tar', 'elf', 'filesystem', 'image', 'engine'];
/** What the closure is worked out with, each on those before it. */
const KITS = ['package-records', 'loader', 'programs', 'rules'];
const COMPOSERS = ['pipeline', 'index.ts'];
/** What the command may use of the library. */
const FOR_CLI = ['cli', ...COMPOSERS, 'options.ts', 'report', 'model'];
/** Parts of the program that only work on what they are given: no engine, no files of this machine. */
const ANALYSIS = ['filesystem', 'closure', 'packages', 'plan', 'image', ...KITS];

const isStage = (unit: string): boolean => STAGES.includes(unit);
const isLeaf = (unit: string): boolean => LEAVES.includes(unit);
const isKit = (unit: string): boolean => KITS.includes(unit);
const isOurs = (unit: string): boolean => unit !== '';

/** What may import what. A file outside every rule's reach is caught by the last one. */
const RULES: readonly Rule[] = [
  {
    name: 'a leaf imports only leaves below it',
    because: 'leaves are what everything else stands on; one that knows a stage can no longer be used by another',
    broken: (from, to) =>
      isLeaf(from) && isOurs(to) && to !== 'options.ts' && (!isLeaf(to) || LEAVES.indexOf(to) > LEAVES.indexOf(from)),
  },
  {
    name: 'a kit imports leaves and the kits below it',
    because:
      'the closure, the proof and the pack command each use them, package records are read by the closure and cut after it; they know none of these',
    broken: (from, to) =>
      isKit(from) && (isStage(to) || COMPOSERS.includes(to) || KITS.indexOf(to) > KITS.indexOf(from)),
  },
  {
    name: 'a stage imports no later stage',
    because: `data flows one way: ${STAGES.join(', ')}`,
    broken: (from, to, each) =>
      isStage(from) && isStage(to) && STAGES.indexOf(to) > STAGES.indexOf(from) && !isFeed(each),
  },
  {
    name: 'a stage imports only the types of earlier stages',
    because:
      'the pipeline composes the stages; a stage that calls another one can be neither tested nor replaced alone',
    broken: (from, to, { typeOnly }) =>
      isStage(from) && isStage(to) && STAGES.indexOf(to) < STAGES.indexOf(from) && !typeOnly && !isLayerWork(from, to),
  },
  {
    name: 'only subject, destination and proof speak to the engine',
    because:
      'the analysis has to work on an archive as it does on an engine, and in tests without one; a report may name its facts',
    broken: (from, to, { typeOnly }) =>
      to === 'engine' && ([...ANALYSIS, 'layer', 'cli'].includes(from) || (from === 'report' && !typeOnly)),
  },
  {
    name: 'the closure does not know where the tree comes from',
    because: 'it is a pure function of the tree: the same for an engine, an archive and a test',
    broken: (from, to) => from === 'closure' && to === 'subject',
  },
  {
    name: 'options are types to all but those who compose',
    because: 'they are read once, in the pipeline and the command; everyone else gets what was made of them',
    broken: (from, to, { typeOnly }) =>
      to === 'options.ts' && (isStage(from) || isLeaf(from) || isKit(from)) && !typeOnly,
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
    name: 'options stand on leaves alone',
    because: 'they are imported from everywhere, as is whatever they import',
    broken: (from, to) => from === 'options.ts' && isOurs(to) && !isLeaf(to) && to !== from,
  },
  {
    name: 'only src/engine imports dockerode',
    because: "the engine's quirks stay behind one small interface",
    broken: (from, _to, { to }) => /^(@types\/)?(dockerode|docker-modem)(\/|$)/.test(to) && from !== 'engine',
  },
  {
    name: 'only src/cli imports commander',
    because: 'the library takes options, not arguments',
    broken: (from, _to, { to }) => to === 'commander' && from !== 'cli',
  },
  {
    name: 'node:path is for paths of this machine',
    because: 'a path in an image is bytes, and means what it means in the image: see model/image-path.ts',
    broken: (from, _to, { to }) =>
      /^(node:)?path(\/|$)/.test(to) && !['subject', 'destination', 'engine', 'cli', 'pipeline'].includes(from),
  },
  {
    name: 'the analysis touches no files of this machine',
    because: `it works on what it is given, so that nothing in an image can reach outside it; these files are for what is ours: ${MACHINE_FILES.join(', ')}`,
    broken: (from, _to, each) =>
      /^(node:)?(fs|child_process)(\/|$)/.test(each.to) &&
      ['model', 'elf', 'closure', 'packages', 'plan', 'image', 'report', ...KITS].includes(from) &&
      !MACHINE_FILES.includes(each.from),
  },
  {
    name: 'every file below src belongs to a folder with rules',
    because: 'a new folder needs a place in the order of imports',
    broken: (from) =>
      !isStage(from) && !isLeaf(from) && !isKit(from) && ![...COMPOSERS, 'cli', 'options.ts'].includes(from),
  },
];

/** A subject feeds the layer while it is still being read: the contract for that is the lower part of the layer's room. */
function isFeed({ to }: Import): boolean {
  return to.startsWith('src/layer/feed/');
}

/** A layer's bytes are the plan's, in its order: the two are one piece of work in two rooms. */
function isLayerWork(from: string, to: string): boolean {
  return from === 'layer' && to === 'plan';
}

/** The names of the rules, for a test that each one can fail. */
export const RULE_NAMES: readonly string[] = [
  ...RULES.map(({ name }) => name),
  'no cycles',
  'no circles of folders',
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
  return [...brokenRules(imports), ...fileCycles(imports), ...folderCycles(imports), ...slowHelp(imports)];
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
  const name = path.startsWith('src/') ? (path.split('/')[1] ?? '') : '';
  // What they may be is one thing, in one file that all import and a folder that is for those who compose.
  return name === 'options' ? 'options.ts' : name;
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
function fileCycles(imports: readonly Import[]): Violation[] {
  return cycles(graphOf(imports.filter(({ to }) => to.startsWith('src/')))).map((where) => ({
    rule: 'no cycles',
    because: 'files in a circle can only be read, tested and changed together',
    where,
  }));
}

/** The same for folders, each apart from those in it. */
function folderCycles(imports: readonly Import[]): Violation[] {
  const between = imports
    .filter(({ to }) => to.startsWith('src/'))
    .map((each) => ({ ...each, from: folder(each.from), to: folder(each.to) }))
    .filter(({ from, to }) => from !== to);
  return cycles(graphOf(between)).map((where) => ({
    rule: 'no circles of folders',
    because: 'a folder is a part that can be understood without those that use it',
    where,
  }));
}

/** A file's folder; a file directly below src is a part of its own. */
function folder(path: string): string {
  const end = path.lastIndexOf('/');
  return end === 'src'.length ? path : path.slice(0, end);
}

/** Each circle once, as text. */
function cycles(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (node: string, path: readonly string[]): void => {
    const start = path.indexOf(node);
    if (start >= 0) found.push([...path.slice(start), node].join(' -> '));
    if (start >= 0 || done.has(node)) return;
    for (const next of new Set(graph.get(node) ?? [])) visit(next, [...path, node]);
    done.add(node);
  };
  for (const node of graph.keys()) visit(node, []);
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
