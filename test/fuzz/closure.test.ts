import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { computeClosure } from '../../src/closure/closure.ts';
import type { Closure } from '../../src/closure/closure-result.ts';
import type { ByteSource } from '../../src/elf/byte-source.ts';
import type { AnalysisView } from '../../src/filesystem/analysis-view.ts';
import type { TreeEntry } from '../../src/filesystem/tree-entry.ts';
import { SkinnywhaleError } from '../../src/model/errors.ts';
import type { RunConfig } from '../../src/model/image-config.ts';
import { type ImagePath, parentPath } from '../../src/model/image-path.ts';
import { requesterOf } from '../../src/model/reason.ts';
import { buildElf } from '../builders/elf.ts';
import { buildLdCache } from '../builders/ld-cache.ts';
import { MemoryStore, readFixture, type TarMember, tar } from '../builders/tar.ts';
import { GuardedSource, realFiles } from '../elf/sources.ts';
import { check, soup } from './budget.ts';

/** A store that fails the test on any read that a file could not answer. */
class GuardedStore extends MemoryStore {
  override content(entry: TreeEntry): ByteSource {
    const { size, read } = super.content(entry);
    const guarded = new GuardedSource(read(0, size));
    // Readers of text may ask for more than there is; what no reader may do is ask for nothing sensible.
    return {
      size,
      read: (offset, length) => {
        assert.ok(Number.isSafeInteger(offset) && offset >= 0 && Number.isSafeInteger(length) && length >= 0);
        const wanted = Math.min(length, size - offset);
        return wanted > 0 ? guarded.read(offset, wanted) : Buffer.alloc(0);
      },
    };
  }
}

const NAMES = [
  'a',
  'b',
  'lib',
  'usr',
  'bin',
  'etc',
  'l.so',
  'm.so.1',
  'ld.so.cache',
  'passwd',
  'sh',
  'env',
  '\xff',
  '.wh.x',
];
const name = fc.constantFrom(...NAMES);
const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
const target = fc
  .tuple(
    fc.constantFrom('/', '', '../', './', '../../', '//'),
    fc.array(fc.oneof(name, fc.constantFrom('..', '.', '')), { maxLength: 5 }),
  )
  .map(([start, parts]) => start + parts.join('/'));

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: tokens of the loader
const TEXTS = [
  '/lib',
  '/usr/lib',
  '$ORIGIN',
  '$LIB',
  '$PLATFORM',
  '${ORIGIN}/..',
  ':',
  ';',
  '/a',
  '/bin/../lib',
  '',
  '$',
  '..',
  'l.so',
  '/usr/lib/l.so',
];
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: tokens of the loader
const text = fc.array(fc.constantFrom(...TEXTS), { maxLength: 4 }).map((parts) => parts.join(''));
const library = fc.oneof(name, path, text, fc.constantFrom('libc.so.6', 'libnss_x.so.2', 'ld.so'));
const INTERPRETERS = [
  '/lib/l.so',
  'bin/l.so',
  '/lib/ld-musl-x86_64.so.1',
  '/lib64/ld-linux-x86-64.so.2',
  '/a/../lib/m.so.1',
];

const elf = fc
  .record(
    {
      interpreter: fc.constantFrom(...INTERPRETERS),
      soname: library,
      needed: fc.array(library, { maxLength: 4 }),
      rpath: text,
      runpath: text,
      filters: fc.array(library, { maxLength: 2 }),
      auxiliaries: fc.array(library, { maxLength: 2 }),
      audit: library,
      noDefaultLib: fc.boolean(),
      pie: fc.boolean(),
      class: fc.constantFrom(32 as const, 64 as const, 64 as const),
      byteOrder: fc.constantFrom('little' as const, 'little' as const, 'big' as const),
      machine: fc.constantFrom(62, 62, 62, 3, 40, 8, 243),
      imports: fc.subarray(['dlopen', 'system', 'getpwnam', 'iconv_open', 'setlocale', 'pthread_exit', 'opendir']),
      strings: fc.array(
        fc.oneof(
          library,
          path.map((one) => `/${one}`),
        ),
        { maxLength: 6 },
      ),
      dlopenNotes: fc.array(fc.array(fc.record({ soname: fc.array(library, { maxLength: 3 }) }), { maxLength: 2 }), {
        maxLength: 1,
      }),
      versionsNeeded: fc.array(fc.record({ library, versions: fc.constant([{ name: 'V' }]) }), { maxLength: 2 }),
    },
    { requiredKeys: [] },
  )
  .map((spec) => buildElf(spec));

