import { randomBytes } from 'node:crypto';
import { type FileHandle, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { SkinnywhaleError } from '../../model/errors.ts';
import { paddedSize } from '../../tar/header.ts';
import { makeHeader } from '../../tar/make-header.ts';
import { directoryHeader, END_OF_ARCHIVE } from '../../tar/rewrite.ts';

/**
 * An archive that is written beside where it is to be, and put there when it is whole. The same members give the same bytes:
 * they are root's, and of no time. Disposed of before that, nothing is left of it.
 */
export class ArchiveFile implements AsyncDisposable {
  readonly #target: string;
  readonly #path: string;
  readonly #handle: FileHandle;
  #length = 0;
  #isOpen = true;
  #isPlaced = false;

  private constructor(target: string, path: string, handle: FileHandle) {
    this.#target = target;
    this.#path = path;
    this.#handle = handle;
  }

  /** @throws USAGE where no file can be made there */
  static async create(file: string): Promise<ArchiveFile> {
    const target = await checkTarget(file);
    const path = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString('hex')}`);
    try {
      return new ArchiveFile(target, path, await open(path, 'wx', 0o666));
    } catch (error) {
      throw cannotWrite(file, (error as Error).message, error);
    }
  }

  async directory(name: string): Promise<void> {
    await this.#append(directoryHeader(name));
  }

  async member(name: string, data: Buffer): Promise<void> {
    await this.#append(
      Buffer.concat([header(name, data.length), data, Buffer.alloc(paddedSize(data.length) - data.length)]),
    );
  }

  /**
   * A member that is called by what has been written: its name is put into the header afterwards.
   * @param size bytes that will come
   * @param nameOf all of the names it gives have the same length
   */
  async streamed(
    size: number,
    pieces: AsyncIterable<Buffer>,
    nameOf: () => string,
    placeholder: string,
  ): Promise<void> {
    const at = this.#length;
    await this.#append(header(placeholder, size));
    const start = this.#length;
    for await (const piece of pieces) await this.#append(piece);
    if (this.#length - start !== size) throw new Error(`${this.#length - start} bytes came instead of ${size}`);
    await this.#append(Buffer.alloc(paddedSize(size) - size));
    const named = header(nameOf(), size);
    await this.#handle.write(named, 0, named.length, at);
  }

  /** Ends the archive, and puts it in the place of what may be there. */
  async place(): Promise<void> {
    await this.#append(END_OF_ARCHIVE);
    await this.#close();
    await rename(this.#path, this.#target);
    this.#isPlaced = true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
    if (!this.#isPlaced) await rm(this.#path, { force: true });
  }

  async #append(bytes: Buffer): Promise<void> {
    for (let done = 0; done < bytes.length; ) {
      done += (await this.#handle.write(bytes, done, bytes.length - done, this.#length + done)).bytesWritten;
    }
    this.#length += bytes.length;
  }

  async #close(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    await this.#handle.close();
  }
}

/** Where a file is to be put: a link stays, what it leads to is replaced. @throws USAGE where that is something else than a file */
export async function checkTarget(file: string): Promise<string> {
  const found = await stat(file).catch(() => undefined);
  if (found !== undefined) {
    if (!found.isFile()) throw cannotWrite(file, 'it is there already, and no file');
    return await realpath(file);
  }
  const folder = await stat(dirname(file)).catch(() => undefined);
  if (folder?.isDirectory() !== true) throw cannotWrite(file, `there is no folder ${dirname(file)}`);
  return file;
}

function cannotWrite(file: string, why: string, cause?: unknown): SkinnywhaleError {
  return new SkinnywhaleError('USAGE', `${file} can't be written: ${why}`, {
    hint: 'Give a file in a folder that is there, and that you may write to.',
    ...(cause !== undefined && { cause }),
  });
}

function header(name: string, size: number): Buffer {
  return makeHeader({ name, type: 'file', mode: 0o644, uid: 0, gid: 0, size, mtime: 0 });
}
