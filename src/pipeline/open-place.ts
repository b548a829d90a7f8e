import { homedir } from 'node:os';
import type { Destination } from '../destination/destination.ts';
import { engineDestination } from '../destination/engine/engine-destination.ts';
import type { ContainerInfo, DockerClient, Engine, ImageInfo } from '../engine/client.ts';
import { connect } from '../engine/connect/connect.ts';
import { SkinnywhaleError } from '../model/errors.ts';
import type { ImageConfig } from '../model/image-config.ts';
import { packageVersion } from '../model/version.ts';
import type { ResolvedOptions } from '../options.ts';
import { containerSubject } from '../subject/container/container-subject.ts';
import { resultConfig } from '../subject/result-config.ts';
import type { Subject } from '../subject/subject.ts';

/** What is slimmed, and where the result goes. */
export interface Place extends AsyncDisposable {
  readonly engine: Engine;
  readonly subject: Subject;
  readonly destination: Destination;
  /** the result's name */
  readonly reference: string;
  /** the result's configuration */
  readonly config: ImageConfig;
}

/**
 * One look at what is to be slimmed; from here on only ids and digests are used.
 * @throws TAG_TAKEN where the result's name belongs to something else
 */
export async function openPlace(options: ResolvedOptions): Promise<Place> {
  const client = await connect({
    host: options.host,
    env: options.env,
    home: homedir(),
    signal: options.signal,
    debug: (message) => options.onEvent({ type: 'debug', message }),
  });
  const [info, found] = await Promise.all([client.engineInfo(), findContainer(client, options)]);
  const engine = { client, info };
  return await placeOf(containerSubject({ engine, ...found, name: options.container, config: options.config }), {
    options,
    engine,
  });
}

async function placeOf(
  subject: Subject,
  { options, engine }: { options: ResolvedOptions; engine: Engine },
): Promise<Place> {
  const { force, signal } = options;
  const destination = engineDestination({ engine, way: options.sink, identity: subject.identity, force, signal });
  const reference = options.tag ?? subject.defaultReference;
  if (!options.dryRun) await destination.checkName(reference);
  const config = resultConfig(subject, {
    change: options.change,
    sourceDateEpoch: options.env['SOURCE_DATE_EPOCH'],
    version: packageVersion(),
  });
  return {
    engine,
    subject,
    destination,
    reference,
    config,
    [Symbol.asyncDispose]: async () => await subject[Symbol.asyncDispose](),
  };
}

async function findContainer(
  client: DockerClient,
  options: ResolvedOptions,
): Promise<{ container: ContainerInfo; image: ImageInfo }> {
  const container = await client.inspectContainer(options.container);
  const image = await client.inspectImage(container.image);
  if (image !== undefined) return { container, image };
  throw new SkinnywhaleError('FAILED', `the image of ${container.name} (${container.image}) is gone`, {
    hint: 'Without it there is nothing to compare the container with. `docker commit` still works.',
  });
}