/** A few bytes anywhere, and perhaps the end cut off. */
const damaged = fc
  .tuple(elf, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 8 }), fc.option(fc.nat(), { nil: undefined }))
  .map(([bytes, changes, cut]) => {
    const copy = Buffer.from(bytes);
    for (const [at, value] of changes) copy[at % copy.length] = value;
    return cut === undefined ? copy : copy.subarray(0, cut % copy.length);
  });

const cache = fc
  .array(fc.record({ name: library, path: path.map((one) => `/${one}`) }), { maxLength: 4 })
  .map((libraries) => buildLdCache({ libraries }));
const script = soup([
  '#!',
  '/bin/sh',
  '/bin/env',
  ' ',
  '\n',
  '. /a/b',
  'sh -c ',
  '/lib/l.so',
  '"',
  'root:x:0:0::/a:/bin/sh',
]);
const content = fc.oneof(
  { weight: 4, arbitrary: elf },
  { weight: 2, arbitrary: damaged },
  { weight: 1, arbitrary: cache },
  { weight: 2, arbitrary: script.map((one) => Buffer.from(one, 'latin1')) },
);

const member: fc.Arbitrary<TarMember> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ name: path, content, mode: fc.constantFrom(0o644, 0o755, 0o4755, 0o2755) }) },
  { weight: 2, arbitrary: fc.record({ name: path, type: fc.constant('symlink' as const), linkname: target }) },
  { weight: 1, arbitrary: fc.record({ name: path, type: fc.constant('hardlink' as const), linkname: path }) },
  { weight: 2, arbitrary: path.map((one) => ({ name: `${one}/` })) },
  { weight: 1, arbitrary: fc.record({ name: path, type: fc.constantFrom('fifo' as const, 'character' as const) }) },
);

const word = fc.oneof(
  path.map((one) => `/${one}`),
  name.filter((one) => one !== '\xff'),
  fc.constantFrom('-c', ''),
);
const run: fc.Arbitrary<RunConfig> = fc.record(
  {
    Entrypoint: fc.array(word, { maxLength: 3 }),
    Cmd: fc.array(word, { maxLength: 2 }),
    WorkingDir: fc.oneof(path, target),
    User: fc.constantFrom('', 'root', '0', 'nobody', ':', 'x:y'),
    Env: fc.array(
      fc
        .tuple(fc.constantFrom('PATH', 'LD_LIBRARY_PATH', 'LD_PRELOAD', 'LD_AUDIT'), text)
        .map((pair) => pair.join('=')),
      { maxLength: 3 },
    ),
  },
  { requiredKeys: [] },
);

/** What has to be true of any closure: what is kept is there, with what leads to it, and a reason of something kept. */
function checkClosure({ tree }: AnalysisView, closure: Closure): void {
  for (const at of closure.kept.keys()) {
    const reasons = closure.kept.get(at) ?? [];
    assert.ok(tree.get(at) !== undefined, `/${at} is kept and not there`);
    assert.ok(reasons.length > 0);
    for (const by of reasons.map(requesterOf))
      assert.ok(by === null || closure.kept.has(by), `/${at} is kept for /${by}, which is not`);
    // Physical: nothing above it is a link.
    for (let above = parentPath(at); above !== ''; above = parentPath(above)) {
      const entry = tree.get(above as ImagePath);
      assert.ok(entry === undefined || entry.type === 'directory');
    }
  }
}

