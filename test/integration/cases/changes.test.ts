import assert from 'node:assert/strict';
import { test } from 'node:test';
import { directory, file, hardlink, symlink } from '../../builders/tar.ts';
import { nothingIsLeft, openLab } from './lab.ts';
import { below, contentsBelow, pathsBelow } from './tree.ts';

const lab = await openLab('changes');

/** A shell image with files of its own in /opt. */
const parent = lab.imageName();
await lab.docker.docker([
  'commit',
  // the script is the container's own command, which names what it makes
  '--change=CMD ["sh"]',
  await lab.containerAfter(
    await lab.shellImage(),
    `mkdir -p /srv /opt/again /opt/folder/deep /opt/gone
     for name in again/one again/two folder/x folder/deep/y plain gone/a gone/b both; do echo $name > /opt/$name; done
     ln -s plain /opt/link; ln -s folder /opt/to-folder; ln /opt/both /opt/both-2`,
  ),
  parent,
]);

test('a directory that was removed and made again holds what is new in it, and no more', async () => {
  const script = 'rm -r /opt/again; mkdir -m 700 /opt/again; echo new > /opt/again/three';
  const tree = await lab.skinny(await lab.containerAfter(parent, script));
  assert.deepEqual(pathsBelow(tree, 'opt'), ['again', 'again/three']);
  assert.equal(tree.get('opt/again')?.mode, 0o700);
});

test('one path in place of another kind', async () => {
  const script = `
    rm -r /opt/folder; echo file > /opt/folder
    rm /opt/plain; mkdir /opt/plain; echo inside > /opt/plain/x
    rm /opt/link; mkdir /opt/link; echo inside > /opt/link/y
    rm /opt/to-folder; ln -s plain/x /opt/to-folder
    rm -r /opt/gone; ln -s again /opt/gone`;
  const container = await lab.containerAfter(parent, script);
  const tree = await lab.skinny(container);
  const { again: _again, ...found } = below(tree, 'opt');
  const kinds = Object.fromEntries(Object.entries(found).map(([path, { type, linkname }]) => [path, type + linkname]));
  assert.deepEqual(kinds, {
    folder: 'file',
    gone: 'symlinkagain',
    link: 'directory',
    'link/y': 'file',
    plain: 'directory',
    'plain/x': 'file',
    'to-folder': 'symlinkplain/x',
  });
  assert.deepEqual(contentsBelow(tree, 'opt'), { folder: 'file\n', 'link/y': 'inside\n', 'plain/x': 'inside\n' });
});

test('a changed mode, owner or time is a change', async () => {
  const script = `chmod 4711 /opt/plain; chown 7:8 /opt/again/one; touch -d 2001-02-03T04:05:06Z /opt/folder/x`;
  const tree = await lab.skinny(await lab.containerAfter(parent, script));
  assert.deepEqual(contentsBelow(tree, 'opt'), {
    'again/one': 'again/one\n',
    'folder/x': 'folder/x\n',
    plain: 'plain\n',
  });
  assert.equal(tree.get('opt/plain')?.mode, 0o4711);
  const { uid, gid } = tree.get('opt/again/one') ?? {};
  assert.deepEqual([uid, gid], [7, 8]);
  assert.equal(tree.get('opt/folder/x')?.mtime, Date.UTC(2001, 1, 3, 4, 5, 6) / 1000);
});

test('hardlinks stay hardlinks', async () => {
  const script = 'echo x > /opt/m; ln /opt/m /opt/a; ln /opt/m /opt/z;  ln /opt/m /srv/far';
  const tree = await lab.skinny(await lab.containerAfter(parent, script));
  const links = [...tree].filter(([, { type }]) => type === 'hardlink').map(([path, { linkname }]) => [path, linkname]);
  assert.deepEqual(links, [
    ['opt/m', 'opt/a'],
    ['opt/z', 'opt/a'],
    ['srv/far', 'opt/a'],
  ]);
  assert.deepEqual(contentsBelow(tree, 'opt'), { a: 'x\n' });
});

