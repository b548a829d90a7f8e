import type { ContainerInfo, DockerClient, Engine, ImageInfo } from '../engine/client.ts';
import { SkinnywhaleError } from '../model/errors.ts';
import type { DockerArchiveName, SubjectName } from '../model/subject-name.ts';
import type { ResolvedOptions } from '../options.ts';
import { engineBase } from '../subject/base/engine-base.ts';
import { containerSubject } from '../subject/container/container-subject.ts';
import { imageSubject } from '../subject/image/image-subject.ts';
import type { Subject } from '../subject/subject.ts';

/** A name of something that an engine has. */
type EngineName = Exclude<SubjectName, DockerArchiveName>;

/** What the caller names, as an engine has it. */
export interface Found {
  readonly container: ContainerInfo | undefined;
  /** the container's, or what is named itself */
  readonly image: ImageInfo;
  /** as the caller named it */
  readonly text: string;
}

/** One look at what the caller names; from here on only ids and digests are used. @throws NO_SUCH_CONTAINER */
export async function lookUp(client: DockerClient, name: EngineName): Promise<Found> {
  const container = await findContainer(client, name);
  const image = await client.inspectImage(container?.image ?? name.text);
  if (image !== undefined) return { container, image, text: name.text };
  if (container === undefined) throw noSuchSubject(name);
  throw new SkinnywhaleError('FAILED', `the image of ${container.name} (${container.image}) is gone`, {
    hint: 'Without it there is nothing to compare the container with. `docker commit` still works.',
  });
}

async function findContainer(client: DockerClient, name: EngineName): Promise<ContainerInfo | undefined> {
  if (name.kind === 'container') return await client.inspectContainer(name.text);
  return name.kind === 'any' && name.mayBeContainer ? await client.findContainer(name.text) : undefined;
}

/** What was found as a subject. @throws USAGE where the base that the caller names is not below it */
export async function subjectOf(
  { container, image, text }: Found,
  { engine, options }: { readonly engine: Engine; readonly options: ResolvedOptions },
): Promise<Subject> {
  const { client } = engine;
  const imageNamed = async (reference: string | undefined): Promise<Subject> =>
    imageSubject({ engine, image, reference, base: await engineBase(client, image, options.base) });
  if (container === undefined) return await imageNamed(isIdOf(image, text) ? image.tags[0] : text);
  return containerSubject({
    engine,
    container,
    image,
    base: options.base === undefined ? undefined : await engineBase(client, image, options.base),
    name: text,
    config: options.config,
    standsFor: () => imageNamed(image.tags[0]),
  });
}

/** Whether a text is the beginning of an image's id, and no name of it. */
function isIdOf({ id, tags }: ImageInfo, text: string): boolean {
  const digits = text.replace(/^sha256:/, '');
  return /^[0-9a-f]+$/.test(digits) && id.startsWith(`sha256:${digits}`) && !tags.includes(`${text}:latest`);
}

function noSuchSubject({ kind, text }: EngineName): SkinnywhaleError {
  const what = kind === 'image' ? `there is no image "${text}"` : `there is no container and no image "${text}"`;
  return new SkinnywhaleError('NO_SUCH_CONTAINER', what, {
    hint: '`docker ps -a` lists the containers, also those that have ended, `docker image ls` the images.',
  });
}
