import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { SpoolStore } from '../../src/filesystem/content-store.ts';
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

async function raw(offset: number, length: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of store.raw(offset, length)) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
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

test('a header is the entry’s own, extension headers included', () => {
  assert.deepEqual(store.header(entry('a')), ARCHIVE.subarray(0, 512));
  assert.deepEqual(store.header(entry('b')), ARCHIVE.subarray(1024, 1536));
  const { stored } = entry('long'.repeat(40));
  assert.equal(stored.headerLength, 1536);
  assert.deepEqual(store.header(entry('long'.repeat(40))), ARCHIVE.subarray(stored.offset, stored.offset + 1536));
});

test('raw bytes come whole, in pieces', async () => {
  assert.ok((await raw(0, ARCHIVE.length)).equals(ARCHIVE));
  assert.deepEqual(await raw(1000, 100), ARCHIVE.subarray(1000, 1100));
  assert.equal((await raw(1000, 0)).length, 0);
});

test('a spool that has shrunk is an error, not a shorter layer', async () => {
  await assert.rejects(raw(ARCHIVE.length - 10, 20), /shorter than it was/);
});
