import assert from 'node:assert/strict';
import { readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { type ByteSource, bufferSource } from '../../src/elf/byte-source.ts';
import { type ElfFile, readElf } from '../../src/elf/elf-file.ts';

/** A source that fails the test on any read outside the file or above the limit for one read, and counts. */
export class GuardedSource implements ByteSource {
  readonly size: number;
  readonly #bytes: Buffer;
  bytesRead = 0;
  reads = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.size = bytes.length;
  }

  read(offset: number, length: number): Buffer {
    assert.ok(Number.isSafeInteger(offset) && Number.isSafeInteger(length), `read(${offset}, ${length})`);
    assert.ok(offset >= 0 && length > 0 && offset + length <= this.size, `read(${offset}, ${length}) of ${this.size}`);
    assert.ok(length <= 4 * 1024 * 1024, `${length} bytes at once`);
    this.reads++;
    this.bytesRead += length;
    return this.#bytes.subarray(offset, offset + length);
  }
}

/** The source and the contents of a file that must be readable. */
export function opened(bytes: Buffer): { source: ByteSource; elf: ElfFile } {
  const source = bufferSource(bytes);
  const elf = readElf(source);
  if ('defect' in elf) assert.fail(`${elf.defect}: ${elf.detail}`);
  return { source, elf };
}

/** This machine's own node, its loader and its C library, where it is one with glibc. */
export function realFiles(): { node: Buffer; interpreter?: Buffer; libc?: Buffer; libcPath?: string } {
  const node = readFileSync(readlinkSync('/proc/self/exe'));
  const { interpreter } = opened(node).elf;
  const maps = readFileSync('/proc/self/maps', 'latin1');
  const libcPath = /\s(\/\S+\/libc\.so\.6)$/m.exec(maps)?.[1];
  if (interpreter === undefined || libcPath === undefined) return { node };
  return { node, interpreter: readFileSync(realpathSync(interpreter)), libc: readFileSync(libcPath), libcPath };
}

/** Both classes and both byte orders, with a machine for each. */
export const FORMS = [
  { class: 64, byteOrder: 'little', machine: 62 },
  { class: 64, byteOrder: 'big', machine: 22 },
  { class: 32, byteOrder: 'little', machine: 3 },
  { class: 32, byteOrder: 'big', machine: 20 },
] as const;
