import type { EventListener, Phase } from '../model/events.ts';
import type { SlimReport } from './slim-report.ts';

type Timing = SlimReport['timings'][number];

/** Times the phases of a run, one after the other, and tells when each begins. */
export class Stopwatch {
  readonly #onEvent: EventListener;
  readonly #timings: Timing[] = [];
  #current: { phase: Phase; since: number; bytes?: number } | undefined;

  constructor(onEvent: EventListener) {
    this.#onEvent = onEvent;
  }

  start(phase: Phase, message: string): void {
    this.#close();
    this.#current = { phase, since: performance.now() };
    this.#onEvent({ type: 'phase', phase, message });
  }

  /** How much the current phase moved. */
  bytes(count: number): void {
    if (this.#current !== undefined) this.#current.bytes = count;
  }

  /** Ends the current phase and gives all so far. */
  stop(): readonly Timing[] {
    this.#close();
    return [...this.#timings];
  }

  #close(): void {
    if (this.#current === undefined) return;
    const { since, ...timing } = this.#current;
    this.#timings.push({ ...timing, milliseconds: Math.round(performance.now() - since) });
    this.#current = undefined;
  }
}
