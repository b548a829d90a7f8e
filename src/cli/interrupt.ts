import type { EventEmitter } from 'node:events';
import { SkinnywhaleError } from '../model/errors.ts';
import type { Clock } from './progress.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Milliseconds within which signals are one: timeout(1) sends it to the process and to its group. */
const SAME = 500;

/** A run's AbortSignal, and the end of listening for the process's signals. */
export interface Interrupt extends Disposable {
  readonly signal: AbortSignal;
}

/**
 * Turns the first SIGINT, SIGTERM or SIGHUP into an aborted run, which cleans up behind itself.
 * A second one, at least half a second later, calls `exitNow`: whoever asks twice won't wait.
 */
export function listenForInterrupt(signals: EventEmitter, clock: Clock, exitNow: () => void): Interrupt {
  const controller = new AbortController();
  let first = 0;
  const onSignal = (): void => {
    if (controller.signal.aborted) {
      if (clock() - first >= SAME) exitNow();
      return;
    }
    first = clock();
    controller.abort(new SkinnywhaleError('INTERRUPTED', 'interrupted; nothing was changed'));
  };
  for (const name of SIGNALS) signals.on(name, onSignal);
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      for (const name of SIGNALS) signals.off(name, onSignal);
    },
  };
}
