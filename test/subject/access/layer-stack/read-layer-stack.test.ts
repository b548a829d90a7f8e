import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { SkinnywhaleError } from '../../../../src/model/errors.ts';
import type { ImagePath } from '../../../../src/model/image-path.ts';
import { gzipLayer, plainLayer } from '../../../builders/image-archive.ts';
import {
  directory,
  extension,
  file,
  hardlink,
  paxRecords,
  symlink,
  type TarMember,
  tar,
} from '../../../builders/tar.ts';
import { scan } from '../../../tar/scan.ts';
import { shownTree, stackOf } from './stack.ts';

type Layer = readonly TarMember[];

/** The tree that layers show, and what of it is above the first one. */
async function merged(...layers: readonly Layer[]): Promise<[tree: Record<string, string>, changed: string[]]> {
  await using stack = await stackOf(1, ...layers.map((members) => plainLayer(...members)));
  return [shownTree(stack), [...stack.changed.keys()].sort()];
}

const DIRECTORY = 'directory';

describe('what layers show', () => {
  const cases: [what: string, layers: Layer[], tree: Record<string, string>, changed: string[]][] = [
    [
      'a file that is added, one that is changed twice, and one that stays',
      [[directory('d'), file('d/a', '1'), file('d/b', '1')], [file('d/a', '2'), file('d/c', '2')], [file('d/a', '3')]],
      { d: DIRECTORY, 'd/a': '3', 'd/b': '1', 'd/c': '2' },
      ['d/a', 'd/c'],
    ],
    [
      'a whiteout of a file and of a directory',
      [
        [directory('d'), file('d/a'), directory('d/e'), file('d/e/f'), file('x', 'x')],
        [file('d/.wh.a'), file('d/.wh.e')],
      ],
      { d: DIRECTORY, x: 'x' },
      [],
    ],
    [
      'a whiteout hides only what is below its own layer, wherever it stands',
      [
        [directory('d'), file('d/a', '1')],
        [file('d', '', { type: 'directory' }), file('d/b', '2'), file('.wh.d')],
      ],
      { d: DIRECTORY, 'd/b': '2' },
      ['d', 'd/b'],
    ],
    ['a whiteout of nothing', [[file('a', 'a')], [file('.wh.b'), file('.wh.c')]], { a: 'a' }, []],
    ['a file that is deleted and made again', [[file('a', '1')], [file('.wh.a')], [file('a', '3')]], { a: '3' }, ['a']],
    [
      'an opaque directory, with its mark first or last',
      [
        [directory('d'), file('d/a'), directory('d/e'), file('d/e/f'), directory('o'), file('o/a')],
        [
          directory('d'),
          file('d/.wh..wh..opq'),
          file('d/b', '2'),
          directory('o'),
          file('o/b', '2'),
          file('o/.wh..wh..opq'),
        ],
      ],
      { d: DIRECTORY, 'd/b': '2', o: DIRECTORY, 'o/b': '2' },
      ['d', 'd/b', 'o', 'o/b'],
    ],
    [
      'a root that is marked as opaque',
      [[file('a', '1')], [file('.wh..wh..opq'), file('b', '2')]],
      { a: '1', b: '2' },
      ['b'],
    ],
    [
      'a directory that becomes a file, and a link',
      [
        [directory('d'), file('d/a'), directory('e'), file('e/a')],
        [file('d', 'file'), symlink('e', 'd')],
      ],
      { d: 'file', e: '-> d' },
      ['d', 'e'],
    ],
    [
      'a file that becomes a directory, with and without an entry of its own',
      [
        [file('a', '1'), file('b', '1')],
        [directory('a'), file('a/x', 'x'), file('b/x', 'x')],
      ],
      { a: DIRECTORY, 'a/x': 'x', b: DIRECTORY, 'b/x': 'x' },
      ['a', 'a/x', 'b', 'b/x'],
    ],
    [
      'what was below a directory that has been a file in between stays hidden',
      [[directory('d'), file('d/a', '1')], [file('d', '2')], [directory('d'), file('d/b', '3')]],
      { d: DIRECTORY, 'd/b': '3' },
      ['d', 'd/b'],
    ],
    [
      'a directory takes the place of a link of a lower layer',
      [
        [directory('usr'), directory('usr/lib'), file('usr/lib/a', '1'), symlink('lib', 'usr/lib')],
        [file('lib/b', '2')],
      ],
      { lib: DIRECTORY, 'lib/b': '2', usr: DIRECTORY, 'usr/lib': DIRECTORY, 'usr/lib/a': '1' },
      ['lib', 'lib/b'],
    ],
    [
      'a name through a link of its own layer',
      [[], [directory('usr'), directory('usr/lib'), symlink('lib', '/usr/lib'), file('lib/b', '2'), file('lib/.wh.c')]],
      { lib: '-> /usr/lib', usr: DIRECTORY, 'usr/lib': DIRECTORY, 'usr/lib/b': '2' },
      ['lib', 'usr', 'usr/lib', 'usr/lib/b'],
    ],
    [
      'a deletion mark through a link of a lower layer leaves a directory in its place',
      [[directory('usr'), file('usr/a', '1'), symlink('u', 'usr')], [file('u/.wh.a')]],
      { u: DIRECTORY, usr: DIRECTORY, 'usr/a': '1' },
      ['u'],
    ],
    [
      'directories that layers take for granted',
      [[file('a/b/c', '1')], [file('a/b/d', '2'), file('x/y', '2')]],
      { a: DIRECTORY, 'a/b': DIRECTORY, 'a/b/c': '1', 'a/b/d': '2', x: DIRECTORY, 'x/y': '2' },
      ['a/b/d', 'x', 'x/y'],
    ],
    [
      'names that begin with a slash or ./, and the root',
      [
        [directory('.'), file('./a', '1'), directory('./d')],
        [directory('./'), file('/b', '2'), file('//d/.//c', '2')],
      ],
      { a: '1', b: '2', d: DIRECTORY, 'd/c': '2' },
      ['b', 'd/c'],
    ],
    [
      'names that are not UTF-8',
      [
        [file('\xff\xfe', '1'), file('\xe4', '1')],
        [file('.wh.\xff\xfe'), file('\xe4', '2')],
      ],
      { '\xe4': '2' },
      ['\xe4'],
    ],
    [
      'files that AUFS kept for itself',
      [
        [file('a', '1')],
        [directory('.wh..wh.plnk'), file('.wh..wh.plnk/1.2', 'x'), file('.wh..wh.aufs'), file('b', '2')],
      ],
      { a: '1', b: '2' },
      ['b'],
    ],
    ['an empty layer, and one of no bytes but its end', [[file('a', '1')], [], []], { a: '1' }, []],
  ];
  for (const [what, layers, tree, changed] of cases) {
    test(what, async () => assert.deepEqual(await merged(...layers), [tree, changed]));
  }
});

