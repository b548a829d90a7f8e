import { setTimeout as sleep } from 'node:timers/promises';
import type { DockerClient } from '../engine/client.ts';

/** Together with the rest of the clean-up this stays below the two seconds in which an interrupted run has to end. */
const PATIENCE = 800;
const INTERVAL = 100;

/** Removes an image that the engine may be about to finish; gives up in silence where it does not come, milliseconds later. */
export async function removeWhenThere(client: DockerClient, idOrReference: string): Promise<void> {
  for (let waited = 0; waited <= PATIENCE; waited += INTERVAL) {
    if (await client.removeImage(idOrReference)) return;
    await sleep(INTERVAL);
  }
}
