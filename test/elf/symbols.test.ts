import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readElf } from '../../src/elf/elf-file.ts';
import { importedSymbols, importsAny } from '../../src/elf/symbols.ts';
import { buildElf } from '../builders/elf.ts';
import { FORMS, GuardedSource, opened, realFiles } from './sources.ts';

const imports = ['dlopen', 'pthread_exit', 'caf\xe9'];
const exports = ['init', 'run'];

for (const form of FORMS) {
  for (const hash of ['gnu', 'sysv', 'none'] as const) {
    test(`undefined symbols: ${form.class} bits, ${form.byteOrder} endian, ${hash} hash`, () => {
      const { source, elf } = opened(buildElf({ ...form, hash, imports, exports }));
      assert.deepEqual([...(importedSymbols(source, elf) ?? [])], imports);
    });
  }
}

test('a library without exports has a hash table without chains', () => {
  const { source, elf } = opened(buildElf({ imports }));
  assert.deepEqual([...(importedSymbols(source, elf) ?? [])], imports);
});

test('importsAny asks for names', () => {
  const { source, elf } = opened(buildElf({ imports, exports }));
  assert.equal(importsAny(source, elf, ['backtrace', 'dlopen']), true);
  assert.equal(importsAny(source, elf, ['init', 'run', 'dlope']), false);
});

test('without a symbol table nothing is known', () => {
  const { source, elf } = opened(buildElf({ type: 'executable' }));
  assert.equal(importedSymbols(source, elf), undefined);
  assert.equal(importsAny(source, elf, imports), false);
});

test('symbols that share one long name cost no more than the budget for strings', () => {
  const long = 'x'.repeat(16_000);
  const names = Array.from({ length: 6000 }, (_, index) => `${index}`);
  const bytes = buildElf({ imports: [long, ...names], hash: 'sysv' });
  const { elf } = opened(bytes);
  const at = elf.segments[0] && elf.tables.symbols !== undefined ? elf.tables.symbols - elf.segments[0].address : 0;
  // Each one's name starts a little further within the long one: all differ.
  for (let index = 1; index <= 6000; index++) bytes.writeUInt32LE(1 + index, at + index * 24);
  const source = new GuardedSource(bytes);
  const result = readElf(source);
  assert.ok(!('defect' in result));
  let length = 0;
  for (const name of importedSymbols(source, result) ?? []) length += name.length;
  assert.ok(length > 0 && length <= 33 * 1024 * 1024, `${length} bytes of names`);
});

test('this machine: node imports from its C library, which exports', (t) => {
  const { node, libc } = realFiles();
  if (libc === undefined) return t.skip('not a system with glibc');
  const { source, elf } = opened(node);
  assert.ok(importsAny(source, elf, ['__libc_start_main']));
  const inLibc = opened(libc);
  assert.equal(importsAny(inLibc.source, inLibc.elf, ['__libc_start_main']), false);
  assert.ok(importsAny(inLibc.source, inLibc.elf, ['__tls_get_addr', '_rtld_global_ro', '_rtld_global']));
});
