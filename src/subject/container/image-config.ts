import { applyChanges } from '../../dockerfile/change-instruction.ts';
import type { ContainerInfo, ImageInfo } from '../../engine/client.ts';
import { SkinnywhaleError } from '../../model/errors.ts';
import type { ImageConfig, RunConfig } from '../../model/image-config.ts';
import { LABEL } from '../../model/labels.ts';

/**
 * The configuration of the result: the parent image's, or the container's as `docker commit` takes it, with the caller's
 * instructions applied. The container's own is often an installer's shell, with secrets in its environment.
 * @throws USAGE for an instruction that is none
 */
export function resultConfig(
  container: ContainerInfo,
  image: ImageInfo,
  options: {
    config: 'image' | 'container';
    change: readonly string[];
    sourceDateEpoch: string | undefined;
    version: string;
  },
): ImageConfig {
  const base = options.config === 'container' ? container.config : image.config;
  const run: RunConfig = applyChanges(base, options.change);
  run.Labels = {
    ...run.Labels,
    [LABEL.container]: container.id,
    [LABEL.parent]: image.id,
    [LABEL.version]: options.version,
  };
  return {
    platform: image.platform,
    ...(image.author === undefined ? {} : { author: image.author }),
    created: createdAt(options.sourceDateEpoch, image.created),
    run,
  };
}

const LAST_MOMENT = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** https://reproducible-builds.org/specs/source-date-epoch/: seconds since 1970. */
function createdAt(epoch: string | undefined, otherwise: string): string {
  if (epoch === undefined || epoch === '') return otherwise;
  const date = new Date(Number(epoch) * 1000);
  // RFC 3339 has years of four digits.
  if (!/^\d+$/.test(epoch) || !(date.getTime() <= LAST_MOMENT)) {
    throw new SkinnywhaleError(
      'USAGE',
      `SOURCE_DATE_EPOCH is ${JSON.stringify(epoch)}, which is not a number of seconds`,
    );
  }
  return date.toISOString().replace('.000Z', 'Z');
}
