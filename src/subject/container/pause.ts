import type { ContainerInfo, DockerClient } from '../../engine/client.ts';
import type { EventListener } from '../../model/events.ts';
import { watchOver } from './waker.ts';

/** A paused container, which goes on when this is disposed of. */
export interface Paused {
  [Symbol.asyncDispose](): Promise<void>;
}

/** Pauses a container until it is disposed of. The first failure is the one that is reported: waking what could not be paused fails, too. */
export async function pauseContainer(
  client: DockerClient,
  container: ContainerInfo,
  onEvent: EventListener,
): Promise<Paused> {
  const waker = watchOver(client.endpoint, container.id);
  try {
    await waker.ready;
    await client.pause(container.id);
  } catch (error) {
    await client.unpause(container.id).catch(() => onEvent({ type: 'warning', message: mayStillBePaused(container) }));
    waker[Symbol.dispose]();
    throw error;
  }
  return {
    async [Symbol.asyncDispose]() {
      // Only once it is awake: if this fails because the process is ending, the waker still has its turn.
      await client.unpause(container.id);
      waker[Symbol.dispose]();
    },
  };
}

export function mayStillBePaused({ id, name }: ContainerInfo): string {
  return `${name || id} may still be paused`;
}
