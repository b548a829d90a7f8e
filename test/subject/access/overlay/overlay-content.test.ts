import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { appendFileSync, readdirSync, readlinkSync, rmSync, symlinkSync, truncateSync } from 'node:fs';
import { test } from 'node:test';
import type { OutgoingEntry } from '../../../../src/filesystem/content-store.ts';
import { FileTree } from '../../../../src/filesystem/file-tree.ts';
import type { ImagePath } from '../../../../src/model/image-path.ts';
import { OverlayContent } from '../../../../src/subject/access/overlay/overlay-content.ts';
import type { OverlayEntry } from '../../../../src/subject/access/overlay/overlay-entry.ts';
import { OverlayIndex } from '../../../../src/subject/access/overlay/overlay-index.ts';
import { containerNames } from '../../../../src/subject/access/owner-names.ts';
import { BLOCK } from '../../../../src/tar/header.ts';
import { scan, scanOne } from '../../../tar/scan.ts';
import { type Layer, Layers } from './layers.ts';

/** Layers with the entries of their merged tree, and a store for them. */
function open(...layers: readonly Layer[]) {
  const made = new Layers(...layers);
  const content = new OverlayContent(made.files, { typeBits: true });
  const index = new OverlayIndex(made.files);
  return {
    layers: made,
    index,
    content,
    entry: (path: string): OverlayEntry => index.get(path as ImagePath) ?? assert.fail(`no ${path}`),
    [Symbol.dispose]() {
      content[Symbol.dispose]();
      made[Symbol.dispose]();
    },
  };
}

/** An entry as it goes out: whole, with a header made for it. */
function whole(entry: OverlayEntry): OutgoingEntry {
  return { entry, header: undefined, data: entry.size > 0 ? entry : undefined };
}

/** Sizes at the edges of blocks, and of how files are read. */
const SIZES = [0, 1, 511, 512, 513, 0x1ffff, 0x20000, 0x20001, 0xfffff, 0x100000, 0x100001, 3_000_000];

test('files of all sizes go out whole, in pieces that stay as they are', () => {
  const files = Object.fromEntries(
    SIZES.map((size, index) => [`f${String.fromCharCode(97 + index)}`, randomBytes(size)]),
  );
  using store = open({ files: { ...files, z: { target: 'fa' } } });
  const pieces = [...store.content.outgoing([...store.index.entries()].map(whole))];
  const found = scan(Buffer.concat([...pieces, Buffer.alloc(1024)]), 100_000);
  assert.deepEqual(
    found.map(({ name }) => name),
    [...Object.keys(files), 'z'],
  );
  for (const [index, content] of Object.values(files).entries()) assert.ok(found[index]?.content.equals(content));
  assert.deepEqual([found.at(-1)?.type, found.at(-1)?.linkname], ['symlink', 'fa']);
});

test('many small files go out in few pieces', () => {
  const files = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`f${index}`, `${index}`.repeat(100)]));
  using store = open({ files });
  const pieces = [...store.content.outgoing([...store.index.entries()].map(whole))];
  assert.ok(pieces.length <= 4, `${pieces.length} pieces`);
  const found = scan(Buffer.concat([...pieces, Buffer.alloc(1024)]));
  assert.deepEqual(
    found.map(({ name, content }) => [name, content.toString()]),
    Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1)),
  );
});

test('other headers and other data take the place of stored ones', () => {
  using store = open({ files: { a: 'text', b: 'more text' } });
  const own = Buffer.from('own data'.repeat(50_000));
  const header = Buffer.alloc(BLOCK, 'h');
  const pieces = [
    ...store.content.outgoing([
      { entry: store.entry('a'), header, data: store.entry('b') },
      { entry: undefined, header, data: own },
      { entry: store.entry('a'), header: undefined, data: undefined },
    ]),
  ];
  const padded = Buffer.alloc(Math.ceil(own.length / BLOCK) * BLOCK);
  own.copy(padded);
  const text = Buffer.alloc(BLOCK);
  text.write('more text');
  const expected = Buffer.concat([header, text, header, padded, store.content.header(store.entry('a'))]);
  assert.ok(Buffer.concat(pieces).equals(expected));
});

test('content is read where it is asked for, never beyond its end', () => {
  const bytes = randomBytes(100_000);
  using store = open({ files: { f: bytes, g: { linkTo: 'f' } } }, { files: { f: 'other' } });
  store.entry('f');
  for (const path of ['f', 'g']) {
    const source = store.content.content(store.entry(path));
    assert.equal(source.size, bytes.length);
    assert.deepEqual(source.read(99_990, 100), bytes.subarray(99_990));
    assert.deepEqual(source.read(5, 10), bytes.subarray(5, 15));
    assert.equal(source.read(100_000, 1).length + source.read(-1, 5).length + source.read(0, 0).length, 0);
  }
});

test('more files are read by turns than are kept open', () => {
  const names = Array.from({ length: 40 }, (_, index) => `f${index}`);
  using store = open({ files: Object.fromEntries(names.map((name) => [name, `${name} ${name}`])) });
  const sources = names.map((name) => store.content.content(store.entry(name)));
  for (const offset of [0, 3]) {
    for (const [index, source] of sources.entries()) {
      const text = `${names[index]} ${names[index]}`;
      assert.equal(source.read(offset, 99).toString(), text.slice(offset));
    }
  }
});

/** By us, or by the kernel where a link or a pipe stands in the file's place. */
const CHANGED = /changed while|ELOOP|ESPIPE/;

