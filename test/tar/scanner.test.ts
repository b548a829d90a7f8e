import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SkinnywhaleError } from '../../src/model/errors.ts';
import { TarScanner } from '../../src/tar/scanner.ts';
import {
  directory,
  extension,
  file,
  hardlink,
  headerBlock,
  paxRecords,
  sealed,
  symlink,
  tar,
  tarEntry,
} from '../builders/tar.ts';
import { assertBad, scan, scanOne } from './scan.ts';

const LONG = `usr/${'long/'.repeat(30)}caf\xe9\xff`;

/** One of everything that an engine sends. */
const MEMBERS = [
  directory('usr', { uid: 3_000_000_000, gid: 2_097_152 }),
  file('usr/a', 'A'.repeat(1300), { mode: 0o104755, mtime: -5 }),
  hardlink('usr/b', 'usr/a'),
  symlink('usr/link', LONG),
  file(LONG, 'short'),
  file('usr/empty'),
  file('usr/block', 'B'.repeat(512)),
  file('usr/capable', 'x', { capability: '\x01\x00\x00\x02\xff\x80\n=\x00' }),
  { name: 'usr/null', type: 'character', device: [1, 3] },
  { name: 'usr/disk', type: 'block', device: [8, 0] },
  { name: 'usr/pipe', type: 'fifo' },
] as const;

test('what is found does not depend on how the archive arrives', () => {
  const archive = tar(MEMBERS);
  const whole = scan(archive);
  assert.equal(whole.length, MEMBERS.length);
  for (const chunkSize of [1, 7, 511, 512, 513]) assert.deepEqual(scan(archive, chunkSize), whole);
});

test('every field of an entry is read', () => {
  const [usr, a, b, link, long, empty, block, capable, nul, disk, pipe] = scan(tar(MEMBERS));
  assert.equal(usr?.type, 'directory');
  assert.deepEqual([usr.name, usr.uid, usr.gid, usr.mode], ['usr/', 3_000_000_000, 2_097_152, 0o755]);
  assert.deepEqual([a?.type, a?.size, a?.mode, a?.mtime], ['file', 1300, 0o4755, -5]);
  assert.equal(a?.content.toString(), 'A'.repeat(1300));
  assert.deepEqual([b?.type, b?.linkname, b?.size, b?.content.length], ['hardlink', 'usr/a', 0, 0]);
  assert.deepEqual([link?.type, link?.linkname], ['symlink', LONG]);
  assert.deepEqual([long?.name, long?.content.toString(), long?.hasCapabilities], [LONG, 'short', false]);
  assert.deepEqual([empty?.size, block?.size, block?.content.toString()], [0, 512, 'B'.repeat(512)]);
  assert.equal(capable?.hasCapabilities, true);
  assert.deepEqual([nul?.type, disk?.type, pipe?.type], ['character', 'block', 'fifo']);
});

test('headers and offsets lead back to the bytes of the archive', () => {
  const archive = tar(MEMBERS);
  let expected = 0;
  for (const entry of scan(archive, 100)) {
    assert.equal(entry.headerOffset, expected);
    assert.deepEqual(entry.header, archive.subarray(expected, expected + entry.headerLength));
    const data = expected + entry.headerLength;
    assert.deepEqual(entry.content, archive.subarray(data, data + entry.size));
    expected = data + Math.ceil(entry.size / 512) * 512;
  }
  assert.equal(expected, archive.length - 1024);
});

test('GNU archives: long names of both kinds, binary numbers', () => {
  const name = 'n'.repeat(300);
  const entry = scanOne(
    tar([{ name, linkname: `${name}\xff`, type: 'symlink', format: 'gnu', uid: 2 ** 40, gid: 2_097_152, mtime: -1 }]),
  );
  assert.deepEqual([entry.name, entry.linkname], [name, `${name}\xff`]);
  assert.deepEqual([entry.uid, entry.gid, entry.mtime], [2 ** 40, 2_097_152, -1]);
  assert.equal(scanOne(tar([file('f', '', { format: 'gnu', mtime: -(2 ** 40) })])).mtime, -(2 ** 40));
});

test('a prefix belongs to the name in ustar headers only', () => {
  assert.equal(scanOne(tar([file('name', '', { prefix: 'some/prefix' })])).name, 'some/prefix/name');
  assert.equal(scanOne(tar([file('name', '', { prefix: 'some/prefix', format: 'gnu' })])).name, 'name');
});

