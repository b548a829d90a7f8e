import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { checkImports, RULE_NAMES, readImports } from './import-rules.ts';

const ROOT = new URL('../', import.meta.url);

test('imports go one way', () => {
  const paths = readdirSync(new URL('src', ROOT), { recursive: true, encoding: 'utf8' })
    .map((path) => `src/${path.replaceAll('\\', '/')}`)
    .filter((path) => path.endsWith('.ts'));
  assert.ok(paths.length > 20);
  const files = new Map(paths.map((path) => [path, readFileSync(new URL(path, ROOT), 'utf8')]));
  const violations = checkImports(files).map(({ rule, because, where }) => `${where}\n    ${rule}: ${because}`);
  assert.deepEqual(violations, []);
});

/** File, one import of it, and the rules that this breaks. */
const BROKEN: readonly (readonly [path: string, text: string, ...rules: string[]])[] = [
  ['src/tar/a.ts', "import { x } from '../elf/x.ts';", 'a leaf imports only leaves below it'],
  ['src/elf/a.ts', "import type { X } from '../closure/x.ts';", 'a leaf imports only leaves below it'],
  ['src/filesystem/a.ts', "import type { X } from '../loader/x.ts';", 'a leaf imports only leaves below it'],
  ['src/model/deep/a.ts', "export type { X } from '../../tar/x.ts';", 'a leaf imports only leaves below it'],
  ['src/loader/a.ts', "import type { X } from '../rules/x.ts';", 'a kit imports leaves and the kits below it'],
  ['src/rules/a.ts', "import type { X } from '../closure/x.ts';", 'a kit imports leaves and the kits below it'],
  ['src/closure/a.ts', "import type { X } from '../plan/x.ts';", 'a stage imports no later stage'],
  ['src/subject/a.ts', "import type { X } from '../layer/x.ts';", 'a stage imports no later stage'],
  ['src/plan/a.ts', "import { x } from '../closure/x.ts';", 'a stage imports only the types of earlier stages'],
  ['src/plan/a.ts', "import { type X } from '../closure/x.ts';", 'a stage imports only the types of earlier stages'],
  [
    'src/plan/a.ts',
    "const { x } = await import('../closure/x.ts');",
    'a stage imports only the types of earlier stages',
  ],
  ['src/plan/a.ts', "export * from '../closure/x.ts';", 'a stage imports only the types of earlier stages'],
  [
    'src/plan/a.ts',
    "import {\n  type X,\n  x,\n} from '../closure/x.ts';",
    'a stage imports only the types of earlier stages',
  ],
  ['src/plan/a.ts', "import '../closure/x.ts';", 'a stage imports only the types of earlier stages'],
  [
    'src/plan/a.ts',
    "import type { X } from '../engine/client.ts';",
    'only subject, destination and proof speak to the engine',
  ],
  [
    'src/closure/a.ts',
    "import type { X } from '../subject/x.ts';",
    'the closure does not know where the tree comes from',
  ],
  ['src/plan/a.ts', "import { x } from '../options.ts';", 'options are types to all but those who compose'],
  ['src/destination/a.ts', "import type { X } from '../index.ts';", 'only the top-level files and the command compose'],
  ['src/report/a.ts', "import { x } from '../pipeline/x.ts';", 'only the top-level files and the command compose'],
  ['src/pipeline/a.ts', "import { x } from '../cli/x.ts';", 'the library does not know the command'],
  ['src/cli/a.ts', "import { x } from '../plan/x.ts';", 'the command uses the library through its front'],
  ['src/options.ts', "import type { X } from './plan/x.ts';", 'options stand on leaves alone'],
  ['src/subject/a.ts', "import Docker from 'dockerode';", 'only src/engine imports dockerode'],
  ['src/destination/a.ts', "import type { X } from 'dockerode';", 'only src/engine imports dockerode'],
  ['src/pipeline/a.ts', "import { Command } from 'commander';", 'only src/cli imports commander'],
  ['src/layer/a.ts', "import { join } from 'node:path';", 'node:path is for paths of this machine'],
  ['src/filesystem/a.ts', "import posix from 'path/posix';", 'node:path is for paths of this machine'],
  ['src/plan/a.ts', "import { open } from 'node:fs/promises';", 'the analysis touches no files of this machine'],
  ['src/utils/a.ts', "import { x } from './x.ts';", 'every file below src belongs to a folder with rules'],
  ['src/plan/a.ts', "import type { X } from './a.ts';", 'no cycles'],
  ['src/cli/main.ts', "import picomatch from 'picomatch';", '--help imports no package but commander'],
];

