/** What was measured of one run. Times in seconds, sizes in bytes. */
export interface Figures {
  readonly seconds: number;
  /** of the node process, where there is one */
  readonly cpuSeconds?: number;
  readonly peakBytes?: number;
  readonly temporaryBytes?: number;
  /** finding, reading and following ELF files and all else that the closure does */
  readonly analysisSeconds?: number;
  /** `analysisSeconds` of all phases together: 0 to 1 */
  readonly analysisShare?: number;
}

export type Figure = keyof Figures;

/** One run, and the images that it made. */
export interface Run {
  readonly figures: Figures;
  readonly images: readonly string[];
}

/** One way to do something. */
export interface Contender {
  readonly name: string;
  /** @throws NotAvailable where this can't be done here; any other error is a failure */
  run(): Promise<Run>;
}

/** This way does not exist, or not here. */
export class NotAvailable extends Error {}

/** All that is known of a contender: a run for each round, or why there is none. */
export interface Measured {
  readonly name: string;
  readonly runs: readonly Figures[];
  readonly missing?: { readonly kind: 'not available' | 'failed'; readonly why: string };
}

/**
 * Runs the contenders in turn, round after round, every other round backwards, so that none has the better place. The
 * first round, which finds caches cold, is not counted where `warmUp` is set. Whoever fails is out.
 * @param options.between is called after each run, outside the time that is measured
 * @throws the reason of `signal`; what `between` throws
 */
export async function runRounds(
  contenders: readonly Contender[],
  options: {
    readonly rounds: number;
    readonly warmUp: boolean;
    readonly between: (run: Run | undefined) => Promise<void>;
    readonly signal: AbortSignal;
  },
): Promise<Measured[]> {
  const { rounds, warmUp, between, signal } = options;
  const runs = new Map<string, Figures[]>(contenders.map(({ name }) => [name, []]));
  const missing = new Map<string, NonNullable<Measured['missing']>>();
  for (let round = warmUp ? -1 : 0; round < rounds; round++) {
    for (const { name, run } of round % 2 === 0 ? contenders : contenders.toReversed()) {
      if (missing.has(name)) continue;
      signal.throwIfAborted();
      let made: Run | undefined;
      try {
        made = await run();
        if (round >= 0) runs.get(name)?.push(made.figures);
      } catch (error) {
        signal.throwIfAborted();
        const kind = error instanceof NotAvailable ? 'not available' : 'failed';
        missing.set(name, { kind, why: error instanceof Error ? error.message : String(error) });
      } finally {
        await between(made);
      }
    }
  }
  return contenders.map(({ name }) => {
    const why = missing.get(name);
    return why === undefined ? { name, runs: runs.get(name) ?? [] } : { name, runs: [], missing: why };
  });
}
