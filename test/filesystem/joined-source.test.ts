import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ByteSource, bufferSource } from '../../src/elf/byte-source.ts';
import { JoinedSource, partOf } from '../../src/filesystem/joined-source.ts';

/** Like a file: what is read is put where the reader says. */
function copying(text: string): ByteSource {
  const source = bufferSource(Buffer.from(text));
  return {
    size: source.size,
    read(offset, length, into = Buffer.alloc(length)) {
      return into.subarray(0, source.read(offset, length).copy(into));
    },
  };
}

test('sources one behind the other read as one', () => {
  const joined = new JoinedSource();
  const starts = ['abc', '', 'defg', 'h'].map((text, index) =>
    joined.add(index % 2 === 0 ? copying(text) : bufferSource(Buffer.from(text))),
  );
  assert.deepEqual(starts, [0, 3, 3, 7]);
  assert.equal(joined.size, 8);
  const all = 'abcdefgh';
  for (let offset = 0; offset < 9; offset++) {
    for (let length = 0; length < 10; length++) {
      const expected = all.slice(offset, offset + length);
      assert.equal(joined.read(offset, length).toString(), expected);
      assert.equal(joined.read(offset, length, Buffer.alloc(20)).toString(), expected);
    }
  }
});

test('which of them has a byte', () => {
  const joined = new JoinedSource();
  for (const text of ['abc', 'de', 'f']) joined.add(bufferSource(Buffer.from(text)));
  assert.deepEqual(
    [0, 2, 3, 4, 5, 9].map((offset) => joined.partAt(offset)),
    [0, 0, 1, 1, 2, 2],
  );
});

test('a part of a source ends where it ends', () => {
  const part = partOf(copying('abcdef'), 2, 3);
  assert.equal(part.size, 3);
  assert.equal(part.read(1, 10).toString(), 'de');
  assert.equal(part.read(3, 1).toString(), '');
  assert.equal(part.read(-1, 2).toString(), '');
});
