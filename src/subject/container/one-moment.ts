import type { ContainerState, DockerClient } from '../../engine/client.ts';
import { SkinnywhaleError } from '../../model/errors.ts';

/** Fails where a container has been started, stopped, paused or woken since it was looked at first. */
export type Confirm = () => Promise<void>;

/**
 * Takes down what a container does, so that its files can be told to be of one moment: a container that was started while
 * it was read has changed files that were read already, or replaced directories on the way to others.
 */
export async function rememberState(client: DockerClient, id: string): Promise<Confirm> {
  const before = phaseOf(await client.containerState(id));
  return async () => {
    const now = await stateUnlessRemoved(client, id);
    // What was read of one that has been removed since stays right.
    if (now === undefined || phaseOf(now) === before) return;
    throw new SkinnywhaleError('FAILED', 'the container was started, stopped, paused or unpaused while it was read', {
      hint: 'Nothing was made. Leave it alone until the run has ended, and try again.',
    });
  };
}

async function stateUnlessRemoved(client: DockerClient, id: string): Promise<ContainerState | undefined> {
  try {
    return await client.containerState(id);
  } catch (error) {
    if (error instanceof SkinnywhaleError && error.code === 'NO_SUCH_CONTAINER') return undefined;
    throw error;
  }
}

function phaseOf({ running, paused, pid, startedAt }: ContainerState): string {
  return JSON.stringify([running, paused, pid, startedAt]);
}
