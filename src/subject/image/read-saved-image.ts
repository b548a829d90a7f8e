import { join } from 'node:path';
import type { Engine, ImageInfo } from '../../engine/client.ts';
import { ArchiveMembers } from '../../image/archive-members.ts';
import { chooseImage } from '../../image/choose-image.ts';
import { listImages } from '../../image/image-archive.ts';
import { whereRead } from '../../image/image-files.ts';
import type { EventListener } from '../../model/events.ts';
import { readLayerSnapshot } from '../access/layer-stack/layer-snapshot.ts';
import { spoolArchive } from '../access/layer-stack/spool-archive.ts';
import type { Snapshot } from '../snapshot.ts';
import type { Base, Unchanged } from '../subject.ts';

export interface SavedImageRequest {
  readonly engine: Engine;
  readonly image: ImageInfo;
  readonly base: Base;
  /** of this run's own */
  readonly directory: string;
  readonly onEvent: EventListener;
}

/**
 * Reads an image through its engine: as the archive that `docker save` writes, which has all of its layers as they are. A
 * container of the image that is never started would be exported in half the time by an engine with graph drivers, but has
 * files of the engine's in the place of the image's, and does not say what the base is where that is no image.
 */
export async function readSavedImage(request: SavedImageRequest): Promise<Snapshot | Unchanged> {
  const { engine, image, base, directory, onEvent } = request;
  const stream = await engine.client.saveImage(image.id);
  const archive = await spoolArchive(stream, join(directory, 'image.tar'), (bytes) =>
    onEvent({ type: 'progress', phase: 'export', bytes }),
  );
  const close = (): void => archive[Symbol.dispose]();
  try {
    const name = "the engine's archive of the image";
    const snapshot = await whereRead(name, async () => {
      const { layers } = chooseImage(listImages(new ArchiveMembers(archive)), undefined, name).open();
      return await readLayerSnapshot({ layers, base, directory, source: 'engine', transferredBytes: archive.size });
    });
    if ('unchanged' in snapshot) {
      close();
      return snapshot;
    }
    return {
      ...snapshot,
      temporaryBytes: snapshot.temporaryBytes + archive.size,
      [Symbol.asyncDispose]: async () => {
        await snapshot[Symbol.asyncDispose]();
        close();
      },
    };
  } catch (error) {
    close();
    throw error;
  }
}