test('trees of links, circles and damaged programs', () => {
  const policy = fc.record({
    rules: fc.constantFrom(['+all'], [], ['-all']),
    dlopen: fc.constantFrom('off' as const, 'certain' as const, 'likely' as const),
    programs: fc.constantFrom('off' as const, 'direct' as const, 'all' as const),
  });
  let closures = 0;
  check(fc.tuple(fc.array(member, { maxLength: 25 }), run, policy), 2000, ([members, config, rules]) => {
    const archive = tar(usable(members));
    const { tree } = readFixture(archive);
    const view = {
      tree,
      content: new GuardedStore(archive),
      run: config,
      platform: { os: 'linux', architecture: 'amd64' },
    };
    const seeds = [...tree.entries()].filter((_, index) => index % 3 === 0);
    checkClosure(
      view,
      computeClosure(
        view,
        seeds.map((entry) => ({ entry, reason: { kind: 'changed' as const } })),
        rules,
      ),
    );
    closures++;
  });
  assert.ok(closures > 10, `only ${closures} closures`);
});

test('real programs with damage to what their headers point to', () => {
  const { node, interpreter, libc } = realFiles();
  const parts = [interpreter, libc].filter((part) => part !== undefined);
  // A whole node is too long to be copied that often, and its beginning is that of a truncated file.
  const files = [...parts, node.subarray(0, 1 << 16)];
  const damage = fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(255)), {
    minLength: 1,
    maxLength: 20,
  });
  check(fc.tuple(fc.nat(files.length - 1), damage, fc.boolean()), 60, ([index, changes, front]) => {
    const bytes = Buffer.from(files[index] as Buffer);
    for (const [where, value] of changes) bytes[Math.floor(where * ((front ? 4096 : bytes.length) - 1))] = value;
    const members: TarMember[] = [
      { name: 'etc/' },
      { name: 'lib64/' },
      { name: 'lib64/ld-linux-x86-64.so.2', content: index === 0 ? bytes : (files[0] as Buffer), mode: 0o755 },
      { name: 'lib64/libc.so.6', content: bytes, mode: 0o755 },
      {
        name: 'main',
        content: buildElf({ interpreter: '/lib64/ld-linux-x86-64.so.2', needed: ['libc.so.6'] }),
        mode: 0o755,
      },
    ];
    const archive = tar(members);
    const { tree } = readFixture(archive);
    const view = { tree, content: new GuardedStore(archive), run: { Entrypoint: ['/main'] } };
    checkClosure(view, computeClosure(view, [], { rules: ['+all'], dlopen: 'likely', programs: 'all' }));
  });
});

/** Those members that an archive may have, each after what it needs: the others are the archive readers' business. */
function usable(members: readonly TarMember[]): TarMember[] {
  const kept: TarMember[] = [];
  for (const one of members) {
    try {
      readFixture(tar([...kept, one]));
      kept.push(one);
    } catch (error) {
      if (!(error instanceof SkinnywhaleError)) throw error;
    }
  }
  return kept;
}

test('a walk through links at random ends, and where it ends is there', () => {
  check(fc.tuple(fc.array(member, { maxLength: 25 }), fc.array(target, { maxLength: 20 })), 600, ([members, texts]) => {
    const { tree } = readFixture(tar(usable(members)));
    for (const one of texts) {
      for (const followLast of [true, false]) {
        const found = tree.resolve(one, { followLast });
        assert.equal(found.entry !== undefined, found.status === 'found' && found.path !== '', one);
        assert.ok(found.links.length <= 40);
        assert.ok(!/(^|\/)\.{0,2}(\/|$)/.test(found.path) || found.path === '', found.path);
        for (const link of found.links) assert.equal(tree.get(link)?.type, 'symlink');
        if (found.entry !== undefined) assert.equal(tree.get(found.path), found.entry);
        // To walk again from there leads nowhere else.
        if (found.status === 'found' && followLast) assert.equal(tree.resolve(`/${found.path}`).entry, found.entry);
      }
    }
  });
});
