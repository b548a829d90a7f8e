import assert from 'node:assert/strict';
import { test } from 'node:test';
import { directory, file, program } from '../../builders/tar.ts';
import { nothingIsLeft, openLab } from './lab.ts';
import { below, contentsBelow, pathsBelow } from './tree.ts';

const lab = await openLab('selection');
const parent = await lab.shellImage();

test('a script finds its shell through the links of the merged /usr, which stay links', async () => {
  const container = await lab.containerWith(parent, [program('opt/run', '#!/bin/sh\necho "alive: $1"\n')]);
  const { image, tree } = await lab.skinnyImage(container);
  for (const name of ['bin', 'lib', 'lib64']) {
    const original = (await lab.exported(container)).tree.get(name);
    assert.deepEqual(tree.get(name), original);
  }
  assert.equal(tree.get('bin')?.linkname, 'usr/bin');
  const { stdout } = await lab.docker.run(image, ['/opt/run', 'yes']);
  assert.equal(stdout, 'alive: yes\n');
  assert.equal(tree.has('usr/bin/ls'), false);
});

test('--brute-lib and --brute-usr-lib bring whole directories, also through a link', async () => {
  const container = await lab.containerWith(parent, [file('opt/x', 'x'), file('usr/lib/empty/none', '')]);
  const { tree: all } = await lab.exported(container);
  const kept = async (...args: string[]) => lab.skinny(container, ...args);
  assert.equal(
    [...(await kept()).keys()].some((path) => path.endsWith('/libcrypt.so.1')),
    false,
  );
  for (const option of ['--brute-lib', '--brute-usr-lib']) {
    const tree = await kept(option);
    assert.deepEqual(below(tree, 'usr/lib'), below(all, 'usr/lib'), option);
    assert.equal(tree.get('lib')?.type, 'symlink');
  }
  const image = await lab.importImage([
    directory('lib'),
    file('lib/a', 'a'),
    directory('usr'),
    directory('usr/lib'),
    file('usr/lib/b', 'b'),
  ]);
  const apart = await lab.containerWith(image, [file('x', 'x')]);
  assert.deepEqual(contentsBelow(await lab.skinny(apart, '--brute-lib'), 'lib'), { a: 'a' });
  assert.deepEqual(pathsBelow(await lab.skinny(apart, '--brute-lib'), 'usr'), []);
  assert.deepEqual(contentsBelow(await lab.skinny(apart, '--brute-usr-lib'), 'usr'), { 'lib/b': 'b' });
});

/** What every group of --trim has something of. */
const TRIMMED = {
  'var/cache/fill/deep/entry': 'caches',
  'var/lib/apt/lists/mirror_Packages': 'caches',
  'tmp/session': 'tmp',
  'tmp/folder/file': 'tmp',
  'var/tmp/rest': 'tmp',
  'etc/ssh/ssh_host_ed25519_key': 'ssh-host-keys',
  'etc/ssh/ssh_host_ed25519_key.pub': 'ssh-host-keys',
  'usr/share/doc/pack/README': 'docs',
  'usr/share/man/man1/pack.1': 'docs',
  'var/log/pack/log': 'logs',
};
const KEPT = ['etc/ssh/ssh_config', 'usr/share/doc/pack/copyright', 'opt/tmp/x', 'var/lib/pack/data'];

