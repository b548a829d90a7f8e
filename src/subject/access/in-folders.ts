import { ReadAgain } from '../../filesystem/read-again.ts';

/**
 * Does something with files in an engine's folders, which may be gone or have changed at any moment.
 * @throws ReadAgain through the engine, in place of what the system says; anything else as it is
 */
export function inFolders<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Error) || !/^E[A-Z0-9]+$/.test(String((error as NodeJS.ErrnoException).code))) throw error;
    throw new ReadAgain('engine', `the engine's folders have changed: ${error.message}`, { cause: error });
  }
}
