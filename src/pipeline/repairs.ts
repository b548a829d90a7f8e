import type { FileTree } from '../filesystem/file-tree.ts';
import type { TreeEntry } from '../filesystem/tree-entry.ts';
import { displayPath } from '../model/image-path.ts';
import type { ResolvedOptions } from '../options.ts';
import type { LearnedPath } from '../proof/profile/learned-path.ts';
import { reportReason } from '../report/reported-reason.ts';
import type { RepairRound } from '../report/slim-report.ts';
import type { Analysis } from './analysis.ts';
import { ProofFailure } from './proof-failure.ts';
import { isUntraceable, type Proving } from './proving.ts';

/** Paths that are named where they can't be added. */
const MOST_MISSING = 20;

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
   * @throws the failure, with what is missing as far as that is known, where it is not
   */
  async learnFrom(failure: unknown, analysis: Analysis, tree: FileTree): Promise<void> {
    if (!(failure instanceof ProofFailure) || this.#options.repair === 0) throw failure;
    const { result } = failure;
    if (this.#rounds.length === this.#options.repair) throw this.#explained(failure, analysis, tree);
    const texts = result.items.filter(({ passed }) => !passed).map(({ text }) => text);
    let learned: readonly LearnedPath[];
    try {
      learned = await this.#proving.learnFrom(result, tree);
    } catch (error) {
      if (!isUntraceable(error)) throw error;
      throw failure.explained({ explanation: [`what it uses cannot be found out: ${error.message}`] });
    }
    const isMissing = learned.some(({ path }) => lacking(path, analysis.selection.tree, analysis).length > 0);
    if (!isMissing) throw this.#explained(failure, analysis, tree);
    this.#failed = { texts, before: analysis };
    this.#options.onEvent({ type: 'debug', message: `failed: ${texts.join('; ')}; trying again with what it uses` });
  }

  /** Takes down what the last round added, and which rule should have known. */
  note(analysis: Analysis): void {
    if (this.#failed === undefined) return;
    const { texts, before } = this.#failed;
    this.#failed = undefined;
    const added: RepairRound['added'][number][] = [];
    const { closure, packageData, selection } = analysis;
    for (const path of closure.kept.keys()) {
      if (before.closure.kept.has(path) || selection.tree.get(path)?.type === 'directory') continue;
      // records and licences of packages follow from what is there
      if (packageData.added.has(path) || packageData.alsoKeep.has(path)) continue;
      const reason = before.reasonFor(path);
      added.push({ path: displayPath(path), reason: reason === undefined ? null : reportReason(reason) });
    }
    this.#rounds.push({ failed: texts, added });
  }

  /** With what is known to be used and is not in the candidate: it was excluded, or can't be in a layer. */
  #explained(failure: ProofFailure, analysis: Analysis, tree: FileTree): ProofFailure {
    const { learned } = this.#proving;
    const found = new Set(learned.flatMap(({ path }) => lacking(path, tree, analysis)));
    const missing = [...found].filter(({ type }) => type !== 'directory');
    if (missing.length === 0) {
      if (learned.length === 0) return failure;
      const explanation = ['every file that it is seen to use in the original is in the image'];
      return failure.explained({ explanation, missing: 'nothing' });
    }
    const globs = missing.map((entry) => analysis.selection.excludedBy(entry));
    const lines = missing
      .slice(0, MOST_MISSING)
      .map(({ path }, at) => `  ${displayPath(path)}${globs[at] === undefined ? '' : ` (--exclude ${globs[at]})`}`);
    const more = missing.length - lines.length;
    return failure.explained({
      explanation: [
        'used in the original, and not in the image:',
        ...lines,
        ...(more > 0 ? [`  ... and ${more} more`] : []),
      ],
      missing: globs.some((glob) => glob !== undefined) ? 'excluded' : 'not kept',
    });
  }
}

/** What `path` leads to in a tree, with the links on the way, as far as it is not kept. */
function lacking(path: string, tree: FileTree, { closure }: Analysis): TreeEntry[] {
  const { status, path: at, links } = tree.resolve(path);
  if (status !== 'found') return [];
  return [...links, at].flatMap((each) => {
    const entry = closure.kept.has(each) ? undefined : tree.get(each);
    return entry === undefined || each === '' ? [] : [entry];
  });
}
