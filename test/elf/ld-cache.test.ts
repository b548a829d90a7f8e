import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { bufferSource } from '../../src/elf/byte-source.ts';
import { acceptedCacheFlags, cacheFlags, type LdCache, readLdCache } from '../../src/elf/ld-cache.ts';
import { buildLdCache } from '../builders/ld-cache.ts';
import { GuardedSource, opened, realFiles } from './sources.ts';

const libraries = [
  { name: 'libz.so.1', path: '/usr/lib/glibc-hwcaps/x86-64-v3/libz.so.1', hwcapName: 'x86-64-v3' },
  { name: 'libz.so.1', path: '/usr/lib/glibc-hwcaps/x86-64-v2/libz.so.1', hwcapName: 'x86-64-v2' },
  { name: 'libz.so.1', path: '/usr/lib/libz.so.1' },
  { name: 'libc.so.6', path: '/lib32/libc.so.6', flags: 3, osVersion: 0x30200, hwcap: 1n << 63n },
];

for (const byteOrder of ['little', 'big'] as const) {
  for (const marked of [true, false]) {
    for (const format of ['new', 'both'] as const) {
      for (const align of [8, 4] as const) {
        const name = `${format}, ${byteOrder} endian, ${marked ? 'marked' : 'unmarked'}, aligned to ${align}`;
        test(`a cache: ${name}`, () => {
          const cache = read(buildLdCache({ libraries, format, byteOrder, marked, align }));
          assert.deepEqual([cache.format, cache.byteOrder], [format, byteOrder]);
          assert.deepEqual(cache.entries, [
            { ...libraries[0], flags: 0x303, osVersion: 0, hwcap: (1n << 62n) | 1n },
            { ...libraries[1], flags: 0x303, osVersion: 0, hwcap: 1n << 62n },
            { ...libraries[2], flags: 0x303, osVersion: 0, hwcap: 0n },
            libraries[3],
          ]);
        });
      }
    }
  }

  test(`a cache: old, ${byteOrder} endian`, () => {
    const old = libraries.map(({ name, path, flags = 0x303 }) => ({ name, path, flags }));
    const cache = read(buildLdCache({ libraries: old, format: 'old', byteOrder }));
    assert.deepEqual([cache.format, cache.byteOrder], ['old', byteOrder]);
    assert.deepEqual(
      cache.entries,
      old.map((entry) => ({ ...entry, osVersion: 0, hwcap: 0n })),
    );
  });
}

test('ISA levels beside bit 62 do not hide the name; other bits do', () => {
  const bytes = buildLdCache({ libraries: libraries.slice(0, 1) });
  bytes.writeBigUInt64LE((1n << 62n) | (3n << 32n), 48 + 16);
  assert.equal(read(bytes).entries[0]?.hwcapName, 'x86-64-v3');
  for (const hwcap of [(1n << 62n) | (1n << 42n), (1n << 62n) | 1n, 3n << 62n, 0n]) {
    bytes.writeBigUInt64LE(hwcap, 48 + 16);
    assert.equal(read(bytes).entries[0]?.hwcapName, undefined, hwcap.toString(16));
  }
});

test('an entry whose strings are not in the file is left out', () => {
  const bytes = buildLdCache({ libraries });
  bytes.writeUInt32LE(0xffff_fff0, 48 + 24 + 8);
  assert.deepEqual(
    read(bytes).entries.map(({ path }) => path),
    [0, 2, 3].map((index) => libraries[index]?.path),
  );
});

test('defects have names', () => {
  const good = buildLdCache({ libraries });
  const defect = (bytes: Buffer): string => {
    const result = readLdCache(bufferSource(bytes));
    return 'defect' in result ? result.defect : 'none';
  };
  assert.equal(defect(Buffer.alloc(0)), 'not-a-cache');
  assert.equal(defect(Buffer.from('glibc-ld.so.cache1.2'.padEnd(64))), 'not-a-cache');
  assert.equal(defect(good.subarray(0, 40)), 'truncated');
  assert.equal(defect(good.subarray(0, 48 + 4 * 24 - 1)), 'truncated');
  assert.equal(defect(Buffer.from(good).fill(1, 28, 29)), 'bad-byte-order');
  assert.equal(defect(Buffer.from(good).fill(3, 28, 29)), 'truncated', 'the other byte order');
  assert.equal(defect(Buffer.from('ld.so-1.7.0\0\xff\xff\xff\xff', 'latin1')), 'truncated');
  assert.equal(readTooLarge(), 'too-large');
});

