import assert from 'node:assert/strict';
import { SkinnywhaleError } from '../../src/model/errors.ts';
import { type TarEntry, TarScanner } from '../../src/tar/scanner.ts';

/** What a scan found: each entry with its raw header and its data. */
export interface Scanned extends TarEntry {
  readonly header: Buffer;
  readonly content: Buffer;
}

/** Scans an archive that arrives in chunks of `chunkSize` bytes. @throws what the scanner throws */
export function scan(archive: Buffer, chunkSize = archive.length): Scanned[] {
  const found: { entry: TarEntry; header: Buffer; data: Buffer[] }[] = [];
  const scanner = new TarScanner({
    entry: (entry, header) => void found.push({ entry, header: Buffer.from(header), data: [] }),
    data: (chunk) => void found.at(-1)?.data.push(Buffer.from(chunk)),
  });
  for (let at = 0; at < archive.length; at += chunkSize) {
    // A copy that is wiped afterwards: a scanner that keeps views of its input gets caught.
    const chunk = Buffer.from(archive.subarray(at, at + chunkSize));
    scanner.push(chunk);
    chunk.fill(0xee);
  }
  scanner.end();
  assert.equal(scanner.offset, archive.length);
  return found.map(({ entry, header, data }) => ({ ...entry, header, content: Buffer.concat(data) }));
}

/** The one entry of an archive. */
export function scanOne(archive: Buffer): Scanned {
  const [entry, ...rest] = scan(archive);
  assert.ok(entry !== undefined && rest.length === 0);
  return entry;
}

/** Asserts that an archive is refused as damaged, whatever the size of its chunks. */
export function assertBad(archive: Buffer, why: RegExp): void {
  for (const chunkSize of [archive.length, 7]) {
    assert.throws(
      () => scan(archive, chunkSize),
      (error) => error instanceof SkinnywhaleError && error.code === 'BAD_ARCHIVE' && why.test(error.message),
    );
  }
}
