import { CONTAINER_LABEL } from '../model/labels.ts';
import type { DockerClient, Engine } from './client.ts';
import { TEMPORARY_REPOSITORIES } from './held-image.ts';
import { isRunMark, makerOf } from './run-mark.ts';

/**
 * Milliseconds after which what a run on another machine has made is left over: nothing else says whether it still runs. A
 * run takes minutes, and nobody waits for one for a week.
 */
const ABANDONED = 7 * 24 * 60 * 60 * 1000;

/** How much was removed. */
export interface Removed {
  readonly containers: number;
  readonly images: number;
}

/**
 * Removes what runs that were killed have left in an engine: containers, and names of images. Those of this machine whose
 * process is gone, and those of others that are a week old by the engine's own clock.
 */
export async function removeLeftovers({ client, info }: Engine): Promise<Removed> {
  const isOld = (time: number | undefined): boolean =>
    time !== undefined && info.time !== undefined && info.time - time > ABANDONED;
  const [containers, images] = await Promise.all([
    client.labelledContainers(CONTAINER_LABEL.purpose),
    client.listImages(TEMPORARY_REPOSITORIES),
  ]);
  const removed = { containers: 0, images: 0 };
  for (const { id, labels, created } of containers) {
    const maker = makerOf(labels[CONTAINER_LABEL.run] ?? '');
    if (maker === 'alive' || (maker === 'unknown' && !isOld(created))) continue;
    await client.removeContainer(id, { force: true });
    removed.containers++;
  }
  for (const name of images.flatMap(({ tags }) => tags)) {
    const mark = markIn(name);
    if (mark === undefined) continue;
    const maker = makerOf(mark);
    if (maker === 'alive' || (maker === 'unknown' && !isOld(await taggedAt(client, name)))) continue;
    if (await client.removeImage(name)) removed.images++;
  }
  return removed;
}

/** undefined for a name that no run has given. Podman writes `localhost/` before it. */
function markIn(name: string): string | undefined {
  const short = name.replace(/^localhost\//, '');
  const repository = TEMPORARY_REPOSITORIES.find((one) => short.startsWith(`${one}:`));
  const mark = repository === undefined ? '' : short.slice(repository.length + 1);
  return isRunMark(mark) ? mark : undefined;
}

async function taggedAt(client: DockerClient, name: string): Promise<number | undefined> {
  return (await client.inspectImage(name))?.tagged;
}
