import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadXattrReader, xattrReader } from '../../../../src/subject/access/overlay/xattr.ts';

/** A C library that knows one file, `/f`. */
function reader(answer: string | number, seen: string[] = []) {
  let errno = 0;
  const call =
    (name: string) =>
    (path: Buffer, into: Buffer): number => {
      seen.push(`${name} ${path.toString('latin1', 0, path.indexOf(0))} ${into.length}`);
      errno = typeof answer === 'number' ? answer : answer.length > into.length ? constants.errno.ERANGE : 0;
      return errno !== 0 ? -1 : into.write(answer as string, 'latin1');
    };
  return xattrReader({ list: call('list'), get: (name) => call(name), errno: () => errno });
}

test('names and values are taken from what the call writes', () => {
  assert.deepEqual(reader('a.b\0c\0').list(Buffer.from('/f')), ['a.b', 'c']);
  assert.deepEqual(reader('').list(Buffer.from('/f')), []);
  assert.deepEqual(reader('\x01\xff\0').get(Buffer.from('/f'), 'x'), Buffer.from([1, 255, 0]));
});

test('a value stays as it is when another one is read', () => {
  const long = 'a'.repeat(100);
  const xattrs = reader(long);
  const first = xattrs.get(Buffer.from('/f'), 'x');
  first?.fill(0);
  assert.equal(xattrs.get(Buffer.from('/f'), 'x')?.toString(), long);
  assert.equal(first?.toString(), '\0'.repeat(100));
});

test('a value that needs more room gets it', () => {
  const seen: string[] = [];
  const long = 'a'.repeat(5000);
  assert.equal(reader(long, seen).get(Buffer.from('/f'), 'x')?.toString(), long);
  assert.deepEqual(seen, ['x /f 1024', 'x /f 65536']);
});

test('what has no attributes is told apart from what can’t be read', () => {
  for (const errno of [constants.errno.ENODATA, constants.errno.ENOTSUP]) {
    assert.equal(reader(errno).get(Buffer.from('/f'), 'x'), undefined);
    assert.deepEqual(reader(errno).list(Buffer.from('/f')), []);
  }
  assert.throws(() => reader(constants.errno.EACCES).list(Buffer.from('/f')), { code: 'EACCES' });
  assert.throws(() => reader(constants.errno.EIO).get(Buffer.from('/f'), 'x'), { code: 'EIO' });
  assert.throws(() => reader('').list(Buffer.alloc(5000, 'a')), { code: 'ENAMETOOLONG' });
});

test('a path that is short after a long one is not mixed up with it', () => {
  const seen: string[] = [];
  const xattrs = reader('', seen);
  xattrs.list(Buffer.from('/a/long/path'));
  xattrs.list(Buffer.from('/f\xff', 'latin1'));
  assert.deepEqual(seen, ['list /a/long/path 1024', 'list /f\xff 1024']);
});

test('this machine’s own files are read, whatever bytes their names have', {
  skip: process.platform !== 'linux',
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sw-xattr-'));
  const path = Buffer.concat([Buffer.from(`${folder}/f`), Buffer.from([0xff, 0x80])]);
  try {
    writeFileSync(path, '');
    const xattrs = await loadXattrReader((reason) => assert.fail(reason));
    assert.ok(xattrs !== undefined);
    assert.equal(xattrs.list(path).includes('security.capability'), false);
    assert.equal(xattrs.get(path, 'security.capability'), undefined);
    assert.throws(() => xattrs.list(Buffer.from(`${folder}/none`)), { code: 'ENOENT' });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
