import { baseName, type ImagePath, joinPath, parentPath, ROOT } from '../../../model/image-path.ts';
import type { LayerFiles, LayerNode } from './layer-files.ts';

/** A name in a merged directory. */
export interface MergedName {
  /** the layer that decides what it is */
  readonly layer: number;
  readonly type: Exclude<LayerNode, 'whiteout' | 'unknown'>;
  /** for a directory: the layers whose content shows there, uppermost first, as far as no opaque one hides them */
  readonly layers: readonly number[];
}

type Names = ReadonlyMap<string, MergedName>;

const NOTHING: Names = new Map();

/** Those of all that is no directory. */
export const NO_LAYERS: readonly number[] = [];

/**
 * What shows where some layers lie on top of each other, names and types only. Directories are read when they are asked
 * for: cost depends on the directories looked at and those above them.
 */
export class MergedLayers {
  readonly files: LayerFiles;
  readonly #uppermost: number;
  readonly #names = new Map<ImagePath, Map<string, MergedName>>();
  /** by layer and type: one object for all names of which there is no more to say */
  readonly #plain = new Map<string, MergedName>();

  /** @param uppermost the first layer that counts: 0 for the container, 1 for what its changes lie on */
  constructor(files: LayerFiles, uppermost = 0) {
    this.files = files;
    this.#uppermost = uppermost;
  }

  /** What shows in a directory, by name; nothing where it is no directory. `directory` is a physical path. */
  names(directory: ImagePath): Names {
    const known = this.#names.get(directory);
    if (known !== undefined) return known;
    const layers = this.#layersOf(directory);
    if (layers.length === 0) return NOTHING;
    const names = this.#merge(directory, layers);
    this.#names.set(directory, names);
    return names;
  }

  /** Puts what says more of a name in its place, where the directory has been read. */
  replace(path: ImagePath, name: MergedName): void {
    this.#names.get(parentPath(path))?.set(baseName(path), name);
  }

  /** What shows at a physical path other than the root. */
  find(path: ImagePath): MergedName | undefined {
    return this.names(parentPath(path)).get(baseName(path));
  }

  /** What is known of a path where its directory has been read. */
  known(path: ImagePath): MergedName | undefined {
    return this.#names.get(parentPath(path))?.get(baseName(path));
  }

  /** The layers that a merged directory consists of. */
  #layersOf(directory: ImagePath): readonly number[] {
    if (directory === ROOT) {
      return Array.from({ length: this.files.count - this.#uppermost }, (_, index) => this.#uppermost + index);
    }
    const layers = this.find(directory)?.layers ?? [];
    const opaque = layers.findIndex((layer) => this.files.isOpaque(layer, directory));
    return opaque < 0 ? layers : layers.slice(0, opaque + 1);
  }

  #merge(directory: ImagePath, layers: readonly number[]): Map<string, MergedName> {
    const merged = new Map<string, MergedName>();
    /** names of which lower layers have nothing more to say */
    const settled = new Set<string>();
    for (const layer of layers) {
      const isLast = layer === layers.at(-1);
      for (const [name, type] of this.files.names(layer, directory)) {
        if (settled.has(name)) continue;
        const above = merged.get(name);
        if (above !== undefined && type === 'directory') {
          merged.set(name, { ...above, layers: [...above.layers, layer] });
        }
        if (above === undefined && type !== 'whiteout' && type !== 'unknown') {
          merged.set(name, type === 'directory' ? { layer, type, layers: [layer] } : this.#plainName(layer, type));
        }
        if (type !== 'directory' && !isLast) settled.add(name);
      }
    }
    // All that the layers have there is in `merged` now.
    if (this.#uppermost === 0) for (const layer of layers) this.files.forget(layer, directory);
    return merged;
  }

  #plainName(layer: number, type: MergedName['type']): MergedName {
    const key = `${layer} ${type}`;
    const known = this.#plain.get(key) ?? { layer, type, layers: NO_LAYERS };
    this.#plain.set(key, known);
    return known;
  }

  /** Names in path order. */
  sorted(directory: ImagePath): [path: ImagePath, name: MergedName][] {
    const names = [...this.names(directory).keys()].sort();
    return names.map((name) => [joinPath(directory, name), this.names(directory).get(name) as MergedName]);
  }
}