test('a field without a terminator ends where it ends', () => {
  const entry = scanOne(tar([{ name: 'n'.repeat(100), linkname: 'l'.repeat(100), type: 'symlink' }]));
  assert.deepEqual([entry.name, entry.linkname], ['n'.repeat(100), 'l'.repeat(100)]);
});

test('a size in a PAX record wins over the header', () => {
  const entries = scan(tar([file('big', 'x'.repeat(600), { size: 5, pax: { size: '600' } }), file('next')]));
  assert.deepEqual(
    entries.map(({ name, size }) => [name, size]),
    [
      ['big', 600],
      ['next', 0],
    ],
  );
});

test('PAX times may have fractions', () => {
  assert.equal(scanOne(tar([file('f', '', { pax: { mtime: '-1.5' } })])).mtime, -1.5);
});

test('global records hold until they are overridden, local ones for one entry', () => {
  const archive = Buffer.concat([
    extension('g', paxRecords([['uid', '7']])),
    tarEntry(file('a')),
    tarEntry(file('b', '', { pax: { uid: '8' } })),
    tar([file('c')]),
  ]);
  const entries = scan(archive);
  assert.deepEqual(
    entries.map(({ uid }) => uid),
    [7, 8, 7],
  );
  assert.equal(entries[0]?.headerOffset, 0);
});

test('an empty PAX value stands for the header’s own', () => {
  const entry = scanOne(tar([file('f', '', { uid: 5, mtime: 9, pax: { uid: '', path: '', mtime: '', size: '' } })]));
  assert.deepEqual([entry.name, entry.uid, entry.mtime], ['f', 5, 9]);
});

test('an empty capability record is none', () => {
  assert.equal(
    scanOne(tar([file('f', '', { pax: { 'SCHILY.xattr.security.capability': '' } })])).hasCapabilities,
    false,
  );
});

test('a directory of before POSIX is known by its slash', () => {
  assert.equal(scanOne(tar([{ name: 'old/', typeflag: '\0' }])).type, 'directory');
  assert.equal(scanOne(tar([{ name: 'old', typeflag: '\0' }])).type, 'file');
  assert.equal(scanOne(tar([{ name: 'contiguous', typeflag: '7' }])).type, 'file');
});

test('what is stated as the size of a link or a device is not data', () => {
  for (const type of ['hardlink', 'symlink', 'fifo', 'character', 'block', 'directory'] as const) {
    const entries = scan(tar([{ name: 'x', type, linkname: 'y', size: 4000 }, file('next')]));
    assert.deepEqual([entries[0]?.size, entries[1]?.name], [0, 'next'], type);
  }
});

test('what follows the end marker is let pass', () => {
  assert.equal(scan(Buffer.concat([tar([file('a')]), Buffer.alloc(5000, 'x')]), 700).length, 1);
});

test('an archive cut anywhere is refused, at block boundaries, too', () => {
  const archive = tar(MEMBERS);
  for (let length = 0; length < archive.length; length += 512) assertBad(archive.subarray(0, length), /cut short/);
  for (const length of [1, 511, 513, archive.length - 1]) assertBad(archive.subarray(0, length), /cut short/);
});

test('an archive without its end marker is refused, and so is one with half of it', () => {
  assertBad(tar(MEMBERS, { end: false }), /end-of-archive marker is missing/);
  assertBad(Buffer.concat([tar(MEMBERS, { end: false }), Buffer.alloc(512)]), /end-of-archive marker is missing/);
  assertBad(Buffer.concat([tarEntry(file('a')), Buffer.alloc(512), tar([file('b')])]), /lone zero block/);
});

test('a header with any byte changed has a wrong checksum', () => {
  for (const at of [0, 99, 100, 124, 156, 157, 257, 345, 511]) {
    const archive = tar([file('a', 'content')]);
    archive[at] = (archive[at] as number) ^ 0x01;
    assertBad(archive, /checksum|octal/);
  }
});

test('unknown types are refused, sparse files among them', () => {
  for (const typeflag of ['S', 'V', 'M', '8', '\xff']) assertBad(tar([{ name: 'x', typeflag }]), /unknown type/);
});

