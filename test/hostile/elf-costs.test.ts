import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closureSteps } from '../../src/closure/closure.ts';
import { selectSeeds } from '../../src/closure/roots/selection.ts';
import { readElf } from '../../src/elf/elf-file.ts';
import { ElfIndex } from '../../src/loader/elf-index.ts';
import { Loader } from '../../src/loader/loader.ts';
import { SearchBudget } from '../../src/loader/search-budget.ts';
import type { Finding } from '../../src/model/finding.ts';
import type { ImagePath } from '../../src/model/image-path.ts';
import { finish } from '../../src/model/steps.ts';
import { buildElf } from '../builders/elf.ts';
import { directory, program, symlink, type TarMember } from '../builders/tar.ts';
import { viewOf } from '../closure/view.ts';
import { GuardedSource } from '../elf/sources.ts';
import { exe, glibc, Image, lib } from '../loader/image.ts';

const numbered = (count: number, name: (index: number) => string): string[] =>
  Array.from({ length: count }, (_, index) => name(index));

interface Computed {
  readonly findings: readonly Finding[];
  readonly kept: ReadonlySet<string>;
  readonly milliseconds: number;
  /** the longest time without a turn for anything else */
  readonly longest: number;
}

/** The closure of files below `bin/`, step by step. */
function compute(members: readonly TarMember[], env: readonly string[] = []): Computed {
  const view = viewOf({ Env: [...env] }, glibc(), ...members);
  const changed = [...view.tree.entries()].filter(({ path }) => path.startsWith('bin/')).map(({ path }) => path);
  const none = { include: [], exclude: [], trim: [], bruteLib: false, bruteUsrLib: false };
  const { tree, seeds } = selectSeeds(view.tree, new Set(changed as ImagePath[]), none);
  const steps = closureSteps({ ...view, tree }, seeds, { rules: ['-all'], dlopen: 'likely', programs: 'off' });
  const started = performance.now();
  let longest = 0;
  for (let before = started; ; ) {
    const step = steps.next();
    const now = performance.now();
    longest = Math.max(longest, now - before);
    before = now;
    if (step.done !== true) continue;
    const kept = new Set<string>([...step.value.kept.keys()]);
    return { findings: step.value.findings, kept, milliseconds: now - started, longest };
  }
}

function partlyRead(findings: readonly Finding[]): string[] {
  return findings
    .flatMap((finding) => (finding.kind === 'partly-read' ? `${finding.path}: ${finding.part}` : []))
    .sort();
}

test('sixty thousand needed libraries, searched for in nine hundred directories', () => {
  const needed = numbered(60_000, (index) => `l${index}`);
  const runpath = numbered(900, (index) => `/d${index}`).join(':');
  for (const there of [[], numbered(900, (index) => `d${index}`).map((name) => directory(name))]) {
    const { findings, milliseconds, longest } = compute([...there, exe('bin/main', { needed, runpath })]);
    assert.deepEqual(partlyRead(findings), ['bin/main: DT_NEEDED']);
    assert.ok(milliseconds < 20_000, `${milliseconds} ms`);
    assert.ok(longest < 1000, `${longest} ms`);
  }
});

test('of a list that is too long, what comes first still counts', () => {
  const { kept } = compute([
    lib('lib/la.so'),
    exe('bin/main', { needed: ['la.so', ...numbered(5000, (i) => `l${i}`)] }),
  ]);
  assert.ok(kept.has('lib/la.so'));
});

test('every list of a file has its bound, and real lengths are below it', () => {
  const read = (spec: Parameters<typeof buildElf>[0]): readonly string[] => {
    const elf = readElf(new GuardedSource(buildElf(spec)));
    assert.ok(!('defect' in elf));
    return elf.excess;
  };
  const long = numbered(5000, (index) => `n${index}`);
  const path = numbered(2000, (index) => `/d${index}`).join(':');
  assert.deepEqual(read({ filters: long }), ['DT_FILTER']);
  assert.deepEqual(read({ auxiliaries: long }), ['DT_AUXILIARY']);
  assert.deepEqual(read({ rpath: path }), ['RPATH']);
  assert.deepEqual(read({ runpath: path }), ['RUNPATH']);
  assert.deepEqual(read({ audit: path }), ['auditing libraries']);
  assert.deepEqual(read({ depaudit: path }), ['auditing libraries']);
  const versions = numbered(17_000, (index) => `V${index}`).map((name) => ({ name }));
  assert.deepEqual(read({ versionsNeeded: [{ library: 'a', versions }] }), ['versions']);
  const real = { needed: long.slice(0, 600), runpath: numbered(300, (index) => `/nix/store/${index}/lib`).join(':') };
  assert.deepEqual(read({ ...real, versionsDefined: long.slice(0, 300), audit: 'a:b' }), []);
});

