import assert from 'node:assert/strict';
import { test } from 'node:test';
import { directory, file, type TarMember } from '../../builders/tar.ts';
import { nothingIsLeft, openLab } from './lab.ts';
import { contentsBelow, pathsBelow } from './tree.ts';

const lab = await openLab('names');

/** A text as the bytes of its UTF-8 form. */
function utf8(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

const DEEP = Array.from({ length: 12 }, (_, depth) => `${depth}`.repeat(90).slice(0, 90));

/** Names of files in one directory, byte strings. */
const ODD = [
  ' leading and trailing ',
  'new\nline',
  'tab\tand\rreturn',
  'back\\slash',
  '\\x41',
  '-rf',
  '--help',
  'trailing.',
  '...',
  '.hidden',
  '*?[a-z]{b,c}!(d)',
  '"quoted" \'twice\' `$(run)` $HOME',
  '%2e%2e%2f',
  'a=b',
  '1 path=x',
  '\x01\x1b[31m\x7f',
  utf8('Grüße aus Köln'),
  utf8('日本語'),
  utf8('👩‍🔬'),
  utf8('e\u0301'),
  utf8('é'),
  utf8('\u{fffd}'),
  'n'.repeat(255),
  utf8('ü'.repeat(127)),
  utf8('x'.repeat(100)),
  'y'.repeat(101),
];

test('odd names, long ones and deep paths, new and changed', async () => {
  const files = ODD.map((name) => file(`opt/${name}`, `of ${name}`));
  const deep = DEEP.map((_, depth) => directory(`srv/${DEEP.slice(0, depth + 1).join('/')}`));
  const all: TarMember[] = [
    directory('opt'),
    ...files,
    directory('srv'),
    ...deep,
    file(`srv/${DEEP.join('/')}/end`, 'deep'),
  ];
  const empty = await lab.importImage([directory('etc')]);
  const full = await lab.importImage(all);
  for (const container of [
    await lab.containerWith(empty, all),
    await lab.containerWith(
      full,
      all.map((member) => (member.content === undefined ? member : { ...member, mtime: 1e9 })),
    ),
  ]) {
    const tree = await lab.skinny(container);
    assert.deepEqual(pathsBelow(tree, 'opt').sort(), [...ODD].sort());
    assert.equal(tree.get(`opt/${ODD[0]}`)?.content, `of ${ODD[0]}`);
    assert.equal(tree.get(`srv/${DEEP.join('/')}/end`)?.content, 'deep');
  }
});

test('names that are not UTF-8', async () => {
  const bytes = ['bad\xff', '\x80', 'half\xc3', 'long\xf0\x9f\x98', '\xed\xa0\x80', '\xc0\xaf', 'latin1 \xe4\xf6\xfc'];
  const image = await lab.importImage([directory('etc')]);
  const container = await lab.containerWith(image, [
    directory('opt'),
    ...bytes.map((name) => file(`opt/${name}`, name)),
    directory('opt/dir\xe9'),
    file('opt/dir\xe9/in', 'inside'),
  ]);
  const tree = await lab.skinny(container);
  const expected = { ...Object.fromEntries(bytes.map((name) => [name, name])), 'dir\xe9/in': 'inside' };
  assert.deepEqual(
    contentsBelow(tree, 'opt'),
    Object.fromEntries(Object.entries(expected).sort(([a], [b]) => (a < b ? -1 : 1))),
  );
});

test("names that the engine's list of changes shows alike: only what was changed is taken", async () => {
  const image = await lab.importImage([
    directory('opt'),
    file('opt/a\xfe', 'parent'),
    file('opt/b\xfe', 'parent'),
    file('opt/b\xff', 'parent'),
    directory('opt/c\xfe'),
    file('opt/c\xfe/x', 'parent'),
  ]);
  const container = await lab.containerWith(image, [
    file('opt/a\xff', 'new'),
    file('opt/b\xff', 'changed', { mtime: 1e9 }),
    directory('opt/c\xff'),
    file('opt/c\xff/x', 'new'),
  ]);
  const tree = await lab.skinny(container);
  assert.deepEqual(contentsBelow(tree, 'opt'), { 'a\xff': 'new', 'b\xff': 'changed', 'c\xff/x': 'new' });
});

test('all that is left of such names was deleted: nothing of the parent is taken for it', async () => {
  const parent = await lab.containerWith(await lab.shellImage(), [
    file('opt/d\xfd', 'parent'),
    file('opt/d\xfe', 'parent'),
  ]);
  const image = lab.imageName();
  await lab.docker.docker(['commit', '--change', 'CMD ["sh"]', parent, image]);
  const container = await lab.containerAfter(image, `rm "/opt/$(printf 'd\\375')"; echo x > /opt/x`);
  assert.deepEqual(contentsBelow(await lab.skinny(container), 'opt'), { x: 'x\n' });
});

test('names that engines take for deletions are told, and do no harm to others', async () => {
  const script = `
    mkdir -p /opt/some /opt/.wh.folder /opt/folder
    for name in .wh.some .wh. .wh.file file .wh.folder/in folder/in .whale; do echo $name > /opt/$name; done`;
  const container = await lab.containerAfter(await lab.shellImage(), script);
  const { tree, stdout } = await lab.skinnyImage(container);
  assert.deepEqual(contentsBelow(tree, 'opt'), { '.whale': '.whale\n', file: 'file\n', 'folder/in': 'folder/in\n' });
  assert.deepEqual(pathsBelow(tree, 'opt'), ['.whale', 'file', 'folder', 'folder/in', 'some']);
  const words = stdout.replace(/\s+/g, ' ');
  for (const name of ['/opt/.wh.some', '/opt/.wh.,', '/opt/.wh.file', '/opt/.wh.folder'])
    assert.ok(words.includes(name), name);
  assert.match(words, /can't hold such names|can't be in an image/);
});

nothingIsLeft(lab);
