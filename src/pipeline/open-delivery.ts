import { keptAnyway } from '../closure/roots/kept-anyway.ts';
import type { Candidate } from '../destination/destination.ts';
import { configFile } from '../image/config-file.ts';
import { Delivery } from '../layer/delivery.ts';
import { packageVersion } from '../model/version.ts';
import type { Run } from './run.ts';

/** One candidate's way to the destination. An archive of an image begins with its layer's length, which is known only at the end. */
export function openDelivery({ options, subject, destination, config }: Run): Delivery<Candidate> {
  return new Delivery({
    isKept: keptAnyway(options),
    isEarly: !options.dryRun && destination.way === 'import',
    store: (layer) =>
      destination.store({
        ...layer,
        configFor: async (digest) => configFile(config, digest, `skinnywhale ${packageVersion()} ${subject.origin.id}`),
      }),
    onProgress: (bytes, total) =>
      options.onEvent({ type: 'progress', phase: 'output', bytes, ...(total !== undefined && { total }) }),
  });
}
