import type { CommandWords } from '../../shell/wrappers.ts';

/** What a file says of things outside of it, as its text or its bytes have it: nothing is looked up yet. Byte strings. */
export interface Facts {
  /** texts that a shell runs */
  readonly scripts: readonly string[];
  /** programs with their arguments, undefined for what is not a literal */
  readonly vectors: readonly CommandWords[];
  /** programs that it looks for and can do without */
  readonly lookups: readonly string[];
  /** it starts programs that can't be told */
  readonly startsUnknown: boolean;
  /** literals that may be commands or command lines: only where something starts that can't be told */
  readonly literals: readonly string[];
  /** absolute paths */
  readonly paths: readonly string[];
  /** paths relative to the file's own directory: what it reads in or runs */
  readonly beside: readonly string[];
  /** names that it gives to the dynamic loader: `libmagic.so.1`, `magic` */
  readonly libraries: readonly string[];
  /** what may be the name of a character set */
  readonly charsets: readonly string[];
  /** GObject namespaces, with a version where the code names one: `Gtk-3.0`, `Gtk` */
  readonly typelibs: readonly string[];
}

/** Facts of all kinds are bounded: a file of data is no program. */
const MOST = 4096;

/** Facts as a reader finds them. */
export class FactSheet implements Facts {
  readonly #sets = {
    scripts: new Set<string>(),
    lookups: new Set<string>(),
    literals: new Set<string>(),
    paths: new Set<string>(),
    beside: new Set<string>(),
    libraries: new Set<string>(),
    charsets: new Set<string>(),
    typelibs: new Set<string>(),
  };
  readonly vectors: CommandWords[] = [];
  startsUnknown = false;

  add(kind: keyof FactSheet['texts'], text: string): void {
    const set = this.#sets[kind];
    if (set.size < MOST) set.add(text);
  }

  addVector(words: CommandWords): void {
    if (this.vectors.length < MOST) this.vectors.push(words);
  }

  /** Adds all that another reader found. */
  addAll(facts: Facts): void {
    for (const kind of Object.keys(this.#sets) as (keyof FactSheet['texts'])[]) {
      for (const text of facts[kind]) this.add(kind, text);
    }
    for (const words of facts.vectors) this.addVector(words);
    this.startsUnknown ||= facts.startsUnknown;
  }

  get texts(): Readonly<Record<Exclude<keyof Facts, 'vectors' | 'startsUnknown'>, ReadonlySet<string>>> {
    return this.#sets;
  }

  get scripts(): readonly string[] {
    return [...this.#sets.scripts];
  }
  get lookups(): readonly string[] {
    return [...this.#sets.lookups];
  }
  get literals(): readonly string[] {
    return [...this.#sets.literals];
  }
  get paths(): readonly string[] {
    return [...this.#sets.paths];
  }
  get beside(): readonly string[] {
    return [...this.#sets.beside];
  }
  get libraries(): readonly string[] {
    return [...this.#sets.libraries];
  }
  get charsets(): readonly string[] {
    return [...this.#sets.charsets];
  }
  get typelibs(): readonly string[] {
    return [...this.#sets.typelibs];
  }
}
