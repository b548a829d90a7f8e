import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildElf } from '../../builders/elf.ts';
import { directory, file, program, symlink } from '../../builders/tar.ts';
import { nothingIsLeft, openLab } from './lab.ts';
import { below, contentsBelow } from './tree.ts';

const lab = await openLab('links');
const parent = await lab.shellImage();

/** The findings of a JSON report. */
function findings(
  stdout: string,
): { kind: string; name?: string; path?: string; requesters?: string[]; defect?: string }[] {
  return (JSON.parse(stdout) as { findings: [] }).findings;
}

test('a link among the changes brings what it leads to, every link on the way, and nothing of the host', async () => {
  const image = await lab.importImage([
    directory('data'),
    file('data/one', 'one'),
    file('data/two', 'two'),
    file('data/three', 'three'),
    directory('data/folder'),
    file('data/folder/four', 'four'),
    symlink('data/middle', '/data/two'),
    symlink('data/to-folder', 'folder'),
    directory('etc'),
  ]);
  const links = {
    absolute: '/data/one',
    chain: '../data/middle',
    outside: '../../../../../../../data/three',
    through: '/data/to-folder/../to-folder/four',
    hostile: '/etc/hostname-of-nobody/../../etc/passwd',
    passwd: '/etc/passwd',
    above: '../../../../../etc/shadow',
    dangling: '/no/such/file',
    loop: 'loop',
    'loop-a': 'loop-b',
    'loop-b': '/opt/loop-a',
    root: '/',
    dot: '.',
    empty: ' ',
  };
  const container = await lab.containerWith(image, [
    directory('opt'),
    ...Object.entries(links).map(([name, target]) => symlink(`opt/${name}`, target)),
  ]);
  const tree = await lab.skinny(container);
  const found = Object.entries(below(tree, 'opt')).map(([name, { type, linkname }]) => [name, type, linkname]);
  assert.deepEqual(
    found,
    Object.entries(links)
      .map(([name, target]) => [name, 'symlink', target])
      .sort(([a = ''], [b = '']) => (a < b ? -1 : 1)),
  );
  assert.deepEqual(contentsBelow(tree, 'data'), { 'folder/four': 'four', one: 'one', three: 'three', two: 'two' });
  assert.equal(tree.get('data/middle')?.linkname, '/data/two');
  assert.equal(tree.get('data/to-folder')?.linkname, 'folder');
  assert.equal(tree.has('etc/passwd'), false);
  assert.equal(tree.has('etc/shadow'), false);
});

test('damaged and hostile programs are findings', async () => {
  const good = buildElf({ needed: ['libgood.so'], runpath: '/opt/lib' });
  const offset = (at: number, bytes: number, value: bigint): Buffer => {
    const copy = Buffer.from(good);
    for (let i = 0; i < bytes; i++) copy[at + i] = Number((value >> BigInt(8 * i)) & 0xffn);
    return copy;
  };
  const container = await lab.containerWith(parent, [
    program('opt/cut-header', good.subarray(0, 40)),
    program('opt/cut-table', good.subarray(0, 100)),
    program('opt/cut-end', good.subarray(0, good.length - 20)),
    program('opt/magic-alone', good.subarray(0, 4)),
    program('opt/table-outside', offset(32, 8, 0xffff_ffff_ffff_fff0n)),
    program('opt/many-headers', offset(56, 2, 0xffffn)),
    file('opt/lib/libc.so.6', ''),
    file('opt/lib/libgood.so', buildElf({ soname: 'libgood.so' })),
    program('opt/good', good),
    file('opt/text', '\x7fEL'),
  ]);
  const { tree, stdout } = await lab.skinnyImage(container, '--json');
  assert.equal(Object.values(below(tree, 'opt')).filter(({ type }) => type === 'file').length, 10);
  const defective = findings(stdout).filter(({ kind }) => kind === 'defective-elf');
  const paths = new Set(defective.map(({ path }) => path));
  for (const name of ['cut-header', 'cut-table', 'table-outside', 'many-headers'])
    assert.ok(paths.has(`/opt/${name}`), name);
  for (const name of ['good', 'lib/libgood.so', 'text']) assert.equal(paths.has(`/opt/${name}`), false, name);
});

test('an empty library in the place where the loader looks first is a finding', async () => {
  const container = await lab.containerWith(parent, [
    file('opt/libx.so.1', buildElf({ needed: ['libc.so.6'], runpath: '$ORIGIN/empty' })),
    file('opt/empty/libc.so.6', ''),
  ]);
  const { tree, stdout } = await lab.skinnyImage(container, '--json');
  assert.ok(tree.has('opt/empty/libc.so.6'));
  const blocked = findings(stdout).find(({ kind }) => kind === 'blocked-library');
  assert.deepEqual([blocked?.name, blocked?.requesters], ['libc.so.6', ['/opt/libx.so.1']]);
});

test('a missing library is a finding, and with --strict an error before anything is made', async () => {
  const container = await lab.containerWith(parent, [
    program('opt/a', buildElf({ needed: ['libabsent.so.7', 'libc.so.6'] })),
    program('opt/b', buildElf({ needed: ['libabsent.so.7'] })),
  ]);
  const { stdout } = await lab.skinnyImage(container, '--json');
  const [missing, ...others] = findings(stdout).filter(({ kind }) => kind === 'unresolved-library');
  assert.deepEqual([missing?.name, missing?.requesters?.sort(), others], ['libabsent.so.7', ['/opt/a', '/opt/b'], []]);

  const image = lab.imageName();
  const strict = await lab.slim(['--strict', '--json', '--tag', image, container]);
  assert.equal(strict.exitCode, 5);
  const { error } = JSON.parse(strict.stdout) as { error: { code: string; message: string } };
  assert.equal(error.code, 'UNRESOLVED');
  assert.match(error.message, /libabsent\.so\.7/);
  assert.equal(await lab.hasImage(image), false);
  const dryRun = await lab.slim(['--strict', '--dry-run', container]);
  assert.equal(dryRun.exitCode, 5);
  assert.equal(
    (
      await lab.slim([
        '--strict',
        '--dry-run',
        '--exclude',
        '/opt/a',
        '--exclude',
        '/opt/b',
        '--include',
        '/bin/cat',
        container,
      ])
    ).exitCode,
    0,
  );
});

nothingIsLeft(lab);
