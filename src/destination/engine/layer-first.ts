import type { DockerClient } from '../../engine/client.ts';
import { removedMeanwhile } from '../../engine/held-image.ts';
import type { Digest } from '../../model/digest.ts';
import { SkinnywhaleError } from '../../model/errors.ts';
import type { ImageContent } from '../destination.ts';
import type { EngineSink, UnnamedImage } from './engine-sink.ts';
import { removeWhenThere } from './remove-image.ts';
import { configArchive } from './whole-archive.ts';

/**
 * The layer through import, then the config through load.
 *
 * A load unpacks the whole archive into a temporary folder before it registers a layer; an import registers the layer
 * while it arrives. An engine with graph-driver layers looks a loaded image's layers up by their chain id first and takes
 * one that it has (moby image/tarexport/load.go), so a config-only archive completes the image. That has the speed of
 * import and the fidelity of load, and needs no length beforehand.
 */
export function layerFirstSink(client: DockerClient, carrier: string): EngineSink {
  return {
    async store({ openLayer, configFor }: ImageContent): Promise<UnnamedImage> {
      const layer = openLayer();
      try {
        const imported = await client.importImage(layer.stream, carrier);
        const digest = layer.digest();
        const info = await client.inspectImage(imported);
        if (info?.layers.length !== 1 || info.layers[0] !== digest) throw damaged(digest, info?.layers ?? []);
        const config = await configFor(digest);
        await client.loadImage(configArchive(config.bytes)).catch(async (error: unknown) => {
          // Without the carrier the layer has gone, too.
          const isThere = await client.inspectImage(carrier).catch(() => true);
          throw isThere === undefined ? removedMeanwhile(error) : error;
        });
        return { id: config.imageId, layer: digest };
      } catch (error) {
        // An engine that has all of the layer finishes the import even where nobody waits for it any more.
        if (layer.isComplete()) await removeWhenThere(client, carrier);
        throw error;
      } finally {
        await client.removeImage(carrier);
      }
    },
  };
}

function damaged(sent: Digest, stored: readonly Digest[]): SkinnywhaleError {
  return new SkinnywhaleError(
    'ENGINE',
    `the engine stored another layer (${stored.join(', ') || 'none'}) than was sent (${sent})`,
    {
      hint: 'Nothing was tagged. Try again; look at the log of the engine if it happens again.',
    },
  );
}
