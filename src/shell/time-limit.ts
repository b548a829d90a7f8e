import { availableParallelism, loadavg } from 'node:os';
import { createContext, Script } from 'node:vm';

/** Milliseconds of the processor that one script may take: the longest real ones take a fifth on a machine at rest. */
const LONGEST = 1500;
/** By the clock it is as many times more as others want the processor, up to this. */
const BUSIEST = 10;
/** A second time is longer, where the first one was too short for that nonetheless. */
const TRIES = [1, 2];
/** Scripts that take this long count against what all may take together. */
const SLOW = 100;
/** Milliseconds of the processor that slow scripts may take together. */
const ALL = 15_000;

const CALL = new Script('action()');
const box: { action: () => void } = { action() {} };
/** It only lends its clock: what is called is of the usual context. */
const context = createContext(box);

/**
 * How long the scripts of one run may be looked at. The parser comes from a library, and its time grows with the square
 * of what is nested or never closed: any script that takes too long is broken off.
 */
export class ScriptTime {
  #left: number;

  constructor(milliseconds = ALL) {
    this.#left = milliseconds;
  }

  /**
   * False where `action` was broken off, or not begun because others have taken all the time.
   * @param action may be called again from its beginning, where it was broken off because the machine was busy
   */
  allows(action: () => void): boolean {
    if (this.#left <= 0) return false;
    const most = Math.min(LONGEST, this.#left);
    const before = process.cpuUsage();
    const used = (): number => {
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1000;
    };
    const busy = Math.min(BUSIEST, Math.max(1, (loadavg()[0] ?? 0) / availableParallelism()));
    const isWhole = TRIES.some(
      (times) => used() < most && endsInTime(action, Math.ceil(Math.max(1, most) * busy * times)),
    );
    const took = used();
    if (!isWhole || took > SLOW) this.#left -= took;
    return isWhole;
  }
}

function endsInTime(action: () => void, timeout: number): boolean {
  box.action = action;
  try {
    CALL.runInContext(context, { timeout });
    return true;
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return false;
    throw error;
  }
}
