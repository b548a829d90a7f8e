import { join } from 'node:path';
import type { ByteSource } from '../../../elf/byte-source.ts';
import type { FileTree } from '../../../filesystem/file-tree.ts';
import { JoinedSource } from '../../../filesystem/joined-source.ts';
import type { StoredLayer } from '../../../image/image-archive.ts';
import { LayerReader } from '../../../image/layers/layer-contents.ts';
import { LayerMerge } from '../../../image/layers/layer-merge.ts';
import { type Change, changesAbove, mergedTree } from '../../../image/layers/merged-tree.ts';
import { layerCompression, readLayer } from '../../../image/layers/read-layer.ts';
import type { ImagePath } from '../../../model/image-path.ts';
import { LayerContent } from './layer-content.ts';
import { SpooledLayers } from './spooled-layers.ts';

export interface LayerStackRequest {
  /** the lowest first */
  readonly layers: readonly StoredLayer[];
  /** how many of them are the base */
  readonly base: number;
  /** a folder of this run's own, for layers that are compressed */
  readonly directory: string;
  readonly signal?: AbortSignal | undefined;
  /** @param bytes uncompressed, of all layers so far */
  readonly onProgress?: (bytes: number) => void;
}

/** What layers that lie on top of each other show. */
export interface LayerStack extends AsyncDisposable {
  readonly tree: FileTree;
  readonly content: LayerContent;
  /** what is in the tree and differs from the base */
  readonly changed: Map<ImagePath, Change>;
  /** whether anything does: also where something was only deleted */
  readonly isChanged: boolean;
  /** bytes of temporary disk space that it takes */
  readonly temporaryBytes: number;
  /** the number of the layer that a path of the tree comes from, 0 for the lowest */
  layerOf(path: ImagePath): number | undefined;
}

/**
 * Reads layers where they lie, each once from its beginning to its end, and holds their headers; compressed ones are unpacked
 * to a temporary file. Disposing of the stack closes that.
 * @throws BAD_ARCHIVE where a layer is not what the image's config names
 */
export async function readLayerStack(request: LayerStackRequest): Promise<LayerStack> {
  const { layers, base } = request;
  const spooled = new SpooledLayers(join(request.directory, 'layers.tar'));
  try {
    const joined = new JoinedSource();
    const merge = new LayerMerge();
    for (const [number, layer] of layers.entries()) {
      if (number === base) merge.endBase(joined.size);
      const start = joined.size;
      const reader = new LayerReader(start);
      const bytes = await unpacked(layer, reader, spooled, request, start);
      joined.add(bytes);
      merge.apply(reader.end(), start);
    }
    const stack = merge.result();
    const content = new LayerContent(joined);
    const tree = mergedTree(stack);
    return {
      tree,
      content,
      ...changesAbove(stack, (before, now) => content.isSame(before, now)),
      temporaryBytes: spooled.length,
      layerOf(path) {
        const place = tree.get(path)?.place;
        return place === undefined ? undefined : joined.partAt(place);
      },
      [Symbol.asyncDispose]: () => spooled[Symbol.asyncDispose](),
    };
  } catch (error) {
    await spooled[Symbol.asyncDispose]();
    throw error;
  }
}

async function unpacked(
  layer: StoredLayer,
  reader: LayerReader,
  spooled: SpooledLayers,
  { signal, onProgress }: LayerStackRequest,
  before: number,
): Promise<ByteSource> {
  const isPlain = layerCompression(layer) === 'none';
  let done = before;
  if (!isPlain) await spooled.begin();
  await readLayer(layer, {
    signal,
    take(piece) {
      reader.push(piece);
      if (!isPlain) spooled.write(piece);
      done += piece.length;
      onProgress?.(done);
    },
    ...(!isPlain && { ready: () => spooled.ready() }),
  });
  return isPlain ? layer.bytes : await spooled.end();
}