test('what each group of --trim leaves out', async () => {
  const paths = [...Object.keys(TRIMMED), ...KEPT];
  const script = `
    for path in ${paths.join(' ')}; do mkdir -p "/\${path%/*}"; echo "$path" > "/$path"; done
    chown 33:34 /var/cache/fill /var/cache/fill/deep; chmod 700 /var/cache/fill/deep; touch -d 2001-02-03T00:00:00Z /var/cache/fill
    chmod 1777 /tmp /var/tmp; chown 5:6 /var/log/pack`;
  const container = await lab.containerAfter(parent, script);
  const left = async (...args: string[]): Promise<string[]> => {
    const tree = await lab.skinny(container, ...args);
    assert.deepEqual(
      KEPT.filter((path) => !tree.has(path)),
      [],
    );
    return Object.entries(TRIMMED).flatMap(([path, group]) => (tree.has(path) ? [group] : []));
  };
  assert.deepEqual(new Set(await left()), new Set(['docs', 'logs']));
  assert.deepEqual(await left('--trim', 'caches,tmp,ssh-host-keys,docs,logs'), []);
  assert.deepEqual(await left('--trim', 'none'), Object.values(TRIMMED));
  assert.deepEqual(new Set(await left('--trim', 'logs')), new Set(['caches', 'tmp', 'ssh-host-keys', 'docs']));

  const { tree, stdout } = await lab.skinnyImage(container, '--json');
  const { trimmed } = JSON.parse(stdout) as { trimmed: { group: string; entries: number; bytes: number }[] };
  const counts = Object.fromEntries(trimmed.map(({ group, entries, bytes }) => [group, [entries, bytes > 0]]));
  assert.deepEqual(counts, { caches: [2, true], tmp: [4, true], 'ssh-host-keys': [2, true] });
  // The directories stay as their owners want them.
  const facts = ['var/cache/fill', 'var/cache/fill/deep', 'tmp', 'var/tmp', 'var/lib/apt/lists', 'var/log/pack'].map(
    (path) => {
      const { type, mode, uid, gid } = tree.get(path) ?? {};
      return [path, type, mode?.toString(8), uid, gid];
    },
  );
  assert.deepEqual(facts, [
    ['var/cache/fill', 'directory', '755', 33, 34],
    ['var/cache/fill/deep', 'directory', '700', 33, 34],
    ['tmp', 'directory', '1777', 0, 0],
    ['var/tmp', 'directory', '1777', 0, 0],
    ['var/lib/apt/lists', 'directory', '755', 0, 0],
    ['var/log/pack', 'directory', '755', 5, 6],
  ]);
  assert.deepEqual(pathsBelow(tree, 'tmp'), []);
  assert.deepEqual(pathsBelow(tree, 'var/cache/fill'), ['deep']);
});

test('/tmp is there and writable for all, also where nobody touched it', async () => {
  const tree = await lab.skinny(await lab.containerWith(parent, [file('opt/x', 'x')]));
  assert.equal(tree.get('tmp')?.mode, 0o1777);
});

test('--include and --exclude', async () => {
  const container = await lab.containerWith(parent, [
    file('opt/a.log', 'a'),
    file('opt/deep/b.log', 'b'),
    file('opt/deep/c.txt', 'c'),
    file('tmp/wanted', 'w'),
    file('tmp/unwanted', 'u'),
  ]);
  const tree = await lab.skinny(
    container,
    ...[
      '--include',
      '/tmp/wanted',
      '--include',
      '/bin/ca?',
      '--include',
      '/etc/group',
      '--exclude',
      '*.log',
      '--exclude',
      '/etc/passwd',
    ],
  );
  assert.deepEqual(pathsBelow(tree, 'opt'), ['deep', 'deep/c.txt']);
  assert.deepEqual(pathsBelow(tree, 'tmp'), ['wanted']);
  assert.equal(tree.get('usr/bin/cat')?.type, 'file');
  assert.ok([...tree.keys()].some((path) => path.endsWith('/libc.so.6')));
  assert.equal(tree.has('etc/passwd'), false);
  assert.equal(tree.has('usr/bin/ls'), false);
});

test('an include that matches nothing is an error', async () => {
  const container = await lab.containerWith(parent, [file('opt/x', 'x')]);
  const image = lab.imageName();
  const { exitCode, stderr } = await lab.slim([
    '--tag',
    image,
    '--include',
    '/opt/x',
    '--include',
    '/nowhere/**',
    container,
  ]);
  assert.equal(exitCode, 2);
  assert.match(stderr, /^error: --include \/nowhere\/\*\* matches nothing/m);
  assert.equal(await lab.hasImage(image), false);
});

nothingIsLeft(lab);
