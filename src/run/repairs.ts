import type { FileTree } from '../filesystem/file-tree.ts';
import { displayPath, type ImagePath } from '../model/image-path.ts';
import type { ResolvedOptions } from '../options.ts';
import type { RepairRound } from '../report/slim-report.ts';
import type { Analysis } from './analysis.ts';
import { ProofFailure, type Proving } from './proving.ts';

/** Suspects that are named. */
const MOST_SUSPECTS = 20;

/** What failed checks have taught, round by round. */
export class Repairs {
  readonly #proving: Proving;
  readonly #options: ResolvedOptions;
  readonly #rounds: RepairRound[] = [];
  #failed: { readonly texts: readonly string[]; readonly before: Analysis } | undefined;

  constructor(proving: Proving, options: ResolvedOptions) {
    this.#proving = proving;
    this.#options = options;
  }

  get rounds(): readonly RepairRound[] {
    return this.#rounds;
  }

  /**
   * Learns from a candidate that failed, so that another one is worth trying.
   * @throws the failure, with the list of suspects, where it is not
   */
  async learnFrom(failure: unknown, analysis: Analysis, tree: FileTree): Promise<void> {
    if (!(failure instanceof ProofFailure) || this.#options.repair === 0) throw failure;
    const { result } = failure;
    if (this.#rounds.length === this.#options.repair) throw new ProofFailure(result, this.#suspects(analysis, tree));
    const texts = result.items.filter(({ passed }) => !passed).map(({ text }) => text);
    const learned = await this.#proving.learnFrom(result, tree);
    const isMissing = learned.some(({ path }) => {
      const { status, path: at, links } = tree.resolve(path);
      return status === 'found' && [at, ...links].some((one) => !analysis.closure.kept.has(one));
    });
    if (!isMissing) throw new ProofFailure(result, this.#suspects(analysis, tree));
    this.#failed = { texts, before: analysis };
    this.#options.onEvent({ type: 'debug', message: `failed: ${texts.join('; ')}; trying again with what it uses` });
  }

  /** Takes down what the last round added, and which rule should have known. */
  note(analysis: Analysis): void {
    if (this.#failed === undefined) return;
    const { texts, before } = this.#failed;
    this.#failed = undefined;
    const added: RepairRound['added'][number][] = [];
    for (const path of analysis.closure.kept.keys()) {
      if (before.closure.kept.has(path) || analysis.selection.tree.get(path)?.type === 'directory') continue;
      added.push({ path: displayPath(path), rule: before.ruleFor(path) ?? null });
    }
    this.#rounds.push({ failed: texts, added });
  }

  /** What is known to be used, and is not in the candidate: it was left out by name, or can't be in a layer. */
  #suspects({ closure }: Analysis, tree: FileTree): string[] {
    const missing: ImagePath[] = [];
    for (const { path } of this.#proving.learned) {
      const { status, path: at } = tree.resolve(path);
      if (status === 'found' && at !== '' && !closure.kept.has(at)) missing.push(at);
    }
    return [...new Set(missing)].slice(0, MOST_SUSPECTS).map(displayPath);
  }
}