test('libraries that hand their RPATHs on, three hundred deep', () => {
  const rpath = numbered(60, (index) => `/r${index}`).join(':');
  const chain = numbered(300, (index) => `lib/l${index}.so`).map((name, index) =>
    lib(name, { needed: [`l${index + 1}.so`], rpath }),
  );
  const there = numbered(60, (index) => `r${index}`).map((name) => directory(name));
  const { findings, longest } = compute([...there, ...chain, exe('bin/main', { needed: ['l0.so'] })]);
  // the last one names a library that is not there
  assert.deepEqual(
    findings.filter(({ kind }) => kind !== 'partly-read').map(({ kind }) => kind),
    ['unresolved-library'],
  );
  assert.ok(longest < 2000, `${longest} ms`);
});

test('directories for old CPUs that are links to their own parent', () => {
  const names =
    'tls x86_64 haswell xeon_phi avx512_1 sse2 i386 i486 i586 i686 cmov neon vfp half thumb edsp java'.split(' ');
  const links = names.map((name) => symlink(`lib/${name}`, '.'));
  const { milliseconds } = compute([directory('lib'), ...links, exe('bin/main', { needed: ['none.so'] })]);
  assert.ok(milliseconds < 2000, `${milliseconds} ms`);
});

test('a thousand preloads from a thousand directories', () => {
  const env = [
    `LD_PRELOAD=${numbered(1000, (index) => `p${index}`).join(':')}`,
    `LD_LIBRARY_PATH=${numbered(1000, (index) => `/d${index}`).join(':')}`,
  ];
  const programs = numbered(20, (index) => `bin/p${index}`).map((name) => exe(name));
  const there = numbered(1000, (index) => `d${index}`).map((name) => directory(name));
  const { findings, milliseconds } = compute([...there, ...programs], env);
  assert.ok(milliseconds < 40_000, `${milliseconds} ms`);
  assert.ok(partlyRead(findings).every((text) => text.endsWith(': libraries')));
});

test('a hundred thousand names for dlopen', () => {
  const strings = numbered(100_000, (index) => `libx${index}.so.1`);
  const notes = [[{ soname: strings.slice(0, 2000) }]];
  for (const spec of [{ strings }, { dlopenNotes: notes }]) {
    const found = compute([lib('lib/libx1.so.1'), exe('bin/main', { imports: ['dlopen'], ...spec })]);
    assert.ok(found.kept.has('lib/libx1.so.1'));
    assert.ok(found.longest < 2000, `${found.longest} ms`);
  }
  const missing = compute([exe('bin/main', { imports: ['dlopen'], strings })]);
  assert.deepEqual(partlyRead(missing.findings), ['bin/main: dlopen']);
});

test('a note for dlopen that is nested a million deep is none', () => {
  const { milliseconds } = compute([exe('bin/main', { dlopenNotes: ['['.repeat(1_000_000)] })]);
  assert.ok(milliseconds < 5000, `${milliseconds} ms`);
});

test('sixteen thousand versions that a library does not have, asked for by twenty programs', () => {
  const versions = numbered(16_000, (index) => `V${index}`).map((name) => ({ name }));
  const programs = numbered(20, (index) => `bin/p${index}`);
  const { findings, longest } = compute([
    lib('lib/l.so', { versionsDefined: ['X'] }),
    ...programs.map((name) => exe(name, { needed: ['l.so'], versionsNeeded: [{ library: 'l.so', versions }] })),
  ]);
  assert.equal(findings.filter(({ kind }) => kind === 'version-mismatch').length, 16_000);
  assert.ok(longest < 2000, `${longest} ms`);
});

/** Interpreters that no program has. */
const INTERPRETERS: Readonly<Record<string, string>> = {
  relative: 'bin/main',
  'out of the image': '../../../../../etc/passwd',
  'the program itself': '/bin/main',
  'through a thousand directories up': `/${'../'.repeat(1300)}none`,
  'as long as can be': `/${'a/'.repeat(2000)}`,
  'a link to itself': '/loop',
  'a directory': '/bin',
  'the root': '/',
  'a script': '/script',
  'nothing but escapes': '/\xff\x1b[31m',
};

for (const [what, interpreter] of Object.entries(INTERPRETERS)) {
  test(`an interpreter that is ${what}`, () => {
    const { findings, milliseconds } = compute([
      symlink('loop', 'loop'),
      program('script', '#!/script\n'),
      exe('bin/main', { interpreter, needed: ['none.so'] }),
      exe('bin/other', { interpreter: '/bin/main', needed: ['none.so'] }),
    ]);
    assert.ok(findings.some(({ kind }) => kind === 'unresolved-library'));
    assert.ok(milliseconds < 2000, `${milliseconds} ms`);
  });
}

test('what a spent budget leaves out is told', () => {
  const image = new Image([glibc(), exe('bin/main', { needed: ['a.so', 'b.so'] }), lib('lib/a.so'), lib('lib/b.so')]);
  const load = (places: number) => {
    const loader = new Loader(image.view, new ElfIndex(image.view.content), new SearchBudget(places));
    const { entry, elf } = image.open('/bin/main');
    return finish(loader.loadProgram(entry, elf));
  };
  assert.equal(load(100).isWhole, true);
  assert.equal(load(2).isWhole, false);
  assert.deepEqual(
    load(2).edges.map(({ path }) => path),
    ['/lib/a.so'],
  );
});