test('the checker fails on each violation, and on nothing else', () => {
  for (const [path, text, ...rules] of BROKEN) {
    const found = checkImports(new Map([[path, text]])).map(({ rule }) => rule);
    assert.deepEqual(found, rules, `${path}: ${text}`);
  }
  const tried = new Set([...BROKEN.flatMap(([, , ...rules]) => rules), 'no circles of folders']);
  assert.deepEqual(
    RULE_NAMES.filter((name) => !tried.has(name)),
    [],
  );
});

test('the checker lets through what is right', () => {
  const files = new Map([
    ['src/model/a.ts', "import { b } from './b.ts';"],
    ['src/tar/a.ts', "import { b } from '../model/b.ts';\nimport { Transform } from 'node:stream';"],
    [
      'src/subject/container/a.ts',
      "import type { C } from '../../engine/c.ts';\nimport { join } from 'node:path';\nimport { t } from '../../tar/a.ts';",
    ],
    ['src/subject/access/a.ts', "import { isSettled } from '../../layer/feed/a.ts';"],
    ['src/closure/a.ts', "import type { T } from '../filesystem/tree.ts';\nimport type { O } from '../options.ts';"],
    [
      'src/closure/b.ts',
      "// import { x } from '../plan/x.ts';\n/**\n * import { x } from '../plan/x.ts';\n */\nimport { a } from './a.ts';",
    ],
    ['src/pipeline/slim.ts', "import { a } from '../closure/a.ts';\nimport { o } from '../options.ts';"],
    ['src/cli/main.ts', "const run = async () => await import('../pipeline/slim.ts');"],
    ['test/x.ts', "import { x } from '../src/plan/x.ts';\nimport Docker from 'dockerode';"],
  ]);
  assert.deepEqual(checkImports(files), []);
});

test('a circle of folders is found where no file is in one', () => {
  const files = new Map([
    ['src/proof/a.ts', "import { b } from './trace/b.ts';"],
    ['src/proof/trace/b.ts', ''],
    ['src/proof/trace/c.ts', "import type { d } from '../d.ts';"],
  ]);
  assert.deepEqual(
    checkImports(files).map(({ rule, where }) => [rule, where]),
    [['no circles of folders', 'src/proof -> src/proof/trace -> src/proof']],
  );
});

test('a cycle is found across files, whoever begins it, and told once', () => {
  const files = new Map([
    ['src/plan/start.ts', "import { a } from './a.ts';"],
    ['src/plan/a.ts', "import { b } from './b.ts';"],
    ['src/plan/b.ts', "import type { A } from './a.ts';\nimport { c } from './c.ts';"],
    ['src/plan/c.ts', ''],
  ]);
  assert.deepEqual(
    checkImports(files).map(({ rule, where }) => [rule, where]),
    [['no cycles', 'src/plan/a.ts -> src/plan/b.ts -> src/plan/a.ts']],
  );
});

test('a heavy package is found through the files between', () => {
  const files = new Map([
    ['src/cli/main.ts', "import { a } from './a.ts';\nconst later = () => import('../report/late.ts');"],
    ['src/cli/a.ts', "import { b } from '../model/b.ts';\nimport type { T } from 'tar-fs';"],
    ['src/model/b.ts', "import x from 'tar-stream';"],
    ['src/report/late.ts', "import y from 'picomatch';"],
  ]);
  assert.deepEqual(
    checkImports(files).map(({ where }) => where),
    ['src/cli -> ... -> tar-stream'],
  );
});

test('every way of writing an import is read', () => {
  const text = [
    "import a, { b } from './a.ts';",
    "import * as c from './c.ts';",
    "import type D from './d.ts';",
    "export { e } from './e.ts';",
    "export type * from './f.ts';",
    "import './g.ts';",
    "  const h = await import(\n    './h.ts'\n  );",
    "import type from './i.ts';",
    "const text = 'import x from nowhere';",
  ].join('\n');
  assert.deepEqual(
    readImports('src/x/y.ts', text).map(
      ({ to, typeOnly, dynamic }) => `${to}${typeOnly ? ' type' : ''}${dynamic ? ' dynamic' : ''}`,
    ),
    [
      'src/x/a.ts',
      'src/x/c.ts',
      'src/x/d.ts type',
      'src/x/e.ts',
      'src/x/f.ts type',
      'src/x/g.ts',
      'src/x/i.ts',
      'src/x/h.ts dynamic',
    ],
  );
});
