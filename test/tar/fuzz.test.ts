import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { TreeBuilder } from '../../src/filesystem/tree-builder.ts';
import { SkinnywhaleError } from '../../src/model/errors.ts';
import { rewriteHeader } from '../../src/tar/rewrite.ts';
import { directory, extension, file, hardlink, paxRecords, sealed, symlink, tar, tarEntry } from '../builders/tar.ts';
import { scan } from './scan.ts';

const GOOD = Buffer.concat([
  extension('g', paxRecords([['gid', '9']])),
  tarEntry(directory('usr')),
  tarEntry(file('usr/a', 'content', { uid: 3_000_000_000, capability: '\x01\xff' })),
  tarEntry(hardlink('usr/b', 'usr/a')),
  tarEntry(symlink('usr/c', 'l'.repeat(120))),
  tar([{ name: 'usr/d'.repeat(30), format: 'gnu', content: 'x'.repeat(600), mtime: -1 }]),
]);

/** Runs `action`; all that it may do besides returning is to refuse the archive. */
function refusesOrReturns(action: () => void): void {
  try {
    action();
  } catch (error) {
    if (!(error instanceof SkinnywhaleError && error.code === 'BAD_ARCHIVE')) throw error;
  }
}

function readAll(archive: Buffer, chunkSize: number): void {
  refusesOrReturns(() => {
    const builder = new TreeBuilder();
    for (const entry of scan(archive, chunkSize)) {
      builder.add(entry);
      refusesOrReturns(() => void rewriteHeader(entry.header, { name: 'new' }));
    }
    builder.build();
  });
}

const edits = fc.array(fc.tuple(fc.nat(GOOD.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 });

test('a damaged archive is refused or read, and nothing else happens', () => {
  fc.assert(
    fc.property(edits, fc.nat(GOOD.length), fc.integer({ min: 1, max: 2000 }), (changes, length, chunkSize) => {
      const archive = Buffer.from(GOOD);
      for (const [at, byte] of changes) archive[at] = byte;
      readAll(archive, chunkSize);
      readAll(archive.subarray(0, length), chunkSize);
    }),
    { numRuns: 300, interruptAfterTimeLimit: 2000 },
  );
});

test('nor does it where every header’s checksum is right', () => {
  fc.assert(
    fc.property(edits, fc.integer({ min: 100, max: 2000 }), (changes, chunkSize) => {
      const archive = Buffer.from(GOOD);
      for (const [at, byte] of changes) {
        archive[at] = byte;
        const start = at - (at % 512);
        // Changes in the checksum field itself are for the other test.
        sealed(archive.subarray(start, start + 512));
      }
      readAll(archive, chunkSize);
    }),
    { numRuns: 500, interruptAfterTimeLimit: 2000 },
  );
});

test('bytes at random are refused', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 2000 }), (bytes) => {
      const archive = Buffer.from(bytes);
      // Two blocks of zeros are a good archive of nothing.
      fc.pre(archive.some((byte) => byte !== 0));
      assert.throws(() => scan(archive), SkinnywhaleError);
    }),
    { numRuns: 200 },
  );
});
