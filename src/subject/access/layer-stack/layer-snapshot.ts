import { changeLayer, unchanged } from '../../change-layer.ts';
import type { Snapshot } from '../../snapshot.ts';
import type { Base, Unchanged } from '../../subject.ts';
import { MadeHeaders } from '../made-headers.ts';
import { type LayerStackRequest, readLayerStack } from './read-layer-stack.ts';

export interface LayerSnapshotRequest extends Omit<LayerStackRequest, 'base'> {
  readonly base: Base;
  /** where the layers came from */
  readonly source: Snapshot['source'];
  /** bytes that crossed an engine's interface for them */
  readonly transferredBytes: number;
}

/**
 * The files of an image's layers; or why there is nothing above its base. Without a base there is no change layer.
 * @throws BAD_ARCHIVE
 */
export async function readLayerSnapshot(request: LayerSnapshotRequest): Promise<Snapshot | Unchanged> {
  const { base, source, transferredBytes, ...rest } = request;
  const stack = await readLayerStack({ ...rest, base: base.layers });
  const { tree, content, temporaryBytes } = stack;
  const { changed, hasContent } = changeLayer(stack.changed, tree, []);
  if (!hasContent && base.evidence !== 'none') {
    await stack[Symbol.asyncDispose]();
    return unchanged(stack.isChanged ? 1 : 0, 'its base');
  }
  return {
    source,
    tree,
    isWhole: true,
    changed,
    content: new MadeHeaders(tree, content),
    layerOf: (path) => stack.layerOf(path),
    mounts: [],
    transferredBytes,
    temporaryBytes,
    [Symbol.asyncDispose]: () => stack[Symbol.asyncDispose](),
  };
}
