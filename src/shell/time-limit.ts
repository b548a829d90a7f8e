import { createContext, Script } from 'node:vm';

/** Milliseconds that one script may take: the longest real ones take a tenth. */
const LONGEST = 1000;
/** Scripts that take this long count against what all may take together. */
const SLOW = 100;
/** Milliseconds that slow scripts may take together. */
const ALL = 15_000;

const CALL = new Script('action()');
const box: { action: () => void } = { action() {} };

/**
 * How long the scripts of one run may be looked at. The parser is somebody else's, and its time grows with the square of
 * what is nested or never closed: what takes too long is broken off, whatever it is.
 */
export class ScriptTime {
  #left: number;

  constructor(milliseconds = ALL) {
    this.#left = milliseconds;
  }

  /** False where `action` was broken off, or not begun because others have taken all the time. */
  allows(action: () => void): boolean {
    if (this.#left <= 0) return false;
    const started = performance.now();
    const isWhole = endsInTime(action, Math.min(LONGEST, Math.ceil(this.#left)));
    const took = performance.now() - started;
    if (!isWhole || took > SLOW) this.#left -= took;
    return isWhole;
  }
}

/** The context only lends its clock: what is called is of this one. */
const context = createContext(box);

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
