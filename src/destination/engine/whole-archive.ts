import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Pack, pack } from 'tar-stream';
import type { DockerClient } from '../../engine/client.ts';
import type { ConfigFile } from '../../image/config-file.ts';
import { parseDigest } from '../../model/digest.ts';
import type { ImageContent } from '../destination.ts';
import type { EngineSink, UnnamedImage } from './engine-sink.ts';

/** A docker-archive with the layer in it, for engines that keep images in other ways than by graph driver. */
export function archiveSink(client: DockerClient): EngineSink {
  return {
    async store({ openLayer, layerLength, configFor }: ImageContent): Promise<UnnamedImage> {
      const archive = pack();
      const layer = openLayer();
      let config: ConfigFile | undefined;
      const loaded = client.loadImage(readable(archive));
      const written = (async () => {
        // tar-stream packs the frame; the layer itself goes through as it is.
        const entry = archive.entry({ name: 'layer.tar', size: layerLength() });
        await pipeline(layer.stream, entry);
        config = await configFor(layer.digest());
        archive.entry({ name: 'config.json' }, config.bytes);
        archive.entry({ name: 'manifest.json' }, manifest());
        archive.finalize();
      })().catch((error: unknown) => {
        archive.destroy(error instanceof Error ? error : new Error(String(error)));
        throw error;
      });
      const [sent, answer] = await Promise.allSettled([written, loaded]);
      if (answer.status === 'rejected') throw answer.reason;
      if (sent.status === 'rejected') throw sent.reason;
      const { imageId } = config as unknown as ConfigFile;
      return { id: idFrom(answer.value) ?? imageId, layer: layer.digest() };
    },
  };
}

/** Packs config and manifest alone: the engine has the layer already. */
export function configArchive(config: Buffer): Readable {
  const archive = pack();
  archive.entry({ name: 'config.json' }, config);
  archive.entry({ name: 'layer.tar' }, '');
  archive.entry({ name: 'manifest.json' }, manifest());
  archive.finalize();
  return readable(archive);
}

/** tar-stream's packs are readable streams of another library. */
function readable(archive: Pack): Readable {
  return Readable.from(archive, { objectMode: false });
}

/** No tag: the image gets its name when it has been checked. */
function manifest(): string {
  return JSON.stringify([{ Config: 'config.json', RepoTags: null, Layers: ['layer.tar'] }]);
}

/** containerd's store has ids of its own and says so. */
function idFrom(texts: readonly string[]): UnnamedImage['id'] | undefined {
  for (const text of texts) {
    const match = /Loaded image(?: ID)?: (sha256:[0-9a-f]{64})/.exec(text);
    if (match?.[1] !== undefined) return parseDigest(match[1]);
  }
  return undefined;
}
