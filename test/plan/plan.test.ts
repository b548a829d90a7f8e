import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { layerLength, layerStream } from '../../src/layer/layer-stream.ts';
import type { imagePath } from '../../src/model/image-path.ts';
import { checkPlan } from '../../src/plan/check-plan.ts';
import { makePlan, type Plan } from '../../src/plan/plan.ts';
import {
  directory,
  type Fixture,
  file,
  fixture,
  hardlink,
  program,
  readFixture,
  symlink,
  type TarMember,
  tar,
} from '../builders/tar.ts';
import { type Scanned, scan } from '../tar/scan.ts';

function paths(texts: readonly string[]): ReadonlySet<ReturnType<typeof imagePath>> {
  return new Set(texts.map((text) => text as ReturnType<typeof imagePath>));
}

/** The plan for these paths, checked; all of it is the change layer where nothing else is said. */
function planFor(source: Fixture, kept: readonly string[], changed: readonly string[] = kept): Plan {
  const early = paths(changed);
  const plan = makePlan(paths(kept), source, { isSettled: (path) => early.has(path) });
  checkPlan(plan);
  return plan;
}

/** The layer as another reader of tars would see it. */
async function layerOf(source: Fixture, plan: Plan): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const pieces = Readable.from(source.content.outgoing(plan.entries));
  for await (const chunk of layerStream(pieces, () => {}).stream) chunks.push(chunk);
  const layer = Buffer.concat(chunks);
  assert.equal(layer.length, layerLength(plan, source.content));
  return layer;
}

async function emitted(source: Fixture, plan: Plan): Promise<Scanned[]> {
  return scan(await layerOf(source, plan));
}

function names(plan: Plan): string[] {
  return Array.from(plan.entries, ({ path }) => path);
}

test('what is settled early comes first, then the rest, each in path order', () => {
  const source = readFixture(
    tar([directory('a'), file('a/parent'), file('a/changed'), directory('b'), file('b/changed'), file('c')]),
  );
  const plan = planFor(source, ['a/parent', 'a/changed', 'b/changed', 'c'], ['a/changed', 'b/changed']);
  assert.deepEqual(names(plan), ['a', 'a/changed', 'b', 'b/changed', 'a/parent', 'c']);
});

test('only what is kept and the directories above it are in the plan', () => {
  const source = fixture(file('a/b/c/deep', 'x'), file('a/b/other', 'x'), directory('d/e'), file('f'));
  assert.deepEqual(names(planFor(source, ['a/b/c/deep', 'd'])), ['a', 'a/b', 'a/b/c', 'a/b/c/deep', 'd']);
});

test('directories that the source forgot are made up', async () => {
  const source = readFixture(tar([file('a/b/c', 'content', { uid: 7 }), file('a/d')]));
  const plan = planFor(source, ['a/b/c', 'a/d']);
  assert.deepEqual(names(plan), ['a', 'a/b', 'a/b/c', 'a/d']);
  const entries = await emitted(source, plan);
  assert.deepEqual(
    entries.map(({ name, type, mode, uid }) => [name, type, mode, uid]),
    [
      ['a/', 'directory', 0o755, 0],
      ['a/b/', 'directory', 0o755, 0],
      ['a/b/c', 'file', 0o644, 7],
      ['a/d', 'file', 0o644, 0],
    ],
  );
  assert.equal(entries[2]?.content.toString(), 'content');
});

test('a directory that comes after what lies in it is placed before it', () => {
  const source = readFixture(tar([file('a/b'), directory('a', { uid: 5 })]));
  const plan = planFor(source, ['a/b', 'a']);
  assert.deepEqual(names(plan), ['a', 'a/b']);
  assert.equal([...plan.entries][0]?.entry?.uid, 5);
});

