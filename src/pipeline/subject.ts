import { homedir } from 'node:os';
import { checkTag } from '../destination/publish.ts';
import type { ContainerInfo, DockerClient, EngineInfo, ImageInfo } from '../engine/client.ts';
import { connect } from '../engine/connect/connect.ts';
import { SkinnywhaleError } from '../model/errors.ts';
import type { ImageConfig } from '../model/image-config.ts';
import { packageVersion } from '../model/version.ts';
import type { ResolvedOptions } from '../options.ts';
import { resultConfig } from '../subject/container/image-config.ts';

/** What is known of the container before its files are read. */
export interface Subject {
  readonly client: DockerClient;
  readonly engine: EngineInfo;
  readonly container: ContainerInfo;
  readonly image: ImageInfo;
  /** the configuration of the result */
  readonly config: ImageConfig;
}

/** One look at the container and its image; from here on only ids and digests are used. */
export async function inspectSubject(options: ResolvedOptions): Promise<Subject> {
  const client = await connect({
    host: options.host,
    env: options.env,
    home: homedir(),
    signal: options.signal,
    debug: (message) => options.onEvent({ type: 'debug', message }),
  });
  const [engine, container] = await Promise.all([client.engineInfo(), client.inspectContainer(options.container)]);
  const { reference, force } = options;
  const [image] = await Promise.all([
    client.inspectImage(container.image),
    options.dryRun ? undefined : checkTag({ client, reference, force, containerId: container.id }),
  ]);
  if (image === undefined) {
    throw new SkinnywhaleError('FAILED', `the image of ${container.name} (${container.image}) is gone`, {
      hint: 'Without it there is nothing to compare the container with. `docker commit` still works.',
    });
  }
  const config = resultConfig(container, image, {
    config: options.config,
    change: options.change,
    sourceDateEpoch: options.env['SOURCE_DATE_EPOCH'],
    version: packageVersion(),
  });
  return { client, engine, container, image, config };
}
