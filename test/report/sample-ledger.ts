import type { Closure } from '../../src/closure/closure-result.ts';
import { selectSeeds } from '../../src/closure/roots/selection.ts';
import type { TreeEntry } from '../../src/filesystem/tree-entry.ts';
import { canonicalPath, type ImagePath } from '../../src/model/image-path.ts';
import type { Reason } from '../../src/model/reason.ts';
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

const by = (rule: string, path: string): Reason => ({ rule, by: path as ImagePath });
/** What is kept besides the seeds. libc is asked for by more than is told. */
const KEPT: readonly (readonly [path: string, ...reasons: Reason[]])[] = [
  ['opt/app', { rule: 'Entrypoint', by: null }],
  [`${LIB}/libz.so.1`, by('link on the way (DT_NEEDED (ld.so.cache))', 'opt/app')],
  [`${LIB}/libz.so.1.2.13`, by('DT_NEEDED (ld.so.cache)', 'opt/app')],
  [
    `${LIB}/libc.so.6`,
    by('DT_NEEDED (ld.so.cache)', `${LIB}/libz.so.1.2.13`),
    by('PT_INTERP', `${LIB}/libz.so.1.2.13`),
    by('name given to dlopen', `${LIB}/libz.so.1.2.13`),
    by('rule nss: looks up users', `${LIB}/libz.so.1.2.13`),
    by('DT_AUXILIARY (default directory)', `${LIB}/libz.so.1.2.13`),
    { rule: 'base: for the test', by: null },
  ],
  ['lib', { rule: 'link on the way (base: merged /usr)', by: null }],
  ['usr/bin/kept-name', by('#!', `${LIB}/libc.so.6`)],
  ['usr/bin/third-name', by('called by a script', 'usr/bin/kept-name')],
];

function closure(): Closure {
  const kept = new Map<ImagePath, Reason[]>();
  for (const { entry, reason } of selection.seeds) kept.set(entry.path, [reason]);
  for (const [path, ...reasons] of KEPT) {
    kept.set(path as ImagePath, [...(kept.get(path as ImagePath) ?? []), ...reasons]);
  }
  const declined = new Map(
    [`${LIB}/gconv/BIG5.so`, `${LIB}/gconv/B5.so`].map((path) => [path as ImagePath, [by('gconv-all', 'opt/app')]]),
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