function readTooLarge(): string {
  const result = readLdCache({ size: 2 ** 40, read: () => assert.fail('read') });
  return 'defect' in result ? result.defect : 'none';
}

test('entries that share one long string cost no more than the budget for strings', () => {
  const count = 100_000;
  const bytes = Buffer.concat([buildLdCache({ libraries: [] }), Buffer.alloc(count * 24), Buffer.alloc(8192, 'x')]);
  bytes.writeUInt32LE(count, 20);
  bytes[bytes.length - 1] = 0;
  for (let index = 0; index < count; index++) {
    const key = 48 + count * 24 + 4096 + (index % 4000);
    bytes.writeUInt32LE(key, 48 + index * 24 + 4);
    bytes.writeUInt32LE(key, 48 + index * 24 + 8);
  }
  const source = new GuardedSource(bytes);
  const result = readLdCache(source);
  assert.ok(!('defect' in result) && result.entries.length > 0);
  assert.ok(source.bytesRead <= source.size);
  const strings = new Set(result.entries.map(({ name }) => name));
  assert.ok(strings.size <= 4000);
});

test('flags of an ABI', () => {
  const flags = (machine: number, elfClass: 32 | 64, elfFlags = 0): number | undefined =>
    cacheFlags({ machine, class: elfClass, flags: elfFlags });
  assert.deepEqual([flags(62, 64), flags(62, 32), flags(3, 32)], [0x303, 0x803, 0x003]);
  assert.deepEqual([flags(183, 64), flags(183, 32)], [0xa03, undefined]);
  assert.deepEqual([flags(40, 32, 0x5000400), flags(40, 32, 0x5000200), flags(40, 32, 0x5000000)], [0x903, 0xb03, 3]);
  assert.equal(flags(40, 32, 0x4000400), 3);
  assert.deepEqual([flags(21, 64, 1), flags(21, 64, 2), flags(20, 32)], [0x503, 0x503, 3]);
  assert.deepEqual([flags(22, 64), flags(22, 32)], [0x403, 3]);
  assert.deepEqual([flags(43, 64), flags(50, 64)], [0x103, 0x203]);
  assert.deepEqual([flags(243, 64, 5), flags(243, 64, 1), flags(243, 64, 2)], [0x1003, 0xf03, undefined]);
  assert.deepEqual([flags(258, 64, 0x43), flags(258, 64, 0x41), flags(258, 64, 2)], [0x1203, 0x1103, undefined]);
  assert.deepEqual([flags(8, 64), flags(8, 32, 0x20), flags(8, 32)], [0x703, 0x603, 3]);
  assert.deepEqual([flags(8, 64, 0x400), flags(8, 32, 0x420), flags(8, 32, 0x400)], [0xe03, 0xd03, 0xc03]);
});

test('flags that a loader accepts', () => {
  assert.deepEqual(acceptedCacheFlags({ machine: 62, class: 64, flags: 0 }), [0x303]);
  assert.deepEqual(acceptedCacheFlags({ machine: 3, class: 32, flags: 0 }), [3, 1]);
  assert.deepEqual(acceptedCacheFlags({ machine: 40, class: 32, flags: 0x5000400 }), [0x903, 3]);
  assert.deepEqual(acceptedCacheFlags({ machine: 243, class: 64, flags: 2 }), []);
});

test('the cache of this machine leads to its C library', (t) => {
  const { libc, node } = realFiles();
  if (libc === undefined || !existsSync('/etc/ld.so.cache')) return t.skip('not a system with a glibc cache');
  const flags = cacheFlags(opened(node).elf);
  const { entries } = read(readFileSync('/etc/ld.so.cache'));
  const found = entries.filter((entry) => entry.name === 'libc.so.6' && entry.flags === flags);
  assert.equal(found.length, 1);
  assert.deepEqual(readFileSync(found[0]?.path ?? ''), libc);
});

function read(bytes: Buffer): LdCache {
  const cache = readLdCache(new GuardedSource(bytes));
  if ('defect' in cache) assert.fail(`${cache.defect}: ${cache.detail}`);
  return cache;
}
