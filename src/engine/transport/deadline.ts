/** A signal that fires with another signal, or after a while. Dispose it, or its timer keeps the process alive. */
export interface Deadline extends Disposable {
  readonly signal: AbortSignal;
}

/** `signal`'s abort is passed on with its reason; after `milliseconds` the reason is what `late` makes. */
export function deadline(signal: AbortSignal | undefined, milliseconds: number, late: () => Error): Deadline {
  const controller = new AbortController();
  const pass = (): void => controller.abort(signal?.reason);
  if (signal?.aborted) pass();
  signal?.addEventListener('abort', pass, { once: true });
  const timer = setTimeout(() => controller.abort(late()), milliseconds);
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      clearTimeout(timer);
      signal?.removeEventListener('abort', pass);
    },
  };
}
