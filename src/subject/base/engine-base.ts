import type { DockerClient, ImageInfo } from '../../engine/client.ts';
import type { Base } from '../subject.ts';
import { historySteps } from './engine-history.ts';
import { findBase } from './find-base.ts';

/** Images that are asked for at a time: each costs an engine a while. */
const AT_A_TIME = 4;

/**
 * What an image of an engine was built on: see {@link findBase}.
 * @param wanted what the caller says of it
 * @throws USAGE
 */
export async function engineBase(client: DockerClient, image: ImageInfo, wanted: string | undefined): Promise<Base> {
  const built = { ...image, history: historySteps(await client.imageHistory(image.id), image.layers.length) };
  return findBase(built, await imagesHere(client, image, wanted), wanted);
}

async function imagesHere(client: DockerClient, image: ImageInfo, wanted: string | undefined): Promise<ImageInfo[]> {
  if (wanted === 'none') return [];
  if (wanted !== undefined) {
    const found = await client.inspectImage(wanted);
    // The engine understands more forms of a name; it has said which image is meant.
    return found === undefined ? [] : [{ ...found, tags: [wanted, ...found.tags] }];
  }
  // What is below has some of its layers, and so no more bytes; what has no name is part of a build.
  const smaller = (await client.listImages()).filter(
    ({ id, tags, size }) => id !== image.id && tags.length > 0 && size <= image.size,
  );
  const found: ImageInfo[] = [];
  for (let at = 0; at < smaller.length; at += AT_A_TIME) {
    const some = smaller.slice(at, at + AT_A_TIME).map(({ id }) => client.inspectImage(id));
    found.push(...(await Promise.all(some)).filter((each) => each !== undefined));
  }
  return found;
}
