import { comparePaths, type ImagePath } from '../../model/image-path.ts';
import { USES, type Use } from '../../model/use.ts';

/** A path of the fat container that a run made use of. */
export interface LearnedPath {
  /** absolute, a byte string (one code unit per byte), as the program named it: symbolic links are not resolved */
  readonly path: string;
  readonly how: Use;
  /** the program that used it, as it was started: an absolute byte string */
  readonly by: string;
}

/** Paths with what is known of each: the strongest use, and of those who used it so the first by name. */
export class LearnedPaths {
  readonly #paths = new Map<string, LearnedPath>();

  add(learned: LearnedPath): void {
    const known = this.#paths.get(learned.path);
    if (known === undefined || isBefore(learned, known)) this.#paths.set(learned.path, learned);
  }

  /** In path order. */
  list(): LearnedPath[] {
    return [...this.#paths.values()].sort((a, b) => comparePaths(a.path as ImagePath, b.path as ImagePath));
  }
}

/** One order for all, so that it does not matter in which order runs and profiles come together. */
function isBefore(a: LearnedPath, b: LearnedPath): boolean {
  const [first, second] = [USES.indexOf(a.how), USES.indexOf(b.how)];
  return first === second ? a.by < b.by : first < second;
}
