import { FileSource } from '../../filesystem/file-source.ts';
import { ArchiveMembers } from '../../image/archive-members.ts';
import { type ListedImage, listImages } from '../../image/image-archive.ts';
import { whereRead } from '../../image/image-files.ts';
import { changeLayer } from '../change-layer.ts';
import type { Snapshot } from '../snapshot.ts';
import { readLayerStack } from './layer-stack/read-layer-stack.ts';

export interface ImageArchiveRequest {
  /** of the archive, which is read for as long as the snapshot lasts */
  readonly path: string;
  /** as people know it */
  readonly name: string;
  readonly choose: (images: readonly ListedImage[]) => ListedImage;
  /** how many of its layers are the base, the lowest ones */
  readonly base: number;
  /** a folder of this run's own, for what is compressed */
  readonly directory: string;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress: (bytes: number) => void;
}

/** The files of an image in an archive. @throws BAD_ARCHIVE */
export async function readImageArchive(request: ImageArchiveRequest): Promise<Snapshot> {
  const { path, name, choose, base, directory, signal, onProgress } = request;
  const file = new FileSource(path);
  try {
    const stack = await whereRead(name, async () => {
      const { layers } = choose(listImages(new ArchiveMembers(file))).open();
      return await readLayerStack({ layers, base, directory, signal, onProgress });
    });
    const { tree, content, changed, temporaryBytes } = stack;
    return {
      source: 'archive',
      tree,
      isWhole: true,
      changed: changeLayer(changed, tree, []).changed,
      content,
      mounts: [],
      transferredBytes: 0,
      temporaryBytes,
      [Symbol.asyncDispose]: async () => {
        await stack[Symbol.asyncDispose]();
        file[Symbol.dispose]();
      },
    };
  } catch (error) {
    file[Symbol.dispose]();
    throw error;
  }
}
