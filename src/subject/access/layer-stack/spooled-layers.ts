import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ByteSource } from '../../../elf/byte-source.ts';
import { FileSource } from '../../../filesystem/file-source.ts';
import { partOf } from '../../../filesystem/joined-source.ts';
import { SpoolWriter } from '../../../filesystem/spool-writer.ts';
import { SkinnywhaleError } from '../../../model/errors.ts';

/** Room that is left on the disk for others, in bytes. */
const RESERVE = 64 << 20;

/** Layers that lay compressed, one behind the other in a temporary file. */
export class SpooledLayers implements AsyncDisposable {
  readonly #path: string;
  #writer: SpoolWriter | undefined;
  #file: FileSource | undefined;
  #room = 0;
  #start = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** Bytes so far. */
  get length(): number {
    return this.#writer?.length ?? 0;
  }

  /** Makes ready for the next layer. */
  async begin(): Promise<void> {
    this.#writer ??= new SpoolWriter(this.#path);
    const { bavail, bsize } = await statfs(dirname(this.#path));
    this.#start = this.#writer.length;
    this.#room = this.#start + bavail * bsize - RESERVE;
  }

  /** @throws FAILED where there is no room for it */
  write(piece: Buffer): void {
    if (this.length + piece.length > this.#room) {
      throw new SkinnywhaleError(
        'FAILED',
        `there is no room to unpack the image's layers: ${this.length} bytes so far`,
        {
          hint: 'Name a folder on a larger disk with --temp-dir.',
        },
      );
    }
    this.#writer?.write(piece);
  }

  async ready(): Promise<void> {
    await this.#writer?.ready();
  }

  /** The layer that was written last, uncompressed. */
  async end(): Promise<ByteSource> {
    await this.#writer?.flush();
    this.#file ??= new FileSource(this.#path);
    return partOf(this.#file, this.#start, this.length - this.#start);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#file?.[Symbol.dispose]();
    await this.#writer?.[Symbol.asyncDispose]();
  }
}