test('entries go out byte for byte as they came in, whatever they hold', async () => {
  const odd: TarMember[] = [
    directory('d', { uid: 3_000_000_000, gid: 2_097_152, mtime: -5, mode: 0o2775 }),
    file('d/capable', 'x'.repeat(700), { capability: '\x01\x00\xff\x80\n', mode: 0o4755 }),
    file('d/empty'),
    symlink('d/link', 'l'.repeat(150)),
    file(`d/${'long/'.repeat(30).replaceAll('/', '_')}\xff\xe9`, 'y'),
    { name: 'd/null', type: 'character', device: [1, 3] },
    { name: 'd/pipe', type: 'fifo' },
    file('d_gnu'.repeat(30), 'z', { format: 'gnu', uid: 2 ** 40 }),
  ];
  const source = readFixture(tar(odd));
  const all = [...source.tree.entries()].map(({ path }) => path);
  const layer = await layerOf(source, planFor(source, all));
  assert.ok(layer.equals(source.content.archive));
  // The same in pieces: every second entry, and the directory.
  const some = all.filter((_, index) => index === 0 || index % 2 === 1);
  const kept = (await emitted(source, planFor(source, some))).map(({ header, content }) => [header, content]);
  const expected = scan(source.content.archive)
    .filter((_, index) => index === 0 || index % 2 === 1)
    .map(({ header, content }) => [header, content]);
  assert.deepEqual(kept, expected);
});

test('hardlinks stay hardlinks', async () => {
  const source = fixture(program('bin/a', 'content'), hardlink('bin/b', 'bin/a'), hardlink('lib/c', 'bin/a'));
  const plan = planFor(source, ['bin/a', 'bin/b', 'lib/c']);
  assert.deepEqual(
    (await emitted(source, plan)).filter(({ type }) => type !== 'directory').map((e) => [e.name, e.type, e.linkname]),
    [
      ['bin/a', 'file', ''],
      ['bin/b', 'hardlink', 'bin/a'],
      ['lib/c', 'hardlink', 'bin/a'],
    ],
  );
});

test('where the first name is dropped, the next one gets the content', async () => {
  const first = program('a/first', 'content', { uid: 9, mtime: 77, capability: '\x01\xff' });
  const source = fixture(first, hardlink('b/second', 'a/first'), hardlink('c/third', 'a/first'));
  const entries = await emitted(source, planFor(source, ['b/second', 'c/third']));
  const [, second, , third] = entries;
  assert.deepEqual(
    entries.map(({ name }) => name),
    ['b/', 'b/second', 'c/', 'c/third'],
  );
  assert.deepEqual([second?.type, second?.content.toString()], ['file', 'content']);
  assert.deepEqual([second?.mode, second?.uid, second?.mtime, second?.hasCapabilities], [0o755, 9, 77, true]);
  assert.deepEqual([third?.type, third?.linkname, third?.size], ['hardlink', 'b/second', 0]);
  const [only] = (await emitted(source, planFor(source, ['c/third']))).filter(({ type }) => type === 'file');
  assert.deepEqual([only?.name, only?.content.toString()], ['c/third', 'content']);
});

test('of a hardlinked file’s names the one that is placed first has the content, whichever the source had it under', async () => {
  const source = fixture(file('usr/first', 'content'), hardlink('usr/second', 'usr/first'), file('usr/other'));
  const plan = planFor(source, ['usr/first', 'usr/second', 'usr/other'], ['usr/second', 'usr/other']);
  assert.deepEqual(names(plan), ['usr', 'usr/other', 'usr/second', 'usr/first']);
  const entries = await emitted(source, plan);
  assert.deepEqual(
    entries.slice(1).map(({ name, type, linkname, content }) => [name, type, linkname, content.toString()]),
    [
      ['usr/other', 'file', '', ''],
      ['usr/second', 'file', '', 'content'],
      ['usr/first', 'hardlink', 'usr/second', ''],
    ],
  );
});

test('of two names that go without the first, the one placed first gets the content, in either section', async () => {
  const source = fixture(file('a', 'content'), hardlink('b', 'a'), hardlink('c', 'a'));
  const entries = await emitted(source, planFor(source, ['b', 'c'], ['c']));
  assert.deepEqual(
    entries.map(({ name, type, linkname }) => [name, type, linkname]),
    [
      ['c', 'file', ''],
      ['b', 'hardlink', 'c'],
    ],
  );
});

