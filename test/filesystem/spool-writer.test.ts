import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { SpoolWriter } from '../../src/filesystem/spool-writer.ts';

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'spool-writer-test-'));
});
after(() => rmSync(folder, { recursive: true }));

test('pieces of any size are in the file in their order, and can be read before that', async () => {
  const path = join(folder, 'any');
  await using writer = new SpoolWriter(path);
  const expected: Buffer[] = [];
  for (let count = 0; count < 300; count++) {
    const piece = Buffer.alloc((count * 7919) % 70_000, String.fromCharCode(97 + (count % 26)));
    const at = writer.length;
    writer.write(piece);
    assert.equal(writer.length, at + piece.length);
    if (count % 10 === 0) assert.ok(writer.read(at, piece.length).equals(piece));
    expected.push(Buffer.from(piece));
    piece.fill('!');
    if (count % 25 > 0) continue;
    // some of it is in the file, some on its way, some waits
    assert.ok(writer.read(0, writer.length).equals(Buffer.concat(expected)));
    await turn();
  }
  await writer.flush();
  assert.ok(readFileSync(path).equals(Buffer.concat(expected)));
});

test('a read ends where the file does', async () => {
  await using writer = new SpoolWriter(join(folder, 'short'));
  writer.write(Buffer.from('content'));
  assert.equal(writer.read(3, 100).toString(), 'tent');
  assert.equal(writer.read(7, 1).length, 0);
  assert.equal(writer.read(100, 1).length, 0);
});

test('a file that is there is not written to', async () => {
  const path = join(folder, 'twice');
  await using first = new SpoolWriter(path);
  first.write(Buffer.from('x'));
  assert.throws(() => new SpoolWriter(path), { code: 'EEXIST' });
});
