import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readElf } from '../../src/elf/elf-file.ts';
import { interpreterParameters } from '../../src/elf/interpreter-parameters.ts';
import { readLdCache } from '../../src/elf/ld-cache.ts';
import { dlopenNotes } from '../../src/elf/notes.ts';
import { absoluteStrings, libraryStrings } from '../../src/elf/strings.ts';
import { importedSymbols } from '../../src/elf/symbols.ts';
import { buildElf } from '../builders/elf.ts';
import { buildLdCache } from '../builders/ld-cache.ts';
import { FORMS, GuardedSource } from './sources.ts';

/** Every reader on the same bytes; a throw or a read out of bounds fails the test. Returns the defect, if any. */
function readAll(bytes: Buffer): string | undefined {
  const source = new GuardedSource(bytes);
  readLdCache(source);
  const elf = readElf(source);
  if ('defect' in elf) return elf.defect;
  importedSymbols(source, elf);
  dlopenNotes(source, elf);
  libraryStrings(source, elf);
  absoluteStrings(source, elf);
  interpreterParameters(source, elf);
  assert.ok(source.bytesRead < 20 * bytes.length + 2_000_000, `${source.bytesRead} bytes read of ${bytes.length}`);
  return undefined;
}

function sample(form: (typeof FORMS)[number], hash: 'gnu' | 'sysv' = 'gnu'): Buffer {
  return buildElf({
    ...form,
    hash,
    interpreter: '/lib/ld.so.1',
    soname: 'libs.so.1',
    needed: ['liba.so.1', 'libc.so.6'],
    runpath: '$ORIGIN',
    audit: 'x:y',
    imports: ['dlopen'],
    exports: ['init', 'run'],
    versionsNeeded: [
      { library: 'libc.so.6', versions: [{ name: 'V1' }, { name: 'V2' }] },
      { library: 'liba.so.1', versions: [{ name: 'A' }] },
    ],
    versionsDefined: ['S1', 'S2'],
    dlopenNotes: [[{ soname: ['libd.so'] }]],
    strings: ['/lib/', '/usr/lib/', 'lib', '/etc/ld.so.cache'],
  });
}

for (const form of FORMS) {
  const name = `${form.class} bits, ${form.byteOrder} endian`;

  test(`any 32-bit field corrupted: ${name}`, () => {
    for (const hash of ['gnu', 'sysv'] as const) {
      const good = sample(form, hash);
      assert.equal(readAll(good), undefined);
      for (let at = 0; at + 4 <= good.length; at += 2) {
        for (const value of [0, 1, 0x7fff_ffff, 0xffff_fff0, 0xffff_ffff, good.length]) {
          const bytes = Buffer.from(good);
          if (form.byteOrder === 'little') bytes.writeUInt32LE(value, at);
          else bytes.writeUInt32BE(value, at);
          readAll(bytes);
        }
      }
    }
  });

  test(`cut at every length: ${name}`, () => {
    const good = sample(form);
    for (let length = 0; length < good.length; length++) {
      const defect = readAll(good.subarray(0, length));
      // The dynamic segment comes after all that it points to; only strings follow it.
      if (length < 200) assert.ok(defect !== undefined, `${length} bytes`);
    }
  });
}

test('version records that lead to themselves, and overlapping ones, end', () => {
  const form = FORMS[0];
  const good = sample(form);
  const elf = readElf(new GuardedSource(good));
  assert.ok(!('defect' in elf));
  for (const [link, count] of [
    [0, 0xffff],
    [1, 0xffff],
    [2, 0xffff],
    [16, 0xffff],
  ] as const) {
    const bytes = Buffer.from(good);
    // The first record: its count, its link to its versions, its link to the next record, its first version's link.
    const at = bytes.indexOf(Buffer.from([1, 0, 2, 0]));
    assert.ok(at > 0);
    bytes.writeUInt16LE(count, at + 2);
    bytes.writeUInt32LE(link, at + 12);
    bytes.writeUInt32LE(link, at + 8);
    bytes.writeUInt32LE(link, at + 16 + 12);
    readAll(bytes);
  }
});

test('a megabyte of DT_NEEDED that all name one long string is refused in time', () => {
  const bytes = buildElf({
    needed: ['x'.repeat(60_000)],
    entries: Array.from({ length: 60_000 }, () => [1, 1] as const),
  });
  const started = performance.now();
  assert.equal(readAll(bytes), 'bad-dynamic');
  assert.ok(performance.now() - started < 5000);
});

test('a thousand PT_LOADs and PT_NOTEs of the whole file cost one reading of it', () => {
  for (const type of [1, 4]) {
    const body = Buffer.alloc(2 * 1024 * 1024, '\0/a.so');
    const header = Buffer.alloc(64 + 1000 * 56);
    buildElf({ type: 'executable' }).copy(header, 0, 0, 64);
    header.writeUInt16LE(1000, 56);
    for (let index = 0; index < 1000; index++) {
      const at = 64 + index * 56;
      header.writeUInt32LE(type, at);
      header.writeBigUInt64LE(BigInt(index), at + 8);
      header.writeBigUInt64LE(BigInt(header.length + body.length), at + 32);
    }
    assert.equal(readAll(Buffer.concat([header, body])), undefined);
  }
});

test('random damage to good files', () => {
  const damage = fc.array(fc.tuple(fc.nat(), fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 0x7f, 0x80, 0xff))), {
    maxLength: 12,
  });
  const files = [...FORMS.map((form) => sample(form)), ...FORMS.map((form) => sample(form, 'sysv')), ...caches()];
  fc.assert(
    fc.property(fc.nat(files.length - 1), damage, (index, changes) => {
      const bytes = Buffer.from(files[index] ?? []);
      for (const [at, value] of changes) bytes[at % bytes.length] = value;
      readAll(bytes);
    }),
    { numRuns: 600 },
  );
});

test('random bytes after a good beginning', () => {
  const files = [
    ...FORMS.map((form) => sample(form).subarray(0, 64)),
    ...caches().map((bytes) => bytes.subarray(0, 20)),
  ];
  fc.assert(
    fc.property(fc.nat(files.length - 1), fc.uint8Array({ maxLength: 600 }), (index, rest) => {
      readAll(Buffer.concat([files[index] ?? Buffer.alloc(0), rest]));
    }),
    { numRuns: 400 },
  );
});

test('caches: any 32-bit field corrupted, and cut at every length', () => {
  for (const good of caches()) {
    for (let at = 0; at + 4 <= good.length; at += 2) {
      for (const value of [0, 1, 0x7fff_ffff, 0xffff_fff0, 0xffff_ffff, good.length]) {
        const bytes = Buffer.from(good);
        bytes.writeUInt32LE(value, at);
        readAll(bytes);
        readAll(good.subarray(0, at));
      }
    }
  }
});

function caches(): Buffer[] {
  const libraries = [
    { name: 'libz.so.1', path: '/v3/libz.so.1', hwcapName: 'x86-64-v3' },
    { name: 'liba.so.1', path: '/lib/liba.so.1' },
  ];
  return (['new', 'old', 'both'] as const).flatMap((format) =>
    (['little', 'big'] as const).map((byteOrder) => buildLdCache({ libraries, format, byteOrder })),
  );
}
