import type { ByteSource } from '../elf/byte-source.ts';
import { DamagedArchive } from '../tar/header.ts';

/** The files of which an image consists, by their names: an archive's members, an OCI layout's, or a registry's blobs. */
export interface ImageFiles {
  /** undefined where there is no such file. @throws BAD_ARCHIVE where the name leads to something else */
  find(name: string): ByteSource | undefined;
}

/** No manifest or config is larger, in bytes; containers/image and registries have the same limit. */
const LONGEST_DOCUMENT = 4 << 20;

/** An image that is not what an image has to be. Where it came from is added by `whereRead`. */
export function badImage(what: string): DamagedArchive {
  return new DamagedArchive(what, {
    message: 'this is no sound image',
    hint: 'Nothing was changed. Make the archive anew.',
  });
}

/** Runs `read`, and names the archive in what it says of damage. @param archive as people know it: `app.tar` */
export async function whereRead<T>(archive: string, read: () => Promise<T> | T): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof DamagedArchive)) throw error;
    throw new DamagedArchive(error.what, {
      message: `${archive} is damaged, or no archive of an image`,
      hint: 'Nothing was changed. Make the archive anew, with `docker save` or the tool that built the image.',
    });
  }
}

/** The bytes of a manifest or config. @throws BAD_ARCHIVE where it is missing or too long */
export function documentBytes(files: ImageFiles, name: string): Buffer {
  const source = files.find(name);
  if (source === undefined) throw badImage(`it has no ${shown(name)}`);
  if (source.size > LONGEST_DOCUMENT) throw badImage(`${shown(name)} is far too long`);
  const bytes = source.read(0, source.size);
  if (bytes.length < source.size) throw badImage(`${shown(name)} is cut short`);
  return bytes;
}

/** JSON as it stands in a file of an image. @throws BAD_ARCHIVE */
export function parseDocument(bytes: Buffer, name: string): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    throw badImage(`${shown(name)} is not JSON`);
  }
}

/** A name from the archive for people: quoted where it has anything strange in it. */
export function shown(name: string): string {
  return /^[\w./:@+-]{1,200}$/.test(name) ? name : JSON.stringify(name.slice(0, 200));
}
