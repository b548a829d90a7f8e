import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bufferSource } from '../../src/elf/byte-source.ts';
import { absoluteStrings, libraryStrings, scanStrings } from '../../src/elf/strings.ts';
import { buildElf } from '../builders/elf.ts';
import { FORMS, GuardedSource, opened, realFiles } from './sources.ts';

const WINDOW = 256 * 1024;

for (const form of FORMS) {
  test(`strings of the loaded segment: ${form.class} bits, ${form.byteOrder} endian`, () => {
    const strings = ['libz.so.1', '/usr/lib/apache2/modules', 'not.so.good', 'libz.so.1', 'x /no', 'libq.so'];
    const { source, elf } = opened(buildElf({ ...form, strings }));
    assert.deepEqual(libraryStrings(source, elf), ['libz.so.1', 'libq.so']);
    assert.deepEqual(absoluteStrings(source, elf), ['/usr/lib/apache2/modules']);
  });
}

test('what counts as the name of a library', () => {
  const yes = ['a.so', '/usr/lib/libm.so.6', 'sub/libn.so', 'libstdc++.so.6.0.30', '$ORIGIN/liba.so', 'caf\xe9.so.1'];
  const no = [
    '.so',
    '/.so',
    'dir/.so.1',
    'liba.so.',
    'liba.so.x',
    'a.sometimes',
    'open liba.so',
    'liba.so\n',
    'x.so.1.',
  ];
  const { source, elf } = opened(
    buildElf({ strings: [...yes, ...no, `${'y'.repeat(4093)}.so`, `${'n'.repeat(4094)}.so`] }),
  );
  assert.deepEqual(libraryStrings(source, elf), [...yes, `${'y'.repeat(4093)}.so`]);
});

test('what lies outside PT_LOAD is not looked at', () => {
  const file = Buffer.concat([buildElf({ strings: ['liba.so.1'] }), Buffer.from('\0libb.so.1\0')]);
  const { source, elf } = opened(file);
  assert.deepEqual(libraryStrings(source, elf), ['liba.so.1']);
});

test('a string is found wherever windows cut it', () => {
  const name = '/plugins/libx.so.1';
  for (let shift = -name.length - 3; shift <= 3; shift++) {
    for (const fill of [0, 0x41]) {
      const bytes = Buffer.alloc(3 * WINDOW, fill);
      // The others limit the run of A, which else would be one string too long to be looked at.
      for (let at = 1000; at < bytes.length; at += 1000) bytes[at] = 0;
      for (const at of [0, WINDOW, 2 * WINDOW - 2000]) bytes.write(`\0${name}\0`, Math.max(0, at + shift), 'latin1');
      assert.deepEqual(
        [found(bytes, { contains: '.so' }), found(bytes, { startsWith: '/' })].map((texts) => texts.length),
        [3, 3],
        `at ${shift}, filled with ${fill}`,
      );
    }
  }
});

test('strings at the ends of a range count, with their offsets', () => {
  const seen: [string, number][] = [];
  const source = bufferSource(Buffer.from('xx/a.so\0/b.so\0c/d.soyy', 'latin1'));
  scanStrings(source, [{ offset: 2, length: 18 }], { contains: '.so' }, (text, offset) => seen.push([text, offset]));
  assert.deepEqual(seen, [
    ['/a.so', 2],
    ['/b.so', 8],
    ['c/d.so', 14],
  ]);
});

test('a string that contains the pattern twice is visited once', () => {
  assert.deepEqual(found(Buffer.from('a.so.b.so\0c.so'), { contains: '.so' }), ['a.so.b.so', 'c.so']);
  assert.deepEqual(found(Buffer.from('//a\0/b\0a//'), { startsWith: '/' }), ['//a', '/b']);
});

test('runs too long for a string are passed over, and what follows them is not', () => {
  const run = Buffer.alloc(WINDOW + 5000, 'x.so/');
  for (const before of [0, 10, WINDOW - 5000, WINDOW - 4097, WINDOW - 4096, WINDOW - 1]) {
    const bytes = Buffer.concat([Buffer.alloc(before), run, Buffer.from('\0/next.so\0')]);
    assert.deepEqual(found(bytes, { contains: '.so' }), ['/next.so'], `${before}`);
    assert.deepEqual(found(bytes, { startsWith: '/' }), ['/next.so'], `${before}`);
  }
});

test('each byte is looked at a constant number of times', () => {
  // Quadratic work on any of these takes minutes.
  for (const pattern of ['.so', '\0.so', '/', '\0/', '.so\0', 'x']) {
    const source = new GuardedSource(Buffer.alloc(8 * 1024 * 1024, pattern, 'latin1'));
    const started = performance.now();
    for (const wanted of [{ contains: '.so' }, { startsWith: '/' }]) {
      source.bytesRead = 0;
      scanStrings(source, [{ offset: 0, length: source.size }], wanted, () => {});
      assert.ok(source.bytesRead < 1.1 * source.size, `${source.bytesRead} bytes read`);
    }
    assert.ok(performance.now() - started < 10_000);
  }
});

test('the loader and the C library of this machine', (t) => {
  const { interpreter, libc } = realFiles();
  if (interpreter === undefined || libc === undefined) return t.skip('not a system with glibc');
  const library = opened(libc);
  assert.ok(libraryStrings(library.source, library.elf).includes('libc.so.6'));
  const loader = opened(interpreter);
  assert.ok(absoluteStrings(loader.source, loader.elf).includes('/etc/ld.so.preload'));
});

function found(bytes: Buffer, pattern: Parameters<typeof scanStrings>[2]): string[] {
  const texts: string[] = [];
  const source = new GuardedSource(bytes);
  scanStrings(source, [{ offset: 0, length: bytes.length }], pattern, (text) => texts.push(text));
  return texts;
}