test('numbers that are none or too large are refused', () => {
  for (const at of [100, 108, 116, 124, 136]) {
    const block = headerBlock({ name: 'x', typeflag: '0' });
    block.write('12x', at);
    assertBad(Buffer.concat([sealed(block), Buffer.alloc(1024)]), /not octal/);
  }
  const huge = headerBlock({ name: 'x', typeflag: '0', size: 2 ** 60, gnu: true });
  assertBad(Buffer.concat([huge, Buffer.alloc(1024)]), /out of range/);
  const negative = headerBlock({ name: 'x', typeflag: '0', size: -1, gnu: true });
  assertBad(Buffer.concat([negative, Buffer.alloc(1024)]), /negative size/);
  for (const size of ['-1', '1.5', '1e99', 'many', '9007199254740993', '0x10', ' 1']) {
    assertBad(tar([file('x', '', { pax: { size } })]), /impossible size|not a number/);
  }
  for (const uid of ['Infinity', 'root', '0x10', '1e3', '9'.repeat(400)])
    assertBad(tar([file('x', '', { pax: { uid } })]), /not a number/);
});

test('malformed PAX records are refused', () => {
  const bad = ['x', '5', '5 a=b', '6 a=bc', '0 a=b\n', '-6 a=b\n', '6 a=b\n9 c=d\n', '5 abc\n', ' 6 a=b\n', '0x6 =b\n'];
  for (const records of [...bad, '1e1 abc=d\n', '99999999999999999999 a=b\n']) {
    assertBad(Buffer.concat([extension('x', records), tar([file('f')])]), /PAX record/);
  }
});

test('extension headers are bounded and have to belong to an entry', () => {
  const huge = headerBlock({ name: 'x', typeflag: 'x', size: 2 ** 32 });
  assertBad(Buffer.concat([huge, Buffer.alloc(1024)]), /far too long/);
  assertBad(Buffer.concat([extension('x', paxRecords([['a', 'b']])), Buffer.alloc(1024)]), /stands alone/);
  assertBad(Buffer.concat([extension('L', ''), Buffer.alloc(1024)]), /stands alone/);
  const piece = extension('x', paxRecords([['comment', 'x'.repeat(1 << 19)]]));
  assertBad(Buffer.concat([piece, piece, piece, tar([file('f')])]), /far too long/);
});

test('errors have a hint', () => {
  try {
    scan(tar([file('a')], { end: false }));
    assert.fail('accepted');
  } catch (error) {
    assert.ok(error instanceof SkinnywhaleError && error.hint !== undefined);
  }
});

test('global records mean nothing where they are to be ignored, and belong to no entry', () => {
  const globals = extension('g', paxRecords([['uid', '7']]));
  const archive = Buffer.concat([globals, tarEntry(file('a')), globals, tar([file('b', 'x', { pax: { gid: '8' } })])]);
  const found: [string, number, number, number][] = [];
  const scanner = new TarScanner(
    { entry: ({ name, uid, headerOffset, headerLength }) => void found.push([name, uid, headerOffset, headerLength]) },
    { ignoresGlobals: true },
  );
  scanner.push(archive);
  scanner.end();
  assert.deepEqual(found, [
    ['a', 0, 1024, 512],
    ['b', 0, 2560, 1536],
  ]);
});

test('data that need not be looked at is passed over', () => {
  const archive = tar([file('a', 'x'.repeat(5000)), directory('d'), file('b', 'y')]);
  const names: string[] = [];
  const scanner = new TarScanner({ entry: ({ name }) => void names.push(name) });
  for (let pushed = 0; scanner.offset < archive.length; pushed++) {
    assert.ok(pushed < 7, 'the data of a is not pushed');
    scanner.push(archive.subarray(scanner.offset, scanner.offset + 512));
    scanner.skip();
  }
  scanner.end();
  assert.deepEqual(names, ['a', 'd/', 'b']);
});

test('an archive may end without its marker where that is allowed, but not inside of an entry', () => {
  const archive = tar([file('a', 'x'), file('b', 'y', { pax: { uid: '7' } })], { end: false });
  for (const [length, isEnd] of [
    [1024, true],
    [archive.length, true],
    [1023, false],
    [archive.length - 1, false],
    [1024 + 512, false],
    [1024 + 1024, false],
    [1024 + 1100, false],
  ] as const) {
    const scanner = new TarScanner({ entry: () => {} });
    scanner.push(archive.subarray(0, length));
    if (isEnd) scanner.end({ needsMarker: false });
    else assert.throws(() => scanner.end({ needsMarker: false }), /cut short/, String(length));
    assert.throws(() => scanner.end(), /cut short/);
  }
});