describe('hardlinks', () => {
  const LINKED = [file('a', 'same'), hardlink('b', 'a'), hardlink('c', 'a')];
  const cases: [what: string, layers: Layer[], tree: Record<string, string>, changed: string[]][] = [
    ['of one layer', [LINKED], { a: 'same', b: 'same = a', c: 'same = a' }, []],
    ['the first name is deleted', [LINKED, [file('.wh.a')]], { b: 'same', c: 'same = b' }, []],
    ['the first name is another file', [LINKED, [file('a', 'other')]], { a: 'other', b: 'same', c: 'same = b' }, ['a']],
    ['a further name is another file', [LINKED, [file('b', 'other')]], { a: 'same', b: 'other', c: 'same = a' }, ['b']],
    ['the first name comes last', [[file('z', 'same'), hardlink('a', 'z')]], { a: 'same = z', z: 'same' }, []],
    [
      'the first name comes last and is gone',
      [[file('z', 'same'), hardlink('b', 'z'), hardlink('a', 'z')], [file('.wh.z')]],
      { a: 'same', b: 'same = a' },
      [],
    ],
    [
      'a file of a lower layer, copied up',
      [[file('a', 'same')], [file('a', 'same'), hardlink('b', 'a')]],
      { a: 'same', b: 'same = a' },
      ['b'],
    ],
    [
      'a target that only a lower layer has',
      [[file('a', 'same')], [hardlink('b', 'a'), hardlink('c', 'b')]],
      { a: 'same', b: 'same = a', c: 'same = a' },
      ['b', 'c'],
    ],
    [
      'a target of a lower layer that is deleted above',
      [[file('a', 'same')], [hardlink('b', 'a')], [file('.wh.a')]],
      { b: 'same' },
      ['b'],
    ],
    ['a link', [[symlink('a', 'x'), hardlink('b', 'a')], [file('.wh.a')]], { b: '-> x' }, []],
  ];
  for (const [what, layers, tree, changed] of cases) {
    test(what, async () => assert.deepEqual(await merged(...layers), [tree, changed]));
  }
});

