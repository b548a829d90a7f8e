import { AttributePool } from '../../../filesystem/attributes.ts';
import { ReadAgain } from '../../../filesystem/read-again.ts';
import type { TreeIndex } from '../../../filesystem/tree-index.ts';
import { displayBytes, type ImagePath, ROOT } from '../../../model/image-path.ts';
import type { LayerFiles } from './layer-files.ts';
import { MergedLayers, type MergedName } from './merged-layers.ts';
import { OverlayEntry } from './overlay-entry.ts';

/**
 * The merged tree of layers that lie in directories of this machine, read as it is asked for. Sockets are left out, as
 * the engine's export does. Over a single layer it is that directory's tree.
 */
export class OverlayIndex implements TreeIndex {
  readonly #merged: MergedLayers;
  readonly #files: LayerFiles;
  readonly #attributes = new AttributePool();
  readonly #order: OverlayEntry[] = [];
  /** an entry of anything else stands in the place of its name */
  readonly #directories = new Map<ImagePath, OverlayEntry>();
  /** the first known name of each file that has several, by layer and inode */
  readonly #inodes = new Map<string, OverlayEntry>();

  constructor(files: LayerFiles) {
    this.#files = files;
    this.#merged = new MergedLayers(files);
  }

  get(path: ImagePath): OverlayEntry | undefined {
    if (path === ROOT) return undefined;
    const name = this.#merged.find(path);
    return name === undefined ? undefined : this.#entry(path, name);
  }

  known(path: ImagePath): OverlayEntry | undefined {
    const name = this.#merged.known(path);
    return name instanceof OverlayEntry ? name : this.#directories.get(path);
  }

  numbered(number: number): OverlayEntry {
    return this.#order[number] as OverlayEntry;
  }

  children(directory: ImagePath): readonly OverlayEntry[] {
    return this.#merged.sorted(directory).flatMap(([path, name]) => this.#entry(path, name) ?? []);
  }

  *entries(): Generator<OverlayEntry> {
    yield* this.#below(ROOT);
  }

  *#below(directory: ImagePath): Generator<OverlayEntry> {
    for (const entry of this.children(directory)) {
      yield entry;
      if (entry.type === 'directory') yield* this.#below(entry.path);
    }
  }

  #entry(path: ImagePath, name: MergedName): OverlayEntry | undefined {
    return name instanceof OverlayEntry ? name : (this.#directories.get(path) ?? this.#load(path, name));
  }

  #load(path: ImagePath, { layer, type }: MergedName): OverlayEntry | undefined {
    if (type === 'socket') return undefined;
    const facts = this.#files.facts(layer, path);
    if (facts.type !== type) throw new ReadAgain('engine', `/${displayBytes(path)} changes while it is read`);
    const hasNames = facts.links > 1 && type !== 'directory';
    const inode = hasNames ? `${layer}/${facts.inode}` : '';
    const first = hasNames ? this.#inodes.get(inode) : undefined;
    const attributes = this.#attributes.of(type, facts.mode & 0o7777, facts.uid, facts.gid);
    const number = this.#order.length;
    const entry = new OverlayEntry(this.#files, { number, path, place: layer }, attributes, facts, first);
    this.#order.push(entry);
    if (type === 'directory') this.#directories.set(path, entry);
    else this.#merged.replace(path, entry);
    if (hasNames && first === undefined) this.#inodes.set(inode, entry);
    return entry;
  }
}
