import type { ImagePath } from '../../../model/image-path.ts';
import type { LayerFiles, LayerNode } from './layer-files.ts';
import { NO_LAYERS } from './merged-layers.ts';

/** What the upper layers of a stack have under a name. */
export interface UpperName {
  /** the uppermost layer that has it */
  readonly layer: number;
  readonly type: LayerNode;
  /** for a directory: the upper layers that show in it, uppermost first */
  readonly layers: readonly number[];
  /** for a directory: nothing of the layers below shows in it, since one of these deleted or replaced it in between */
  readonly isAlone: boolean;
}

/** The names that some upper layers have in a directory; those that none of them has show from below, unless it is opaque. */
export function upperNames(
  files: LayerFiles,
  directory: ImagePath,
  layers: readonly number[],
): { readonly names: ReadonlyMap<string, UpperName>; readonly isOpaque: boolean } {
  const names = new Map<string, UpperName>();
  /** names of which lower layers have nothing more to say */
  const settled = new Set<string>();
  for (const layer of layers) {
    for (const [name, type] of files.names(layer, directory)) {
      if (settled.has(name)) continue;
      const above = names.get(name);
      if (above === undefined && type !== 'unknown') {
        names.set(name, { layer, type, layers: type === 'directory' ? [layer] : NO_LAYERS, isAlone: false });
      } else if (above?.type === 'directory') {
        const isMore = type === 'directory';
        names.set(name, { ...above, layers: isMore ? [...above.layers, layer] : above.layers, isAlone: !isMore });
      }
      if (type !== 'directory') settled.add(name);
    }
    if (files.isOpaque(layer, directory)) return { names, isOpaque: true };
  }
  return { names, isOpaque: false };
}
