import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { roomFor } from '../../../elf/byte-source.ts';
import { SkinnywhaleError } from '../../../model/errors.ts';
import { displayBytes, type ImagePath } from '../../../model/image-path.ts';
import { inFolders } from '../in-folders.ts';
import type { LayerFiles } from './layer-files.ts';
import type { OverlayEntry } from './overlay-entry.ts';

/** An ELF file is read in several small pieces, and others meanwhile. */
const LIMIT = 16;

/** How files of layers are opened. Not followed: a link in a file's place. Not waited for: a pipe in a file's place. */
export const READ_ONLY = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** Opens a file of a layer. @throws FAILED where it is no longer what it was */
export function openEntry(files: LayerFiles, entry: OverlayEntry): number {
  // Their listing tells whether the layer has the whole file.
  entry.capabilities();
  const fd = inFolders(() => openSync(files.location(entry.place, entry.path), READ_ONLY));
  const stats = fstatSync(fd);
  if (stats.isFile() && stats.size === entry.size) return fd;
  closeSync(fd);
  throw changedMeanwhile(entry.path);
}

/** Fills `buffer` with what a file has at `offset`. @throws FAILED where it has less */
export function readFully(fd: number, buffer: Buffer, offset: number): Buffer {
  for (let done = 0; done < buffer.length; ) {
    const bytes = inFolders(() => readSync(fd, buffer, done, buffer.length - done, offset + done));
    if (bytes === 0) throw changedMeanwhile();
    done += bytes;
  }
  return buffer;
}

/** A file of the container is not what it was when it was looked at. */
export function changedMeanwhile(path?: ImagePath): SkinnywhaleError {
  const file = path === undefined ? 'a file of the container' : `/${displayBytes(path)}`;
  return new SkinnywhaleError('FAILED', `${file} has changed while it was read`, {
    hint: 'Stop the container, or let it be paused, and try again.',
  });
}

/** Keeps the files open that were read last. */
export class OpenFiles implements Disposable {
  readonly #files: LayerFiles;
  /** the one that was read last stands at the end */
  readonly #open = new Map<OverlayEntry, number>();

  constructor(files: LayerFiles) {
    this.#files = files;
  }

  read(entry: OverlayEntry, offset: number, length: number, into?: Buffer): Buffer {
    let fd = this.#open.get(entry);
    if (fd === undefined) fd = openEntry(this.#files, entry);
    else this.#open.delete(entry);
    this.#open.set(entry, fd);
    const [oldest] = this.#open;
    if (this.#open.size > LIMIT && oldest !== undefined) {
      this.#open.delete(oldest[0]);
      closeSync(oldest[1]);
    }
    return readFully(fd, roomFor(length, into), offset);
  }

  [Symbol.dispose](): void {
    for (const fd of this.#open.values()) closeSync(fd);
    this.#open.clear();
  }
}
