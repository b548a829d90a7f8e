import { setTimeout as sleep } from 'node:timers/promises';
import { isEngineFault } from '../../engine/api/refusals.ts';
import type { ContainerInfo, DockerClient } from '../../engine/client.ts';
import type { FileTree } from '../../filesystem/file-tree.ts';
import type { EventListener } from '../../model/events.ts';
import { ListedChanges } from '../listed-changes.ts';

/** Whose changes are asked for. */
interface Asking {
  readonly client: DockerClient;
  readonly container: ContainerInfo;
  readonly onEvent: EventListener;
}

/** How often an engine is asked that fails, and how long it is left alone in between, in milliseconds. */
const ATTEMPTS = 3;
const INTERVAL = 200;

/**
 * The engine's list of changes; undefined where it fails again and again. Docker with containerd's store fails now and
 * then (`mount callback failed`), Podman 5 wherever a directory has taken the place of a file (`not a directory`).
 * @throws what the client rejects with
 */
export async function listChanges({ client, container, onEvent }: Asking): Promise<ListedChanges | undefined> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    if (attempt > 1) await sleep(INTERVAL);
    try {
      return new ListedChanges(await client.changes(container.id));
    } catch (error) {
      if (!isEngineFault(error)) throw error;
      onEvent({ type: 'debug', message: `the list of changes can't be had: ${error.message}` });
    }
  }
  return undefined;
}

/** A list that does not contradict the tree: this one, or the next; undefined where neither can be right. */
export async function believable(
  listed: ListedChanges | undefined,
  tree: FileTree,
  asking: Asking,
): Promise<ListedChanges | undefined> {
  if (listed?.isContradictedBy(tree) !== true) return listed;
  asking.onEvent({ type: 'debug', message: 'the list of changes is wrong, and asked for again' });
  const again = await listChanges(asking);
  return again?.isContradictedBy(tree) === true ? undefined : again;
}
