/** The phases of a run, in their order. */
export type Phase = 'inspect' | 'export' | 'closure' | 'plan' | 'output' | 'check' | 'learn';

/** What a run tells while it goes on. The library itself prints nothing. */
export type SlimEvent =
  | { readonly type: 'phase'; readonly phase: Phase; readonly message: string }
  | { readonly type: 'progress'; readonly phase: Phase; readonly bytes: number; readonly total?: number }
  | { readonly type: 'warning'; readonly message: string }
  /** something that was done beside the run's own work */
  | { readonly type: 'notice'; readonly message: string }
  | { readonly type: 'debug'; readonly message: string };

/** Receives the events of a run; must not throw. */
export type EventListener = (event: SlimEvent) => void;
