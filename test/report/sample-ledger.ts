import type { Closure } from '../../src/closure/closure-result.ts';
import { selectSeeds } from '../../src/closure/roots/selection.ts';
import type { TreeEntry } from '../../src/filesystem/tree-entry.ts';
import { canonicalPath, type ImagePath } from '../../src/model/image-path.ts';
import type { DependentReason, Reason, ScriptUse } from '../../src/model/reason.ts';
import { ownersOf } from '../../src/package-records/owners.ts';
import { readPackages } from '../../src/package-records/read-packages.ts';
import { makePlan } from '../../src/plan/plan.ts';
import { type LedgerSource, ledgerRows } from '../../src/report/build-ledger.ts';
import type { ReportWithLedger } from '../../src/report/explain.ts';
import type { Ledger } from '../../src/report/ledger.ts';
import { directory, file, fixture, hardlink, symlink } from '../builders/tar.ts';
import { SAMPLE } from './sample-report.ts';

const LIB = 'usr/lib/x86_64-linux-gnu';

/** A container with something of everything that a ledger tells. */
const { tree, content } = fixture(
  directory('usr'),
  directory('usr/lib'),
  symlink('lib', 'usr/lib'),
  directory('opt'),
  file('opt/app', 'x'.repeat(1000)),
  file('opt/app.log', 'log'),
  file('opt/.wh.x', '1234567'),
  directory('opt/.wh.d'),
  file('opt/.wh.d/in', '12'),
  file(`${LIB}/libz.so.1.2.13`, 'z'.repeat(300)),
  symlink(`${LIB}/libz.so.1`, 'libz.so.1.2.13'),
  file(`${LIB}/libc.so.6`, 'c'.repeat(500)),
  symlink(`${LIB}/gone.so`, 'nowhere'),
  file(`${LIB}/gconv/BIG5.so`, 'g'.repeat(40)),
  symlink(`${LIB}/gconv/B5.so`, 'BIG5.so'),
  file('usr/bin/two-names', 't'.repeat(70)),
  hardlink('usr/bin/kept-name', 'usr/bin/two-names'),
  hardlink('usr/bin/third-name', 'usr/bin/two-names'),
  file('usr/bin/a', 'a'.repeat(60)),
  hardlink('usr/bin/b', 'usr/bin/a'),
  file('usr/share/x/(odd) \xc3\xa9', 'o'),
  file('usr/share/x/bytes\xff\\', 'o'),
  file('var/cache/c/entry', 'e'.repeat(20)),
  directory('data'),
  file('var/lib/dpkg/info/libc6:amd64.list', `/lib/x86_64-linux-gnu/libc.so.6\n/${LIB}/gconv/BIG5.so\n`),
);
const CHANGED = ['opt', 'opt/app', 'opt/app.log', 'opt/.wh.x', 'opt/.wh.d', 'opt/.wh.d/in', 'var/cache/c/entry'];
const changed = new Set(CHANGED.map(canonicalPath));
const snapshot = {
  tree,
  source: 'engine' as const,
  isWhole: true,
  changed,
  layerOf: (path: ImagePath) => (changed.has(path) ? undefined : 0),
  content,
  mounts: ['/data'],
  transferredBytes: 0,
  temporaryBytes: 0,
  [Symbol.asyncDispose]: async () => {},
};
const selection = selectSeeds(tree, changed, {
  include: [],
  exclude: ['*.log'],
  trim: ['caches'],
  bruteLib: false,
  bruteUsrLib: false,
});

const LIBZ = `${LIB}/libz.so.1.2.13` as ImagePath;
const cached = (by: string): DependentReason => ({
  kind: 'loader',
  by: by as ImagePath,
  tag: 'DT_NEEDED',
  found: 'ld.so.cache',
});
const script = (by: string, how: ScriptUse): Reason => ({ kind: 'script', by: by as ImagePath, how });
/** What is kept besides the seeds. libc is asked for by more than is told. */
const KEPT: readonly (readonly [path: string, ...reasons: Reason[]])[] = [
  ['opt/app', { kind: 'config', field: 'Entrypoint', as: 'program' }],
  [`${LIB}/libz.so.1`, { kind: 'on-the-way', as: 'link', to: cached('opt/app') }],
  [`${LIB}/libz.so.1.2.13`, cached('opt/app')],
  [
    `${LIB}/libc.so.6`,
    cached(LIBZ),
    { kind: 'interpreter', by: LIBZ },
    { kind: 'dlopen', by: LIBZ, evidence: 'call' },
    { kind: 'rule', by: LIBZ, rule: 'nss' },
    { kind: 'loader', by: LIBZ, tag: 'DT_AUXILIARY', found: 'default directory' },
    { kind: 'base', what: 'state' },
  ],
  ['lib', { kind: 'on-the-way', as: 'link', to: { kind: 'base', what: 'merged-usr' } }],
  ['usr/bin/kept-name', script(`${LIB}/libc.so.6`, 'shebang')],
  ['usr/bin/third-name', script('usr/bin/kept-name', 'called')],
];

function closure(): Closure {
  const kept = new Map<ImagePath, Reason[]>();
  for (const { entry, reason } of selection.seeds) kept.set(entry.path, [reason]);
  for (const [path, ...reasons] of KEPT) {
    kept.set(path as ImagePath, [...(kept.get(path as ImagePath) ?? []), ...reasons]);
  }
  const declined = new Map(
    [`${LIB}/gconv/BIG5.so`, `${LIB}/gconv/B5.so`].map((path) => [
      path as ImagePath,
      [{ kind: 'rule' as const, rule: 'gconv-all', by: 'opt/app' as ImagePath }],
    ]),
  );
  return { kept, declined, findings: [] };
}

const made = closure();
/** What the sample's ledger is made from. */
export const SOURCE: LedgerSource = {
  snapshot,
  selection,
  closure: made,
  plan: makePlan(new Set(made.kept.keys()), snapshot),
  packageData: { removed: new Set() },
  isTreeRead: true,
  owners: (wanted) => ownersOf(readPackages({ tree, content }), tree, wanted),
};

export const ENTRIES: readonly TreeEntry[] = [...tree.entries()];

const { kept, dropped } = ledgerRows(SOURCE);
export const LEDGER: Ledger = { complete: true, kept: [...kept], dropped: [...dropped] };

/** The sample report with the ledger of another container. */
export const SAMPLE_WITH_LEDGER: ReportWithLedger = {
  ...SAMPLE,
  findings: [
    {
      kind: 'optional-data',
      rule: 'gconv-all',
      summary: 'converts all other character sets',
      bytes: 40,
      files: 1,
      requesters: ['/opt/app'],
    },
  ],
  ledger: LEDGER,
};
