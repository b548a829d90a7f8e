import type { Digest } from '../model/digest.ts';
import { SkinnywhaleError } from '../model/errors.ts';
import { CONTAINER_LABEL } from '../model/labels.ts';
import type { DockerClient } from './client.ts';
import { runMark } from './run-mark.ts';

/** An image that is kept under a name of this run's own. Disposed of, it is gone, unless it has another name by then. */
export type HeldImage = AsyncDisposable;

/** The repositories of names that runs give for a while; the tag says which run. */
const REPOSITORIES = { held: 'skinnywhale-held', carrier: 'skinnywhale-carrier' } as const;

export const TEMPORARY_REPOSITORIES: readonly string[] = Object.values(REPOSITORIES);

/** A name of this run's own, like no other. */
export function temporaryName(use: keyof typeof REPOSITORIES): string {
  return `${REPOSITORIES[use]}:${runMark()}`;
}

/**
 * Gives an image that this run has made a name of its own. To remove an image by its id would take a name along that
 * somebody has given it meanwhile; to remove a name is one step in every engine, and leaves an image that has another.
 * It also keeps the image from `docker image prune`.
 * @throws ENGINE where it can't be named; then it is gone
 */
export async function holdImage(client: DockerClient, id: Digest): Promise<HeldImage> {
  const name = temporaryName('held');
  try {
    await client.tagImage(id, name);
  } catch (error) {
    const info = await client.inspectImage(id, { uninterrupted: true }).catch(() => undefined);
    if (info?.tags.length === 0) await client.removeImage(id).catch(() => false);
    throw error;
  }
  let removal: Promise<unknown> | undefined;
  return {
    async [Symbol.asyncDispose]() {
      // What else went wrong counts more, and so does what went well.
      removal ??= client.removeImage(name).catch(() => false);
      await removal;
    },
  };
}

/**
 * Keeps an image while it is run again and again: `docker image prune --all` takes every image that no container is made
 * from, also one with a name. The container is never started.
 */
export async function useImage(client: DockerClient, image: Digest): Promise<AsyncDisposable> {
  const id = await client.createContainer({
    image,
    labels: { [CONTAINER_LABEL.purpose]: 'keeps an image' },
    // never run; without one the engine refuses images that have none either
    entrypoint: ['-'],
    network: 'none',
  });
  return { [Symbol.asyncDispose]: () => client.removeContainer(id) };
}

/** The error for an image that somebody else removed just after this run had stored it. */
export function removedMeanwhile(cause: unknown): SkinnywhaleError {
  return new SkinnywhaleError('ENGINE', 'the image was removed from the engine before it got its name', {
    hint: 'Something removes images there beside this run, such as `docker image prune --all`: run again after it.',
    cause,
  });
}

/** Removes an image that this run has made, unless it has a name. */
export async function removeUnnamed(client: DockerClient, id: Digest): Promise<void> {
  await using _held = await holdImage(client, id);
}
