import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dlopenNotes } from '../../src/elf/notes.ts';
import { buildElf } from '../builders/elf.ts';
import { FORMS, opened } from './sources.ts';

for (const form of FORMS) {
  test(`dlopen notes: ${form.class} bits, ${form.byteOrder} endian`, () => {
    const bzip = { feature: 'bzip2', description: 'Decompression', priority: 'suggested', soname: ['libbz2.so.1'] };
    const tpm = { soname: ['libtss2.so.1', 'libtss2.so.0'] };
    const { source, elf } = opened(buildElf({ ...form, dlopenNotes: [[bzip, tpm], [{ soname: ['libé.so'] }]] }));
    assert.deepEqual(dlopenNotes(source, elf), [bzip, tpm, { soname: ['lib\xc3\xa9.so'] }]);
  });
}

test('what is not well-formed is left out, and the rest is kept', () => {
  const notes = [
    '{',
    '[[[[',
    '{"soname":["not-in-an-array.so"]}',
    '[null,1,{},{"soname":"text.so"},{"soname":[]},{"soname":[1,"","a\\u0000b"]}]',
    '[{"soname":["liba.so.1",7],"priority":"urgent","feature":1}]',
  ];
  const { source, elf } = opened(buildElf({ dlopenNotes: notes }));
  assert.deepEqual(dlopenNotes(source, elf), [{ soname: ['liba.so.1'] }]);
});

test('notes of other types and owners are passed over', () => {
  const bytes = buildElf({ dlopenNotes: [[{ soname: ['a.so'] }], [{ soname: ['b.so'] }], [{ soname: ['c.so'] }]] });
  const first = bytes.indexOf('FDO\0');
  const second = bytes.indexOf('FDO\0', first + 4);
  bytes.write('GNU\0', first);
  bytes.writeUInt32LE(1, second - 4);
  const { source, elf } = opened(bytes);
  assert.deepEqual(dlopenNotes(source, elf), [{ soname: ['c.so'] }]);
});

test('a file without notes has none', () => {
  const { source, elf } = opened(buildElf({ needed: ['a'] }));
  assert.deepEqual(dlopenNotes(source, elf), []);
});