test('a hardlinked file of which the first name is left out keeps its content under the next', async () => {
  const meta = {
    ...{ mode: 0o751, uid: 5, gid: 6, mtime: 1e9 },
    capability: `\x01\0\0\x02\x80\0\0\0${'\0'.repeat(12)}`,
  };
  const container = await lab.containerWith(parent, [
    file('opt/excluded', 'one', meta),
    { ...hardlink('srv/r\xc3\xa9sum\xc3\xa9', 'opt/excluded'), ...meta },
    { ...hardlink('srv/second', 'opt/excluded'), ...meta },
    file('tmp/first', 'two'),
    hardlink('usr/second', 'tmp/first'),
  ]);
  const tree = await lab.skinny(container, '--exclude', '/opt/excluded');
  assert.equal(tree.has('tmp/first'), false);
  assert.equal(tree.has('opt/excluded'), false);
  const promoted = tree.get('srv/r\xc3\xa9sum\xc3\xa9');
  assert.deepEqual(promoted, {
    type: 'file',
    mode: 0o751,
    uid: 5,
    gid: 6,
    mtime: 1e9,
    content: 'one',
    linkname: '',
    capability: `0100000280${'0'.repeat(30)}`,
    device: undefined,
  });
  assert.equal(tree.get('srv/second')?.linkname, 'srv/r\xc3\xa9sum\xc3\xa9');
  assert.equal(tree.get('usr/second')?.content, 'two');
});

test("new names of the parent's files have their content", async () => {
  // one name before the parent's in an export's order, one after it
  const tree = await lab.skinny(await lab.containerAfter(parent, 'ln /opt/plain /opt/another; ln /opt/gone/a /srv/z'));
  assert.deepEqual(contentsBelow(tree, 'opt'), { another: 'plain\n' });
  assert.equal(tree.get('srv/z')?.content, 'gone/a\n');
});

test('nothing was changed: the container stands for its image, which is said', async () => {
  for (const script of ['true', 'rm -r /opt/gone', 'touch /opt; chmod 700 /opt/folder']) {
    const container = await lab.containerAfter(parent, script);
    const { exitCode, stderr } = await lab.slim(['--dry-run', container]);
    assert.equal(exitCode, 0, stderr);
    assert.match(stderr, /^warning: changes-.* stands for its image, .*: (nothing in it|it) differs/m);
  }
  const created = await lab.containerWith(parent, []);
  assert.match((await lab.slim(['--dry-run', created])).stderr, /stands for its image/);
});

test('the engine makes the points where something is mounted: they are no change', async () => {
  const mounts = ['--volume=/data/volume', `--volume=${lab.folder}:/bound/deep`, '--tmpfs=/memory'];
  const only = await lab.containerAfter(parent, 'echo x > /data/volume/x; echo y > /memory/y', ...mounts);
  const unchanged = await lab.slim(['--dry-run', only]);
  assert.match(unchanged.stderr, /stands for its image/);

  const more = await lab.containerAfter(
    parent,
    'echo x > /data/volume/x; echo y > /memory/y; echo z > /opt/z',
    ...mounts,
  );
  const { tree, stdout } = await lab.skinnyImage(more);
  assert.deepEqual(pathsBelow(tree, 'opt'), ['z']);
  assert.deepEqual(
    ['data', 'data/volume', 'bound', 'bound/deep', 'memory'].filter((path) => tree.has(path)),
    [],
  );
  const words = stdout.replace(/\s+/g, ' ');
  assert.match(words, /data in mounts is not part of the image: /);
  for (const target of ['/data/volume', '/bound/deep', '/memory']) assert.ok(words.includes(target), target);
});

test('a mount over files of the image hides them from the program, not from the image', async () => {
  const container = await lab.containerAfter(
    parent,
    'echo x > /opt/again/hidden; echo y > /opt/y',
    '--tmpfs=/opt/again',
  );
  const tree = await lab.skinny(container, '--include', '/opt/again');
  assert.deepEqual(contentsBelow(tree, 'opt'), { 'again/one': 'again/one\n', 'again/two': 'again/two\n', y: 'y\n' });
});

test('the image is all there is: an exact list for a small one', async () => {
  const image = await lab.importImage([
    directory('opt'),
    file('opt/parent', 'p'),
    directory('etc'),
    file('etc/passwd', 'root:x:0:0::/root:/none\n'),
    file('etc/other', ''),
    directory('root', { mode: 0o700 }),
    directory('lib'),
    directory('usr'),
    directory('tmp', { mode: 0o1777 }),
  ]);
  const container = await lab.containerWith(image, [file('opt/new', 'n'), symlink('opt/link', '/opt/parent')]);
  const { image: skinny } = await lab.skinnyImage(container);
  const { tree } = await lab.layerOf(skinny);
  assert.deepEqual(
    [...tree.keys()].filter((path) => !/^(dev|proc|sys)(\/|$)/.test(path)),
    ['opt', 'opt/link', 'opt/new', 'etc', 'etc/hosts', 'etc/passwd', 'opt/parent', 'root', 'tmp'],
  );
});

nothingIsLeft(lab);
