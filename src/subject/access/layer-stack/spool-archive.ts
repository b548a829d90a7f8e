import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { FileSource } from '../../../filesystem/file-source.ts';
import { SpoolWriter } from '../../../filesystem/spool-writer.ts';

/**
 * An archive that arrives as a stream, such as an engine's GET /images/{id}/get, as a file that can be read at any place:
 * its manifest, which says what the rest means, comes last.
 * @param onProgress gets the bytes so far
 */
export async function spoolArchive(
  stream: Readable,
  path: string,
  onProgress: (bytes: number) => void = () => {},
): Promise<FileSource> {
  await using spool = new SpoolWriter(path);
  await pipeline(stream, async (chunks: AsyncIterable<Buffer>) => {
    for await (const chunk of chunks) {
      spool.write(chunk);
      onProgress(spool.length);
      await spool.ready();
    }
  });
  await spool.flush();
  return new FileSource(path);
}
