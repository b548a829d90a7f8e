import type { Phase, SlimEvent } from '../model/events.ts';
import { formatBytes } from '../report/sizes.ts';

/** Where progress goes: stderr, or what stands for it. */
export interface ProgressOutput {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

/** Shows a run's events. `clear` takes away what is not finished, so that something else can be written. */
export interface ProgressView {
  show(event: SlimEvent): void;
  clear(): void;
  /** The run has ended well: the last phase is done. */
  finish(): void;
}

/** Milliseconds, from any moment. */
export type Clock = () => number;

type Progress = Extract<SlimEvent, { type: 'progress' }>;

/** Ten times a second is as fast as a person reads, and costs nothing. */
const REDRAW_MS = 100;
const BAR_WIDTH = 24;
const CLEAR_LINE = '\r\x1b[K';

/** Nothing at all, for --quiet. */
export const SILENT: ProgressView = { show() {}, clear() {}, finish() {} };

/** One line that is drawn over and over, for a terminal. */
export function liveLine(output: ProgressOutput, clock: Clock): ProgressView {
  let message = '';
  let drawnAt = Number.NEGATIVE_INFINITY;
  let visible = false;
  const draw = (line: string): void => {
    // One column is left free: a full line makes terminals wrap.
    output.write(CLEAR_LINE + [...line].slice(0, (output.columns ?? 80) - 1).join(''));
    visible = true;
    drawnAt = clock();
  };
  const clear = (): void => {
    if (visible) output.write(CLEAR_LINE);
    visible = false;
  };
  return {
    show(event) {
      if (event.type === 'phase') {
        message = event.message;
        draw(message);
      } else if (event.type === 'progress' && clock() - drawnAt >= REDRAW_MS) {
        draw(`${message}  ${formatBytes(event.bytes)}${bar(event)}`);
      }
    },
    clear,
    finish: clear,
  };
}

/** A line when a phase starts and one when it is done, for logs. */
export function plainLines(output: ProgressOutput, clock: Clock): ProgressView {
  let current: { phase: Phase; startedAt: number; bytes: number | undefined } | undefined;
  const end = (): void => {
    if (current === undefined) return;
    const seconds = `${((clock() - current.startedAt) / 1000).toFixed(1)} s`;
    const done = current.bytes === undefined ? seconds : `${formatBytes(current.bytes)} in ${seconds}`;
    output.write(`${current.phase}: done, ${done}\n`);
    current = undefined;
  };
  return {
    show(event) {
      if (event.type === 'phase') {
        // A phase may say more than once what it is doing.
        if (current?.phase !== event.phase) {
          end();
          current = { phase: event.phase, startedAt: clock(), bytes: undefined };
        }
        output.write(`${event.phase}: ${event.message}\n`);
      } else if (event.type === 'progress' && current?.phase === event.phase) {
        current.bytes = event.bytes;
      }
    },
    clear() {},
    finish: end,
  };
}

function bar({ bytes, total }: Progress): string {
  if (total === undefined || total <= 0) return '';
  const part = Math.min(1, bytes / total);
  const filled = Math.round(part * BAR_WIDTH);
  return ` of ${formatBytes(total)}  [${'#'.repeat(filled)}${'.'.repeat(BAR_WIDTH - filled)}] ${Math.floor(part * 100)}%`;
}
