const PARENT_CHECK_MS = 500;

/**
 * A signal that Ctrl-C, SIGTERM and SIGHUP abort, instead of ending the process: whoever waits on it ends in order.
 * Repeats change nothing: npm passes a Ctrl-C on that the terminal has sent already.
 */
export function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  const abort = (why: string): void => controller.abort(new Error(`interrupted by ${why}`));
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => abort(name));
  // npm passes SIGTERM to the shell that started us, which dies of it alone.
  const parent = process.ppid;
  if (process.env['npm_lifecycle_event'] !== undefined) {
    const check = (): void => {
      if (process.ppid !== parent) abort("npm's end");
    };
    setInterval(check, PARENT_CHECK_MS).unref();
  }
  return controller.signal;
}
