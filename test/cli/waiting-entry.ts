import { main } from '../../src/cli/main.ts';

/** The command with a run that never ends by itself, for tests of signals; with `deaf`, it does not end when aborted either. */
const [mode = '', ...args] = process.argv.slice(2);
process.exitCode = await main(args, {
  slim: async ({ signal, onEvent }) => {
    // Something has to keep the process alive, as a connection to an engine would.
    const alive = setInterval(() => {}, 1000);
    onEvent?.({ type: 'phase', phase: 'export', message: 'waiting' });
    await new Promise((resolve) => {
      if (mode !== 'deaf') signal?.addEventListener('abort', resolve, { once: true });
      else signal?.addEventListener('abort', () => onEvent?.({ type: 'warning', message: 'aborted' }), { once: true });
    });
    clearInterval(alive);
    throw new Error('cut off');
  },
});
