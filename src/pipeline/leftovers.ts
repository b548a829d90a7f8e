import type { Engine } from '../engine/client.ts';
import { removeLeftovers } from '../engine/leftovers.ts';
import type { ResolvedOptions } from '../options.ts';
import { formatCount } from '../report/sizes.ts';
import { removeOldDirectories } from './temporary-directory.ts';

/**
 * Clears up behind runs that were killed, beside this one, which does not fail by it. Disposed of, it has ended, unless the
 * run was interrupted.
 */
export function clearUp(engine: Engine | undefined, options: ResolvedOptions): AsyncDisposable {
  const clearing = clear(engine, options);
  return {
    async [Symbol.asyncDispose]() {
      if (!options.signal.aborted) await clearing;
    },
  };
}

/** What killed runs left in the engine, and their temporary folders. Says in one line what there was; never rejects. */
async function clear(engine: Engine | undefined, options: ResolvedOptions): Promise<void> {
  const nothing = { containers: 0, images: 0 };
  const giveUp = <T>(value: T) => {
    return (error: unknown): T => {
      options.onEvent({ type: 'debug', message: `not all that killed runs left could be looked for: ${error}` });
      return value;
    };
  };
  const [{ containers, images }, folders] = await Promise.all([
    engine === undefined ? nothing : removeLeftovers(engine).catch(giveUp(nothing)),
    removeOldDirectories(options).catch(giveUp(0)),
  ]);
  const parts = [
    ...(containers > 0 ? [formatCount(containers, 'container')] : []),
    ...(images > 0 ? [formatCount(images, 'image')] : []),
    ...(folders > 0 ? [formatCount(folders, 'temporary folder')] : []),
  ];
  if (parts.length === 0) return;
  options.onEvent({ type: 'notice', message: `removed what killed runs had left: ${parts.join(', ')}` });
}
