import assert from 'node:assert/strict';
import fc from 'fast-check';

/** What one property may take in all: a run that is cut short by it still counts. */
const LIMIT_MS = 3000;

/** Runs a property as often as `numRuns` says, or as the time allows. No single run may take more processor time than `longest` ms. */
export function check<T>(arbitrary: fc.Arbitrary<T>, numRuns: number, run: (value: T) => void, longest = 2000): void {
  fc.assert(
    fc.property(arbitrary, (value) => {
      const started = process.cpuUsage();
      run(value);
      const { user, system } = process.cpuUsage(started);
      const took = (user + system) / 1000;
      assert.ok(took < longest, `${Math.round(took)} ms`);
    }),
    { numRuns, interruptAfterTimeLimit: LIMIT_MS, markInterruptAsFailure: false },
  );
}

/** Text put together from words of a language and from characters at random. */
export function soup(words: readonly string[], maxLength = 60): fc.Arbitrary<string> {
  const piece = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...words) },
    { weight: 1, arbitrary: fc.string({ maxLength: 6 }) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 3 }) },
  );
  return fc.array(piece, { maxLength }).map((pieces) => pieces.join(''));
}
