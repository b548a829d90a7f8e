import type { PackageSource } from './package-database.ts';

/** Of all databases together. All of TeX Live takes less than 20 MB. */
const MOST_BYTES = 64 << 20;
/** Of all of them, too. All of TeX Live has a quarter of a million paths. */
const MOST_LINES = 2_000_000;

/** Reads texts up to a number of bytes and lines in all: the databases come from the image, and may be anything. */
export class BoundedTexts {
  readonly #source: PackageSource;
  #left = MOST_BYTES;
  #linesLeft = MOST_LINES;

  constructor(source: PackageSource) {
    this.#source = source;
  }

  /** True where there was more to read than is read. */
  get isExhausted(): boolean {
    return this.#left === 0;
  }

  /** A file's bytes as latin1, links followed; undefined where there is no file, cut where the bound is reached. */
  text(path: string): string | undefined {
    const { entry } = this.#source.tree.resolve(path);
    if (entry?.type !== 'file') return undefined;
    if (this.#left === 0) return '';
    const bytes = this.#source.content.content(entry).read(0, this.#left);
    this.#left -= bytes.length;
    return this.#bounded(bytes.toString('latin1'));
  }

  /** A file's lines; none where there is no file. */
  lines(path: string): string[] {
    return linesOf(this.text(path) ?? '');
  }

  #bounded(text: string): string {
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
      if (--this.#linesLeft > 0) continue;
      this.#left = 0;
      return text.slice(0, at);
    }
    return text;
  }
}

/** The lines of a text. A newline ends a line: there is no empty one after the last. */
export function linesOf(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}
