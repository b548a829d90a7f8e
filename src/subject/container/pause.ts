import type { ContainerInfo, DockerClient } from '../../engine/client.ts';
import type { EventListener } from '../../model/events.ts';

/** A paused container, which goes on when this is disposed of. */
export interface Paused {
  [Symbol.asyncDispose](): Promise<void>;
}

/** Pauses a container until it is disposed of. The first failure is the one that is told: waking what could not be paused fails, too. */
export async function pauseContainer(
  client: DockerClient,
  container: ContainerInfo,
  onEvent: EventListener,
): Promise<Paused> {
  try {
    await client.pause(container.id);
  } catch (error) {
    await client.unpause(container.id).catch(() => onEvent({ type: 'warning', message: mayStillBePaused(container) }));
    throw error;
  }
  return { [Symbol.asyncDispose]: () => client.unpause(container.id) };
}

export function mayStillBePaused({ id, name }: ContainerInfo): string {
  return `${name || id} may still be paused`;
}
