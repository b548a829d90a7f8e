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
    if ((await phaseNow(client, id)) === before) return;
    throw new SkinnywhaleError('FAILED', 'the container was started, stopped, paused or unpaused while it was read', {
      hint: 'Nothing was made. Leave it alone until the run has ended, and try again.',
    });
  };
}

/** One that is removed by now can't have changed since, and what was read of it stays right. */
async function phaseNow(client: DockerClient, id: string, otherwise?: string): Promise<string | undefined> {{ running, paused, pid, startedAt }: ContainerState): string {
  return JSON.stringify([running, paused, pid, startedAt]);
}
