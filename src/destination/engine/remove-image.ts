import { setTimeout as sleep } from 'node:timers/promises';
import type { DockerClient } from '../../engine/client.ts';
import type { Digest } from '../../model/digest.ts';

/** Together with the rest of the clean-up this stays below the two seconds in which an interrupted run has to end. */
const PATIENCE = 800;
const INTERVAL = 100;

/** Removes an image that the engine may be about to finish; gives up in silence where it does not come, milliseconds later. */
export async function removeWhenThere(client: DockerClient, reference: string): Promise<void> {
  await untilThere(() => client.removeImage(reference));
}

/**
 * The same for an image that was made without a name. One that has got a name meanwhile is somebody's, and stays: an
 * engine that is told to remove it by its id would take its last name along.
 */
export async function removeUnnamed(client: DockerClient, id: Digest): Promise<void> {
  await untilThere(async () => {
    const image = await client.inspectImage(id);
    if (image === undefined) return false;
    return image.tags.length > 0 || (await client.removeImage(id));
  });
}

async function untilThere(remove: () => Promise<boolean>): Promise<void> {
  for (let waited = 0; waited <= PATIENCE; waited += INTERVAL) {
    if (await remove()) return;
    await sleep(INTERVAL);
  }
}
