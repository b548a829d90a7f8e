import type { ImagePath, ImagePaths } from '../model/image-path.ts';
import type { TreeEntry } from './tree-entry.ts';

/** Entries by their numbers. */
export interface Numbered {
  /** the entry of a path, where it has one already; nothing is read for it */
  known(path: ImagePath): TreeEntry | undefined;
  /** the entry with a number that has been given */
  numbered(number: number): TreeEntry;
}

/** As much of a map as is asked for. */
export interface PathValues<Value> extends ImagePaths {
  readonly size: number;
  get(path: ImagePath): Value | undefined;
  values(): Iterable<Value>;
}

/** Values of paths. Of those that a tree has entries for no key is held: a map would take four times as much. */
export class PathMap<Value extends object | string> implements PathValues<Value> {
  readonly #tree: Numbered;
  /** by the entries' numbers */
  readonly #values: (Value | undefined)[] = [];
  /** of paths that had no entry when they were last set */
  readonly #others = new Map<ImagePath, Value>();
  #numbered = 0;

  constructor(tree: Numbered) {
    this.#tree = tree;
  }

  get size(): number {
    return this.#numbered + this.#others.size;
  }

  get(path: ImagePath): Value | undefined {
    const number = this.#tree.known(path)?.number;
    return (number === undefined ? undefined : this.#values[number]) ?? this.#others.get(path);
  }

  has(path: ImagePath): boolean {
    return this.get(path) !== undefined;
  }

  set(path: ImagePath, value: Value): void {
    const number = this.#tree.known(path)?.number;
    if (number === undefined) {
      this.#others.set(path, value);
      return;
    }
    this.#others.delete(path);
    // One after the other: a list with holes would be kept as a map.
    while (this.#values.length <= number) this.#values.push(undefined);
    if (this.#values[number] === undefined) this.#numbered++;
    this.#values[number] = value;
  }

  delete(path: ImagePath): void {
    if (this.#others.delete(path)) return;
    const number = this.#tree.known(path)?.number;
    if (number === undefined || this.#values[number] === undefined) return;
    this.#values[number] = undefined;
    this.#numbered--;
  }

  *keys(): Generator<ImagePath> {
    for (let number = 0; number < this.#values.length; number++) {
      if (this.#values[number] !== undefined) yield this.#tree.numbered(number).path;
    }
    yield* this.#others.keys();
  }

  *values(): Generator<Value> {
    for (const value of this.#values) if (value !== undefined) yield value;
    yield* this.#others.values();
  }
}

/** A set of paths, of which those that a tree has entries for take a byte each. */
export class PathSet implements ImagePaths {
  readonly #tree: Numbered;
  /** 1 for an entry's number that is in it */
  #numbers = new Uint8Array(1024);
  /** paths that had no entry when they were last looked at */
  readonly #others = new Set<ImagePath>();
  #numbered = 0;

  constructor(tree: Numbered, paths: Iterable<ImagePath> = []) {
    this.#tree = tree;
    for (const path of paths) this.add(path);
  }

  get size(): number {
    return this.#numbered + this.#others.size;
  }

  has(path: ImagePath): boolean {
    const number = this.#tree.known(path)?.number;
    if (number !== undefined && this.#numbers[number] === 1) return true;
    if (!this.#others.has(path)) return false;
    if (number !== undefined) this.#mark(number, path);
    return true;
  }

  add(path: ImagePath): void {
    const number = this.#tree.known(path)?.number;
    if (number === undefined) this.#others.add(path);
    else this.#mark(number, path);
  }

  keys(): ImagePath[] {
    const paths = [...this.#others];
    for (let number = 0; number < this.#numbers.length; number++) {
      if (this.#numbers[number] === 1) paths.push(this.#tree.numbered(number).path);
    }
    return paths;
  }

  #mark(number: number, path: ImagePath): void {
    this.#others.delete(path);
    if (this.#numbers[number] === 1) return;
    if (number >= this.#numbers.length) {
      const larger = new Uint8Array(Math.max(number + 1, 2 * this.#numbers.length));
      larger.set(this.#numbers);
      this.#numbers = larger;
    }
    this.#numbers[number] = 1;
    this.#numbered++;
  }
}

/** Paths in an order of their own. */
export class PathList implements ImagePaths {
  readonly #order: readonly ImagePath[];
  readonly #set: PathSet;

  /** @param order each path once; nobody writes to it again */
  constructor(tree: Numbered, order: readonly ImagePath[]) {
    this.#order = order;
    this.#set = new PathSet(tree, order);
  }

  has(path: ImagePath): boolean {
    return this.#set.has(path);
  }

  keys(): Iterable<ImagePath> {
    return this.#order;
  }
}