test('names that don’t fit a header work as new names, too', async () => {
  const long = `${'x'.repeat(120)}\xff`;
  const source = fixture(file('a', 'content'), hardlink(long, 'a'), hardlink('z', 'a'));
  const entries = await emitted(source, planFor(source, [long, 'z']));
  assert.deepEqual(
    entries.map(({ name, type, linkname }) => [name, type, linkname]),
    [
      [long, 'file', ''],
      ['z', 'hardlink', long],
    ],
  );
});

test('hardlinked symbolic links and devices stay what they are', async () => {
  const source = fixture(
    symlink('a', 'target'),
    hardlink('b', 'a'),
    hardlink('c', 'a'),
    { name: 'null', type: 'character', device: [1, 3] },
    hardlink('null2', 'null'),
  );
  const kinds = async (kept: string[]) =>
    (await emitted(source, planFor(source, kept))).map(({ name, type, linkname }) => `${name} ${type} ${linkname}`);
  assert.deepEqual(await kinds(['a', 'b']), ['a symlink target', 'b hardlink a']);
  assert.deepEqual(await kinds(['b', 'c']), ['b symlink target', 'c hardlink b']);
  assert.deepEqual(await kinds(['null2']), ['null2 character ']);
});

test('empty hardlinked files are promoted as others are', async () => {
  const source = fixture(file('a'), hardlink('b', 'a'));
  assert.deepEqual(
    (await emitted(source, planFor(source, ['b']))).map(({ name, type }) => [name, type]),
    [['b', 'file']],
  );
});

test('names that engines take for deletion marks are left out and told, with what lies below them', async () => {
  const source = fixture(file('a/.wh.file'), file('.wh.dir/x'), file('.wh..wh..opq'), file('a/.whx', 'kept'));
  const plan = planFor(source, ['a/.wh.file', '.wh.dir', '.wh.dir/x', '.wh..wh..opq', 'a/.whx']);
  assert.deepEqual(names(plan), ['a', 'a/.whx']);
  assert.deepEqual([...plan.whiteoutNames].sort(), ['.wh..wh..opq', '.wh.dir', 'a/.wh.file']);
  assert.equal((await emitted(source, plan)).length, 2);
});

test('a hardlinked file whose first name is such a mark keeps its content under the next', async () => {
  const source = fixture(file('.wh.a', 'content'), hardlink('b', '.wh.a'));
  const entries = await emitted(source, planFor(source, ['.wh.a', 'b']));
  assert.deepEqual(
    entries.map(({ name, type, content }) => [name, type, content.toString()]),
    [['b', 'file', 'content']],
  );
});

test('an empty plan is an empty archive', async () => {
  const source = fixture(file('a'));
  assert.equal((await layerOf(source, planFor(source, []))).length, 1024);
});

test('an entry of the root itself may be kept', async () => {
  const source = readFixture(tar([directory('.', { mode: 0o700 }), file('./a', 'x')]));
  assert.deepEqual(
    (await emitted(source, planFor(source, ['', 'a']))).map(({ name, mode }) => [name, mode]),
    [
      ['./', 0o700],
      ['./a', 0o644],
    ],
  );
});

test('files that are written anew keep all of their header but the size; new ones are of root’s', async () => {
  const source = fixture(
    file('var/status', 'old content', { uid: 7, mode: 0o640, mtime: 5 }),
    directory('var/d', { mtime: 9 }),
  );
  const made = new Map([
    ['var/status', Buffer.from('new')],
    ['var/d/added', Buffer.alloc(600, 'y')],
  ] as [ReturnType<typeof imagePath>, Buffer][]);
  const plan = makePlan(paths(['var/status', 'var/d/added']), { ...source, made });
  checkPlan(plan);
  const entries = (await emitted(source, plan)).filter(({ type }) => type === 'file');
  assert.deepEqual(
    entries.map(({ name, uid, mode, mtime, content }) => [name, uid, mode, mtime, content.toString()]),
    [
      ['var/d/added', 0, 0o644, 9, 'y'.repeat(600)],
      ['var/status', 7, 0o640, 5, 'new'],
    ],
  );
});