describe('what counts as changed', () => {
  const FILE = file('d/a', 'content', { mtime: 5 });
  test('an owner, a mode and a capability do', async () => {
    const layers = [
      [directory('d'), FILE, file('d/b', 'x'), file('d/c', 'x'), file('d/e', 'x')],
      [file('d/b', 'x', { uid: 7 }), file('d/c', 'x', { mode: 0o755 }), file('d/e', 'x', { capability: '\x01\xff' })],
    ];
    assert.deepEqual((await merged(...layers))[1], ['d/b', 'd/c', 'd/e']);
  });
  test('the same bytes again do not, the same size and time do not suffice', async () => {
    assert.deepEqual((await merged([directory('d'), FILE], [directory('d'), FILE]))[1], []);
    const other = file('d/a', 'CONTENT', { mtime: 5 });
    assert.deepEqual((await merged([directory('d'), FILE], [directory('d'), other]))[1], ['d', 'd/a']);
  });
  test('a directory again does where something in it is changed or gone, or it has another owner', async () => {
    const base = [directory('d'), FILE, directory('e'), file('e/x'), directory('f', { mtime: 1 }), directory('g')];
    const change = [
      directory('d'),
      file('d/.wh.a'),
      directory('e'),
      directory('f', { mtime: 9 }),
      directory('g', { gid: 3 }),
    ];
    assert.deepEqual(await merged(base, change), [
      { d: DIRECTORY, e: DIRECTORY, 'e/x': '', f: DIRECTORY, g: DIRECTORY },
      ['d', 'g'],
    ]);
  });
  test('everything does without a base, nothing where all is base', async () => {
    const layers = [plainLayer(file('a', '1')), plainLayer(file('b', '2'))];
    await using none = await stackOf(0, ...layers);
    assert.deepEqual(
      [...none.changed],
      [
        ['a', 'added'],
        ['b', 'added'],
      ],
    );
    await using all = await stackOf(2, ...layers);
    assert.deepEqual([[...all.changed], all.isChanged], [[], false]);
  });
  test('a deletion is a change of nothing that is there', async () => {
    await using stack = await stackOf(1, plainLayer(directory('d'), file('d/a')), plainLayer(file('d/.wh.a')));
    assert.deepEqual([[...stack.changed], stack.isChanged], [[], true]);
  });
});

test('where a path comes from', async () => {
  await using stack = await stackOf(
    1,
    plainLayer(directory('d'), file('d/a', '1'), file('z', 'z'), hardlink('y', 'z')),
    gzipLayer(file('d/b', '2')),
    plainLayer(file('d/c', '3'), file('n/ew', '3'), file('.wh.z')),
  );
  const layers = [...stack.tree.entries()].map(({ path }) => [path, stack.layerOf(path)]);
  assert.deepEqual(Object.fromEntries(layers), { d: 0, 'd/a': 0, 'd/b': 1, 'd/c': 2, n: 2, 'n/ew': 2, y: 0 });
  assert.equal(stack.layerOf('none' as ImagePath), undefined);
});

