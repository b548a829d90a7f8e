import { setTimeout as sleep } from 'node:timers/promises';
import type { DockerClient } from '../../engine/client.ts';
import { removeUnnamed } from '../../engine/held-image.ts';
import type { Digest } from '../../model/digest.ts';

/** Together with the rest of the clean-up this stays below the two seconds in which an interrupted run has to end. */
const PATIENCE = 800;
const INTERVAL = 100;

/** Removes an image that the engine may be about to finish; gives up in silence where it does not come, milliseconds later. */
export async function removeWhenThere(client: DockerClient, reference: string): Promise<void> {
  await untilThere(() => client.removeImage(reference));
}

/** What is known of an image of which the engine has everything, and has not said its id. */
export interface Unanswered {
  /** `name=value`, which it carries */
  readonly labels: readonly string[];
  readonly layer: Digest;
  /** ids of images with these labels that were there before */
  readonly before: ReadonlySet<Digest>;
}

/** The same for an image without a name. One that has got a name meanwhile is somebody's, and stays. */
export async function removeUnanswered(client: DockerClient, { labels, layer, before }: Unanswered): Promise<void> {
  await untilThere(async () => {
    for (const id of await client.imageIds(labels)) {
      if (before.has(id)) continue;
      const info = await client.inspectImage(id, { uninterrupted: true });
      if (info?.layers.length !== 1 || info.layers[0] !== layer) continue;
      await removeUnnamed(client, id);
      return true;
    }
    return false;
  });
}

async function untilThere(remove: () => Promise<boolean>): Promise<void> {
  for (let waited = 0; waited <= PATIENCE; waited += INTERVAL) {
    if (await remove()) return;
    await sleep(INTERVAL);
  }
}