test('a file that is not what it was is an error, and never padded', () => {
  for (const size of [1000, 400_000, 3_000_000]) {
    const changes: readonly ((path: Buffer) => void)[] = [
      (path) => truncateSync(path, size - 1),
      (path) => truncateSync(path, 0),
      (path) => appendFileSync(path, 'x'),
      (path) => {
        rmSync(path);
        symlinkSync('other', path);
      },
      (path) => {
        rmSync(path);
        execFileSync('mknod', [path.toString(), 'p']);
      },
    ];
    for (const change of changes) {
      using store = open({ files: { f: randomBytes(size), other: randomBytes(size) } });
      const entry = store.entry('f');
      change(store.layers.path(0, 'f'));
      assert.throws(() => [...store.content.outgoing([whole(entry)])], CHANGED);
      assert.throws(() => store.content.content(entry).read(0, size), CHANGED);
    }
  }
});

test('a file that shrinks while it goes out is an error', () => {
  using store = open({ files: { f: Buffer.alloc(5 << 20) } });
  const pieces = store.content.outgoing([whole(store.entry('f'))])[Symbol.iterator]();
  pieces.next();
  pieces.next();
  truncateSync(store.layers.path(0, 'f'), 1 << 20);
  assert.throws(() => [...pieces], /changed while/);
});

test('whoever stops in the middle of a large file leaves nothing open', () => {
  using store = open({ files: { f: Buffer.alloc(5 << 20) } });
  const openFiles = (): string[] =>
    readdirSync('/proc/self/fd').flatMap((fd) => {
      try {
        const path = readlinkSync(`/proc/self/fd/${fd}`);
        return path.endsWith('/f') ? [path] : [];
      } catch {
        return [];
      }
    });
  let during: string[] = [];
  for (const piece of store.content.outgoing([whole(store.entry('f'))])) {
    during = openFiles();
    if (piece.length > BLOCK) break;
  }
  assert.equal(during.length, 1);
  assert.deepEqual(openFiles(), []);
});

test('a header says what the file says, and the type where the engine does', () => {
  using store = open({ files: { 'd/f': 'text', l: { target: 't' } } });
  const read = (path: string) => scanOne(Buffer.concat([store.content.header(store.entry(path)), Buffer.alloc(1024)]));
  const entry = store.entry('l');
  const { uid, gid, mtime, mode, linkname } = read('l');
  assert.deepEqual({ uid, gid, mtime, mode }, { uid: entry.uid, gid: entry.gid, mtime: entry.mtime, mode: entry.mode });
  assert.equal(linkname, 't');
  const modes = (content: OverlayContent) =>
    ['d', 'd/f', 'l'].map((path) => content.header(store.entry(path)).toString('latin1', 100, 104));
  assert.deepEqual(modes(store.content), ['0040', '0100', '0120']);
  assert.deepEqual(modes(new OverlayContent(store.layers.files, { typeBits: false })), ['0000', '0000', '0000']);
});

test("a hardlinked file's header is a file's under every name", () => {
  using store = open({ files: { a: 'text', b: { linkTo: 'a' } } });
  store.entry('a');
  const header = store.content.header(store.entry('b'));
  assert.deepEqual([header[0], header.toString('latin1', 124, 135), header[156]], [0x62, '00000000004', 0x30]);
});

test("capabilities of a user namespace's root lose that root", () => {
  const capability = Buffer.concat([Buffer.from([1, 0, 0, 3]), Buffer.alloc(16, 7), Buffer.from([9, 9, 9, 9])]);
  using store = open({ files: { f: '' }, attributes: { f: { 'security.capability': capability } } });
  const text = store.content.header(store.entry('f')).toString('latin1');
  const expected = `56 SCHILY.xattr.security.capability=\x01\0\0\x02${'\x07'.repeat(16)}\n`;
  assert.ok(text.includes(expected.replace(/^56/, String(expected.length))));
});

test('owners are named as the container knows them', () => {
  using store = open({
    files: {
      'usr/passwd': 'x:x:0:0::/:\nme:x:7:8::/:\n',
      'etc/passwd': { target: '../usr/passwd' },
      'etc/group': 'us:x:8:',
    },
  });
  const names = containerNames(new FileTree(store.index), store.content);
  assert.deepEqual([names.user(7), names.user(8), names.group(8), names.group(0)], ['me', '', 'us', '']);
  // the engine knows its own user before it looks into the container
  assert.equal(names.user(0), 'root');
  store.content.nameOwners({ user: (id) => `u${id}`, group: (id) => `g${id}` });
  const { uid, gid } = store.entry('etc');
  const header = store.content.header(store.entry('etc'));
  assert.equal(header.toString('latin1', 265, 329).replace(/\0+/g, ' '), `u${uid} g${gid} `);
});

test("a directory that a link to this machine's files has replaced is not read through", () => {
  using host = new Layers({ files: { 'd/file': 'secret', 'd/other': 'secret' } });
  using store = open({ files: { 'd/file': 'public', 'd/other': 'public' } });
  const file = store.entry('d/file');
  rmSync(store.layers.path(0, 'd'), { recursive: true });
  symlinkSync(host.path(0, 'd'), store.layers.path(0, 'd'));
  const read = (): Buffer => Buffer.concat([...store.content.outgoing([whole(file)])]);
  assert.throws(read, (error: Error) => !error.message.includes('secret'));
  assert.throws(() => store.content.content(file).read(0, 6));
  assert.throws(() => store.index.children('d' as ImagePath));
});
