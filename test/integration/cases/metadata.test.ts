import assert from 'node:assert/strict';
import { test } from 'node:test';
import { file, program, tar } from '../../builders/tar.ts';
import { binaryDocker } from './binary-docker.ts';
import { nothingIsLeft, openLab } from './lab.ts';
import { below, pathsBelow } from './tree.ts';

const lab = await openLab('metadata');

/** `struct vfs_cap_data` (linux/capability.h), revision 2, effective: permitted and inheritable bits, low words first. */
function capability(...words: readonly [number, number, number, number]): string {
  const bytes = Buffer.alloc(4 + 4 * words.length);
  bytes.writeUInt32LE(0x0200_0001, 0);
  for (const [index, word] of words.entries()) bytes.writeUInt32LE(word, 4 + 4 * index);
  return bytes.toString('latin1');
}

const CAPABILITIES = {
  // cap_setuid is bit 7, so this one has a byte of 0x80
  setuid: capability(0x80, 0, 0, 0),
  // everything there is, those beyond bit 31 too: bytes 0xff
  all: capability(0xff_ff_ff_ff, 0, 0x1ff, 0),
  // cap_perfmon and cap_checkpoint_restore, both beyond bit 31, and inheritable ones
  high: capability(0, 0xc0, 0x140, 0x81),
};

const IDS: readonly [uid: number, gid: number][] = [
  [262_143, 262_144],
  [2_097_151, 2_097_151],
  [2_097_152, 5],
  [5, 2_097_152],
  [4_000_000_000, 3_999_999_999],
  [4_294_967_294, 4_294_967_294],
];

/** Seconds since 1970: before it, past 2038, past what eleven octal digits hold. */
const TIMES = [-86_400, -1, 0, 2 ** 31 - 1, 2 ** 31, 8_589_934_591, 8_589_934_592, 10_413_792_000];

const container = await lab.containerAfter(
  await lab.shellImage(),
  `mkdir -p /opt/times /opt/special /opt/modes
   for time in ${TIMES.join(' ')}; do echo "$time" > /opt/times/$time; touch -d @$time /opt/times/$time; done
   cd /opt/special
   mkfifo -m 640 fifo; mknod -m 600 character c 1 3; mknod -m 660 block b 259 300; ln fifo second-fifo
   perl -e 'socket(S, 1, 1, 0); bind(S, pack("Sa*", 1, "socket")) or die $!'
   cd /opt/modes
   for mode in 0000 0400 1755 2755 4755 6711 7777; do echo $mode > $mode; chmod $mode $mode; done
   mkdir sticky setgid locked; chmod 1777 sticky; chmod 2750 setgid; chown 33:44 setgid; chmod 000 locked; chmod 700 /opt`,
);
await binaryDocker(
  lab.docker,
  ['cp', '-', `${container}:/`],
  tar([
    ...Object.entries(CAPABILITIES).map(([name, value]) => program(`srv/${name}`, name, { capability: value })),
    ...IDS.map(([uid, gid]) => file(`home/${uid}-${gid}`, 'x', { uid, gid })),
  ]),
);
const before = await lab.exported(container);
const { image, tree } = await lab.skinnyImage(container);
const layer = await lab.layerOf(image);

test('capabilities', () => {
  const found = Object.entries(below(tree, 'srv')).map(([name, node]) => [name, node.capability]);
  const expected = Object.entries(CAPABILITIES).map(([name, value]) => [
    name,
    Buffer.from(value, 'latin1').toString('hex'),
  ]);
  assert.deepEqual(found, expected.sort());
});

test('owners and groups', () => {
  const found = Object.values(below(tree, 'home')).map(({ uid, gid }) => [uid, gid]);
  assert.deepEqual(
    found.sort(([a = 0], [b = 0]) => a - b),
    [...IDS].sort(([a], [b]) => a - b),
  );
});

test('times', () => {
  // In the layer: engines set times before 1970 to 1970 when they unpack one.
  const times = (archive: typeof before): number[] =>
    Object.values(below(archive.tree, 'opt/times')).map(({ mtime }) => mtime);
  assert.deepEqual(times(layer), times(before));
  assert.equal(layer.tree.get('opt/times/-86400')?.mtime, -86_400);
  assert.equal(layer.tree.get('opt/times/2147483648')?.mtime, 2 ** 31);
});

test('special files', () => {
  const facts = Object.entries(below(tree, 'opt/special')).map(([path, { type, mode, device, linkname }]) => [
    path,
    type,
    mode.toString(8),
    device ?? linkname,
  ]);
  assert.deepEqual(facts, [
    ['block', 'block', '660', [259, 300]],
    ['character', 'character', '600', [1, 3]],
    ['fifo', 'fifo', '640', ''],
    ['second-fifo', 'hardlink', '640', 'opt/special/fifo'],
  ]);
});

test('modes', () => {
  const modes = Object.entries(below(tree, 'opt/modes')).map(([path, { mode }]) => [
    path,
    mode.toString(8).padStart(4, '0'),
  ]);
  for (const [path, mode] of modes) if (/^\d/.test(path ?? '')) assert.equal(mode, path);
  assert.deepEqual(modes.slice(-3), [
    ['locked', '0000'],
    ['setgid', '2750'],
    ['sticky', '1777'],
  ]);
  const { uid, gid } = tree.get('opt/modes/setgid') ?? {};
  assert.deepEqual([uid, gid], [33, 44]);
  assert.equal(tree.get('opt')?.mode, 0o700);
});

test('every header in the layer is the one that the engine gave, byte for byte', () => {
  const differing = [...layer.headers].filter(([path, header]) => !before.headers.get(path)?.equals(header));
  assert.deepEqual(
    differing.map(([path]) => path),
    [],
  );
  assert.ok(pathsBelow(layer.tree, 'opt').length > 20);
});

nothingIsLeft(lab);
