import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { extract, type Header } from 'tar-stream';
import { SkinnywhaleError } from '../../src/model/errors.ts';
import { directoryHeader, END_OF_ARCHIVE, rewriteHeader } from '../../src/tar/rewrite.ts';
import { extension, file, hardlink, paxRecords, symlink, type TarMember, tar, tarEntry } from '../builders/tar.ts';
import { scanOne } from './scan.ts';

/** The raw header blocks that the builder makes for a member. */
function headerOf(member: TarMember): Buffer {
  return scanOne(tar([member])).header;
}

/** How a header alone reads; of no file with content. */
function read(header: Buffer): ReturnType<typeof scanOne> {
  return scanOne(Buffer.concat([header, END_OF_ARCHIVE]));
}

/** What another library makes of an archive. */
async function headersByTarStream(archive: Buffer): Promise<Header[]> {
  const headers: Header[] = [];
  const reader = Readable.from([archive]).pipe(extract());
  for await (const entry of reader) {
    headers.push(entry.header);
    entry.resume();
  }
  return headers;
}

const NAMES = [
  'short',
  'a/b c',
  'n'.repeat(100),
  'n'.repeat(101),
  `${'d/'.repeat(149)}e`,
  'caf\xe9',
  '\xff\x80',
  'tab\there',
];

test('a new name reads back, whatever its bytes and length', () => {
  for (const before of NAMES) {
    for (const after of NAMES) {
      const renamed = read(rewriteHeader(headerOf(file(before)), { name: after }));
      assert.deepEqual([renamed.name, renamed.type], [after, 'file']);
      const linked = read(rewriteHeader(headerOf(file('link')), { name: 'link', linkTo: after }));
      assert.deepEqual([linked.name, linked.linkname, linked.type], ['link', after, 'hardlink']);
    }
  }
});

test('a renamed header differs in its name and checksum alone', () => {
  const before = headerOf(file('before', '', { uid: 5, gid: 6, mode: 0o4711, mtime: 1234567890, prefix: 'dir' }));
  const after = rewriteHeader(before, { name: 'after' });
  assert.equal(after.length, 512);
  for (const at of after.keys()) {
    const mayDiffer = at < 100 || (at >= 148 && at < 156) || (at >= 345 && at < 500);
    if (!mayDiffer) assert.equal(after[at], before[at], `byte ${at}`);
  }
  assert.equal(read(after).name, 'after');
  const linked = rewriteHeader(headerOf(file('f', 'content')), { name: 'f', linkTo: 'after' });
  assert.deepEqual(linked, headerOf(hardlink('f', 'after')));
  const longer = rewriteHeader(headerOf(file('f', 'content')), { name: 'f', size: 70_000 });
  assert.deepEqual(longer, headerOf(file('f', 'x'.repeat(70_000))));
});

test('the header given is left as it was', () => {
  const header = headerOf(file('before'));
  const copy = Buffer.from(header);
  rewriteHeader(header, { name: 'after' });
  assert.deepEqual(header, copy);
});

test('other PAX records survive, those that a short name makes needless go', () => {
  const capability = '\x01\x00\x00\x02\xff\x80\n=\x00';
  const member = file('x'.repeat(150), '', { uid: 3_000_000_000, mtime: -7, capability });
  const renamed = rewriteHeader(headerOf(member), { name: 'short' });
  const entry = read(renamed);
  assert.deepEqual([entry.name, entry.uid, entry.mtime, entry.hasCapabilities], ['short', 3_000_000_000, -7, true]);
  assert.ok(renamed.includes(`SCHILY.xattr.security.capability=${capability}\n`, 0, 'latin1'));
  assert.equal(renamed.includes('path='), false);
  assert.equal(rewriteHeader(headerOf(file('x'.repeat(150))), { name: 'short' }).length, 512);
});

test('GNU long names are replaced', () => {
  const gnu = headerOf(symlink('n'.repeat(150), 'l'.repeat(150)));
  const header = headerOf({ name: 'n'.repeat(150), linkname: 'l'.repeat(150), type: 'symlink', format: 'gnu' });
  for (const raw of [gnu, header]) {
    const entry = read(rewriteHeader(raw, { name: 'new' }));
    assert.deepEqual([entry.name, entry.linkname], ['new', 'l'.repeat(150)]);
    const other = read(rewriteHeader(raw, { name: 'new', linkTo: 'first' }));
    assert.deepEqual([other.name, other.linkname], ['new', 'first']);
  }
});

test('a header behind global records is not rewritten: they could mean others, too', () => {
  const raw = Buffer.concat([extension('g', paxRecords([['uid', '1']])), tarEntry(file('x'))]);
  assert.throws(
    () => rewriteHeader(raw, { name: 'y' }),
    (error) => error instanceof SkinnywhaleError && error.code === 'BAD_ARCHIVE',
  );
});

test('a made-up directory is of root’s, 0755, of any name', () => {
  for (const name of ['d', 'd'.repeat(99), 'd'.repeat(100), `${'d/'.repeat(200)}e`, 'caf\xe9']) {
    const entry = read(directoryHeader(name));
    assert.deepEqual(
      [entry.name, entry.type, entry.mode, entry.uid, entry.gid, entry.mtime, entry.size],
      [`${name}/`, 'directory', 0o755, 0, 0, 0, 0],
    );
  }
});

test('tar-stream reads rewritten headers as we do', async () => {
  const long = `${'long/'.repeat(40)}é`;
  const bytes = Buffer.from(long).toString('latin1');
  const parts = [
    rewriteHeader(headerOf(file('before')), { name: bytes }),
    rewriteHeader(headerOf(file('before')), { name: 'other', linkTo: bytes }),
    rewriteHeader(headerOf(file('y'.repeat(200), '', { uid: 1234 })), { name: 'short' }),
    directoryHeader('made/up'),
  ];
  const headers = await headersByTarStream(Buffer.concat([...parts, END_OF_ARCHIVE]));
  assert.deepEqual(
    headers.map(({ name, linkname, type, uid }) => [name, linkname, type, uid]),
    [
      [long, null, 'file', 0],
      ['other', long, 'link', 0],
      ['short', null, 'file', 1234],
      ['made/up/', null, 'directory', 0],
    ],
  );
});

test('the system’s tar reads rewritten headers as we do', (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'rewrite-test-'));
  context.after(() => rmSync(folder, { recursive: true }));
  const archive = join(folder, 'x.tar');
  const bytes = `${'long/'.repeat(40)}\xff\xe9`;
  const parts = [
    rewriteHeader(headerOf(file('before', '', { mtime: 86_400 })), { name: bytes }),
    rewriteHeader(headerOf(file('before')), { name: 'other', linkTo: bytes }),
    directoryHeader('made/up'),
  ];
  writeFileSync(archive, Buffer.concat([...parts, END_OF_ARCHIVE]));
  const options = ['-tvf', archive, '--quoting-style=literal', '--numeric-owner', '--utc'];
  const lines = execFileSync('tar', options, { encoding: 'latin1', env: { PATH: process.env['PATH'], LC_ALL: 'C' } })
    .trim()
    .split('\n');
  assert.equal(lines.length, 3);
  assert.match(lines[0] ?? '', /^-rw-r--r-- 0\/0 +0 1970-01-02 00:00 long\//);
  assert.ok(lines[0]?.endsWith(bytes));
  assert.ok(lines[1]?.endsWith(` other link to ${bytes}`));
  assert.match(lines[2] ?? '', /^drwxr-xr-x 0\/0 +0 1970-01-01 00:00 made\/up\/$/);
});
