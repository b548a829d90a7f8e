import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { OutgoingEntry } from '../../src/filesystem/content-store.ts';
import { SpoolStore } from '../../src/filesystem/spool-store.ts';
import type { TreeEntry } from '../../src/filesystem/tree-entry.ts';
import { imagePath } from '../../src/model/image-path.ts';
import { file, hardlink, readFixture, tar } from '../builders/tar.ts';

const LARGE = Buffer.alloc(2_500_000, 'large');
const ARCHIVE = tar([file('a', 'content of a'), hardlink('b', 'a'), file('c', LARGE), file('long'.repeat(40), 'd')]);
const { tree } = readFixture(ARCHIVE);

let folder: string;
let store: SpoolStore;

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'spool-test-'));
  writeFileSync(join(folder, 'spool'), ARCHIVE);
  store = new SpoolStore(join(folder, 'spool'));
});

after(() => {
  store[Symbol.dispose]();
  rmSync(folder, { recursive: true });
});

function entry(path: string): TreeEntry {
  const found = tree.get(imagePath(path));
  assert.ok(found);
  return found;
}

function sent(entries: Iterable<OutgoingEntry>, from = store): { bytes: Buffer; pieces: number } {
  const pieces = [...from.outgoing(entries)];
  return { bytes: Buffer.concat(pieces), pieces: pieces.length };
}

/** An entry as it is, with its data. */
function whole(path: string): OutgoingEntry {
  const found = entry(path);
  return { entry: found, header: undefined, data: found.size > 0 ? found : undefined };
}

test('content is the file’s alone, through any of its names', () => {
  for (const path of ['a', 'b']) {
    const source = store.content(entry(path));
    assert.equal(source.size, 12);
    assert.equal(source.read(0, 12).toString(), 'content of a');
    assert.equal(source.read(8, 2).toString(), 'of');
  }
});

test('no read leaves the file, on either side', () => {
  const source = store.content(entry('a'));
  assert.equal(source.read(0, 1e12).toString(), 'content of a');
  assert.equal(source.read(11, 5).toString(), 'a');
  const outside = [
    [12, 1],
    [500, 10],
    [1e15, 1],
    [-1, 5],
    [-512, 512],
    [0, 0],
    [5, -3],
    [Number.NaN, 4],
    [0, Number.NaN],
  ];
  for (const [offset, length] of outside) assert.equal(source.read(offset as number, length as number).length, 0);
});

test('a header is the file’s own, extension headers included, through any of its names', () => {
  assert.deepEqual(store.header(entry('a')), ARCHIVE.subarray(0, 512));
  assert.deepEqual(store.header(entry('b')), ARCHIVE.subarray(0, 512));
  const { place, headerLength } = entry('long'.repeat(40));
  assert.equal(headerLength, 1536);
  assert.deepEqual(store.header(entry('long'.repeat(40))), ARCHIVE.subarray(place, place + 1536));
});

test('entries that lie one after the other are read in one go, others one by one', () => {
  const all = sent(['a', 'b', 'c', 'long'.repeat(40)].map(whole));
  assert.ok(all.bytes.equals(ARCHIVE.subarray(0, -1024)));
  assert.equal(all.pieces, Math.ceil((ARCHIVE.length - 1024) / (1 << 18)));
  const some = sent([whole('c'), whole('a')]);
  const c = entry('c');
  const end = entry('long'.repeat(40)).place;
  assert.ok(some.bytes.equals(Buffer.concat([ARCHIVE.subarray(c.place, end), ARCHIVE.subarray(0, 1024)])));
});

test('a header or data of our own goes out in place of what is stored', () => {
  const header = Buffer.alloc(512, 'h');
  const { bytes } = sent([
    { entry: entry('a'), header, data: entry('a') },
    { entry: undefined, header, data: Buffer.from('made') },
    { entry: entry('b'), header: undefined, data: undefined },
  ]);
  const made = Buffer.alloc(512);
  made.write('made');
  const [a, b] = [ARCHIVE.subarray(512, 1024), ARCHIVE.subarray(1024, 1536)];
  assert.ok(bytes.equals(Buffer.concat([header, a, header, made, b])));
});

test('a spool that has shrunk is an error, not a shorter layer', () => {
  const path = join(folder, 'shrunk');
  writeFileSync(path, ARCHIVE);
  using shrunk = new SpoolStore(path);
  truncateSync(path, 100_000);
  assert.throws(() => sent([whole('c')], shrunk), /shorter than it was/);
});
