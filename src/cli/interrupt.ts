import type { EventEmitter } from 'node:events';
import { SkinnywhaleError } from '../model/errors.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A run's AbortSignal, and the end of listening for the process's signals. */
export interface Interrupt extends Disposable {
  readonly signal: AbortSignal;
}

/**
 * Turns the first SIGINT, SIGTERM or SIGHUP into an aborted run, which cleans up behind itself.
 * A second one calls `exitNow`: whoever asks twice won't wait.
 */
export function listenForInterrupt(signals: EventEmitter, exitNow: () => void): Interrupt {
  const controller = new AbortController();
  const onSignal = (): void => {
    if (controller.signal.aborted) exitNow();
    else controller.abort(new SkinnywhaleError('INTERRUPTED', 'interrupted; nothing was changed'));
  };
  for (const name of SIGNALS) signals.on(name, onSignal);
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      for (const name of SIGNALS) signals.off(name, onSignal);
    },
  };
}