test('entries go out as they are in their layer, or with another name', async () => {
  const capability = '\x01\x00\x00\x02\xff\xfe';
  const odd = file('odd', 'odd', {
    uid: 3_000_000_000,
    capability,
    mtime: 2 ** 33,
    pax: { 'SCHILY.xattr.user.x': 'y' },
  });
  const base = [odd, file('first', 'linked', { capability, mode: 0o4755 }), hardlink('second', 'first')];
  const above = [file('.wh.first'), file('/sla/sh', 'slash', { uid: 9 }), directory('/ab/solute', { mode: 0o1777 })];
  await using stack = await stackOf(1, plainLayer(...base), gzipLayer(...above));
  const { tree, content } = stack;
  const pieces = content.outgoing(
    [...tree.entries()].map((entry) => ({
      entry,
      header: undefined,
      data: entry.inode.size > 0 ? entry.inode : undefined,
    })),
  );
  const sent = scan(Buffer.concat([...pieces, Buffer.alloc(1024)]));
  assert.deepEqual(
    sent.map(({ name, type, mode, uid, content: data }) => [name, type, mode, uid, data.toString()]),
    [
      ['ab/', 'directory', 0o755, 0, ''],
      ['ab/solute/', 'directory', 0o1777, 0, ''],
      ['odd', 'file', 0o644, 3_000_000_000, 'odd'],
      ['second', 'file', 0o4755, 0, 'linked'],
      ['sla/', 'directory', 0o755, 0, ''],
      ['sla/sh', 'file', 0o644, 9, 'slash'],
    ],
  );
  assert.deepEqual(sent[2]?.header, scan(tar([odd]))[0]?.header);
  assert.ok(sent[3]?.header.includes(Buffer.from(capability, 'latin1')));
});

test('what a layer says for all of its entries at once means nothing to an engine', async () => {
  const globals = extension(
    'g',
    paxRecords([
      ['uid', '7'],
      ['comment', 'git archive'],
    ]),
  );
  const plain = Buffer.concat([globals, tar([file('a', 'a')])]);
  await using stack = await stackOf(0, { plain, stored: plain });
  assert.equal(stack.tree.get('a' as ImagePath)?.uid, 0);
  assert.equal(shownTree(stack)['a'], 'a');
});

describe('layers that are refused', () => {
  const cases: [what: string, layers: Layer[], why: RegExp][] = [
    ['a name that leads outside', [[file('../a')]], /could lead outside/],
    ['a name that leads outside later', [[directory('d'), file('d/../../a')]], /could lead outside/],
    ['a deletion mark that leads outside', [[file('../.wh.a')]], /could lead outside/],
    ['a deletion mark for ..', [[directory('d'), file('d/.wh...')]], /deletes nothing/],
    ['a deletion mark for .', [[file('.wh..')]], /deletes nothing/],
    ['a deletion mark without a name', [[file('.wh.')]], /deletes nothing/],
    ['something below a deletion mark', [[file('.wh.a/b')]], /below a deletion mark/],
    ['a path twice', [[file('a'), file('./a')]], /in it twice/],
    ['something below a file', [[file('a'), file('a/b')]], /not a directory/],
    ['a file above something', [[file('a/b'), file('a')]], /something lies below it/],
    ['links in a circle', [[symlink('a', 'b'), symlink('b', 'a'), file('a/c')]], /in circles/],
    ['a hardlink to nothing', [[], [hardlink('b', 'a')]], /points to nothing/],
    ['a hardlink to a directory below', [[directory('a')], [hardlink('b', 'a')]], /points to a directory/],
    ['a hardlink that leads outside', [[hardlink('b', '../a')]], /could lead outside/],
    ['a hardlink to what was deleted', [[file('a')], [file('.wh.a')], [hardlink('b', 'a')]], /points to nothing/],
    ['a root that is a file', [[file('.')]], /no directory/],
    ['a type that no layer has', [[file('a', '', { typeflag: 'S' })]], /unknown type/],
  ];
  for (const [what, layers, why] of cases) {
    test(what, () =>
      assert.rejects(
        merged(...layers),
        (error) => error instanceof SkinnywhaleError && error.code === 'BAD_ARCHIVE' && why.test(error.message),
      ),
    );
  }
});

test('a link to the machine’s files leads nowhere but into the image', async () => {
  const [tree] = await merged([
    symlink('e', '/etc'),
    file('e/passwd', 'ours'),
    symlink('up', '../../..'),
    file('up/x', 'x'),
  ]);
  assert.deepEqual(tree, { e: '-> /etc', etc: DIRECTORY, 'etc/passwd': 'ours', up: '-> ../../..', x: 'x' });
});

test('what an upper layer of the base has replaced is not what the base shows', async () => {
  const layers = [[file('a', '1')], [file('a', '2')], [file('a', '1')]].map((members) => plainLayer(...members));
  await using stack = await stackOf(2, ...layers);
  assert.deepEqual([...stack.changed.keys()], ['a']);
});
