import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Engine, ImageInfo } from '../../engine/client.ts';
import { SkinnywhaleError } from '../../model/errors.ts';
import type { EventListener } from '../../model/events.ts';
import { readImageArchive } from '../access/read-image-archive.ts';
import type { Snapshot } from '../snapshot.ts';

export interface SavedImageRequest {
  readonly engine: Engine;
  readonly image: ImageInfo;
  /** how many of its layers are the base, the lowest ones */
  readonly base: number;
  /** of this run's own */
  readonly directory: string;
  readonly onEvent: EventListener;
}

/** Reads an image through its engine: the archive that `docker save` writes, in a temporary file, with all layers as they are. */
export async function readSavedImage({
  engine,
  image,
  base,
  directory,
  onEvent,
}: SavedImageRequest): Promise<Snapshot> {
  const path = join(directory, 'image.tar');
  let bytes = 0;
  async function* counted(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      bytes += chunk.length;
      onEvent({ type: 'progress', phase: 'export', bytes });
      yield chunk;
    }
  }
  await pipeline(
    await engine.client.saveImage(image.id),
    counted,
    createWriteStream(path, { flags: 'wx', mode: 0o600 }),
  );
  const snapshot = await readImageArchive({
    path,
    name: "the engine's archive of the image",
    choose: ([only]) => {
      if (only !== undefined) return only;
      throw new SkinnywhaleError('ENGINE', "the engine's archive of the image has no image in it");
    },
    base,
    directory,
    onProgress: () => {},
  });
  const temporaryBytes = snapshot.temporaryBytes + bytes;
  return { ...snapshot, source: 'engine', transferredBytes: bytes, temporaryBytes };
}
