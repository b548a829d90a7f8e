import assert from 'node:assert/strict';
import { test } from 'node:test';
import { liveLine, type ProgressView, plainLines } from '../../src/cli/progress.ts';
import type { SlimEvent } from '../../src/model/events.ts';
import { command, Sink } from './command.ts';

interface Stage {
  readonly sink: Sink;
  readonly view: ProgressView;
  /** Moves the clock on and shows an event. */
  at(milliseconds: number, event: SlimEvent): void;
  /** What was written since the last call. */
  written(): string;
}

function stage(make: typeof liveLine, columns?: number): Stage {
  let now = 0;
  let read = 0;
  const sink = new Sink(columns);
  const view = make(sink, () => now);
  return {
    sink,
    view,
    at(milliseconds, event) {
      now = milliseconds;
      view.show(event);
    },
    written() {
      const text = sink.text.slice(read);
      read = sink.text.length;
      return text;
    },
  };
}

const reading: SlimEvent = { type: 'phase', phase: 'export', message: 'reading' };
const progress = (bytes: number, total?: number): SlimEvent => ({
  type: 'progress',
  phase: 'export',
  bytes,
  ...(total === undefined ? {} : { total }),
});

test('on a terminal one line is drawn over and over, at most ten times a second, and cleared at the end', () => {
  const { at, written, view } = stage(liveLine, 80);
  at(0, reading);
  assert.equal(written(), '\r\x1b[Kreading');
  at(50, progress(1_000_000));
  assert.equal(written(), '');
  at(100, progress(2_000_000));
  assert.equal(written(), '\r\x1b[Kreading  2.0 MB');
  at(199, progress(3_000_000));
  assert.equal(written(), '');
  at(200, { type: 'phase', phase: 'output', message: 'loading' });
  assert.equal(written(), '\r\x1b[Kloading');
  view.finish();
  assert.equal(written(), '\r\x1b[K');
  view.finish();
  assert.equal(written(), '');
});

test('a phase is shown at once, however soon it comes', () => {
  const { at, written } = stage(liveLine, 80);
  at(0, reading);
  at(1, { type: 'phase', phase: 'closure', message: 'looking' });
  assert.equal(written(), '\r\x1b[Kreading\r\x1b[Klooking');
});

test('a bar where the total is known, full where the estimate was too small', () => {
  const { at, written } = stage(liveLine, 80);
  at(0, reading);
  written();
  at(1000, progress(25_000_000, 100_000_000));
  assert.equal(written(), `\r\x1b[Kreading  25.0 MB of 100.0 MB  [${'#'.repeat(6)}${'.'.repeat(18)}] 25%`);
  at(2000, progress(120_000_000, 100_000_000));
  assert.match(written(), /\[#{24}\] 100%$/);
  at(3000, progress(1, 0));
  assert.equal(written(), '\r\x1b[Kreading  1 B');
});

test('the line never fills the terminal, which would wrap it', () => {
  const { at, written } = stage(liveLine, 20);
  at(0, { type: 'phase', phase: 'export', message: 'x'.repeat(30) });
  assert.equal(written(), `\r\x1b[K${'x'.repeat(19)}`);
});

test('elsewhere a line for the start of a phase and one for its end, with bytes and seconds', () => {
  const { at, written, view } = stage(plainLines);
  at(0, { type: 'phase', phase: 'inspect', message: 'asking' });
  at(120, reading);
  at(500, progress(1_000_000));
  at(1000, progress(456_000_000));
  at(3320, { type: 'phase', phase: 'export', message: 'still reading' });
  view.finish();
  view.finish();
  assert.equal(
    written(),
    'inspect: asking\ninspect: done, 0.1 s\nexport: reading\nexport: still reading\nexport: done, 456.0 MB in 3.2 s\n',
  );
});

test('a terminal gets the line, a dumb one and a pipe get lines; a warning or an error is not drawn into the line', async () => {
  const shown = async (stderr: Sink, env: Record<string, string>): Promise<string> => {
    await command(['web', '--json'], {
      stderr,
      env,
      slim: async ({ onEvent }) => {
        onEvent?.(reading);
        onEvent?.({ type: 'warning', message: 'beware' });
        onEvent?.(reading);
        throw new Error('gone');
      },
    });
    return stderr.text;
  };
  const clear = '\r\x1b[K';
  assert.equal(
    (await shown(new Sink(80), {})).split('\nhint')[0],
    `${clear}reading${clear}warning: beware\n${clear}reading${clear}error: gone`,
  );
  for (const text of [await shown(new Sink(80), { TERM: 'dumb' }), await shown(new Sink(), {})]) {
    assert.match(text, /^export: reading\nwarning: beware\nexport: reading\nerror: gone\n/);
  }
});
