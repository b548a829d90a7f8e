import { displayPath } from '../model/image-path.ts';
import { formatBytes } from '../report/sizes.ts';
import type { Snapshot } from '../subject/snapshot.ts';

/** What a person wants to know before terabytes of zeros are sent. */
export function sparseWarnings({ sparse = [] }: Pick<Snapshot, 'sparse'>): string[] {
  return sparse.map(({ path, size, allocated }) => {
    const sizes = `${formatBytes(size)}, of which ${formatBytes(allocated)} are on the disk`;
    return `${displayPath(path)} is sparse (${sizes}): the image will have all of it`;
  });
}
