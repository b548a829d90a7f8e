import assert from 'node:assert/strict';
import { test } from 'node:test';
import { directory, file, symlink } from '../builders/tar.ts';
import { cut } from './cut.ts';

const HEAD = (name: string): string =>
  `C:Q1${name}=\nP:${name}\nV:1.2-r0\nA:x86_64\nS:100\nI:4096\nT:the ${name} package\nU:https://x\nL:MIT\no:${name}\nt:1\nc:abc\nD:so:libc`;
const MUSL = `${HEAD('musl')}\nF:lib\nR:ld-musl.so\na:0:0:755\nZ:Q1x=\nR:libc.so\na:0:0:777\nZ:Q1y=`;
const BUSYBOX = `${HEAD('busybox')}\nF:bin\nR:busybox\na:0:0:755\nZ:Q1b=\nF:etc\nM:0:0:700\nR:conf\nZ:Q1c=\nF:var\nF:var/empty\nM:0:0:555`;
const TZDATA = `${HEAD('tzdata')}\nF:usr/share/zoneinfo\nR:UTC\nZ:Q1z=`;
const INSTALLED = `${MUSL}\n\n${BUSYBOX}\n\n${TZDATA}\n\n`;
const TRIGGERS = 'Q1busybox= /bin /usr/bin\nQ1tzdata= /usr/share/zoneinfo\n';
const DB = 'lib/apk/db';

const SYSTEM = [
  file('lib/ld-musl.so', 'x'),
  symlink('lib/libc.so', 'ld-musl.so'),
  file('bin/busybox', 'b'),
  file('etc/conf', 'c'),
  directory('var/empty'),
  file('usr/share/zoneinfo/UTC', 'z'),
  file('sbin/apk', 'apk'),
  file(`${DB}/installed`, INSTALLED),
  file(`${DB}/triggers`, TRIGGERS),
  file(`${DB}/scripts.tar`, 'scripts'),
];

test('installed has the packages that are there, with the directories and files that are left of each', () => {
  const partial = BUSYBOX.replace(/\nF:etc[\s\S]*/, '')
    .replace('busybox package', 'busybox package [skinnywhale: partial, 1 of 2 files]')
    .replace('D:so:libc', 'D:so:libc\nf:f');
  const expected = `${MUSL}\n\n${partial}\n\n`;
  for (const records of [[`${DB}/installed`], []]) {
    const { files, data } = cut(SYSTEM, ['lib/ld-musl.so', 'lib/libc.so', 'bin/busybox', ...records]);
    assert.equal(files[`${DB}/installed`], expected);
    assert.equal(data.database, 'apk');
    assert.deepEqual(
      data.packages.absent.map(({ name, bytes }) => [name, bytes]),
      [['tzdata', 4096]],
    );
    assert.deepEqual(
      Object.keys(files).filter((path) => path.startsWith(DB)),
      [`${DB}/installed`],
    );
  }
});

test('every field is one that apk-tools knows: it refuses a database with others', () => {
  const { files } = cut(SYSTEM, ['lib/libc.so', 'bin/busybox']);
  const fields = new Set((files[`${DB}/installed`] ?? '').split('\n').map((line) => line.slice(0, 2)));
  // apk_pkgtmpl_add_info and apk_db_fdb_read of apk-tools 2.14, which read PVTULADCSIpiomtck and FMRZrqasf.
  assert.deepEqual(
    [...fields].filter((field) => !/^(?:[PVTULADCSIpiomtckFMRZrqasf]:)?$/.test(field)),
    [],
  );
});

test('with apk itself its scripts come along, and triggers of the packages that are there', () => {
  const { files } = cut(SYSTEM, ['bin/busybox', 'etc/conf', 'sbin/apk']);
  assert.equal(files[`${DB}/scripts.tar`], 'scripts');
  assert.equal(files[`${DB}/triggers`], 'Q1busybox= /bin /usr/bin\n');
});

test('what is cut once stays cut, and a whole package keeps its own flags', () => {
  const first = cut(SYSTEM, ['lib/ld-musl.so', 'bin/busybox', `${DB}/installed`]).files;
  const members = Object.entries(first).map(([path, text]) => file(path, text));
  assert.deepEqual(cut(members, Object.keys(first)).files, first);
  const flagged = MUSL.replace('D:so:libc', 'D:so:libc\nf:x');
  const { files } = cut(
    [file('lib/ld-musl.so'), file('lib/libc.so'), file(`${DB}/installed`, `${flagged}\n\n`)],
    ['lib/ld-musl.so', 'lib/libc.so', `${DB}/installed`],
  );
  assert.match(files[`${DB}/installed`] ?? '', /\nf:x\n/);
});
