import { createReadStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { extract, pack } from 'tar-stream';
import { shell } from '../bench/commands.ts';
import type { DockerCli } from '../fixture/docker-cli.ts';
import type { Engine } from '../fixture/engine.ts';
import { caseImage, configuredParent, fileArchive, isFilesOnly } from './case-image.ts';
import type { HomeCase, Way } from './home-case.ts';
import { runArguments } from './observe.ts';
import { parentImage } from './parent-images.ts';

/**
 * What is given to skinnywhale: `image:REF`, or the id of a container with the same files and configuration, which was
 * never started.
 */
export async function subjectOf(engine: Engine, home: HomeCase, way: Way): Promise<string> {
  const image = await caseImage(engine, home);
  if (way === 'image') return `image:${image}`;
  const { docker } = engine;
  const parent = await parentImage(engine, home.parent);
  const below = way === 'installed' ? await engine.baseImage() : parent;
  const created = way === 'configured' ? await configuredParent(engine, home, parent) : below;
  const { options, command } = runArguments(home, way);
  const create = ['create', '--label', docker.label, ...options, created, ...command];
  const container = (await docker.docker(create)).trim();
  if (isFilesOnly(home)) {
    if (below !== parent) await addLayers(docker, { image: parent, below, container });
    await docker.docker(['cp', '-', `${container}:/`], { stdin: Readable.from([fileArchive(home.files ?? {})]) });
  } else await addLayers(docker, { image, below, container });
  return container;
}

/** Puts what an image's layers have above another image into a container. What they remove stays there. */
async function addLayers(
  docker: DockerCli,
  what: { readonly image: string; readonly below: string; readonly container: string },
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'sw-home-'));
  try {
    await shell('docker --host "$0" save "$1" | tar -x -C "$2"', [docker.host, what.image, folder]);
    const count = await docker.docker(['image', 'inspect', '--format', '{{len .RootFS.Layers}}', what.below]);
    const [saved] = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as [{ readonly Layers: string[] }];
    for (const layer of saved.Layers.slice(Number(count))) {
      const stdin = withoutWhiteouts(createReadStream(join(folder, layer)));
      await docker.docker(['cp', '-', `${what.container}:/`], { stdin });
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A container takes an archive as it is, and would hold the files that stand for a removal in a layer. */
function withoutWhiteouts(layer: Readable): Readable {
  const packed = pack();
  const unpacked = extract();
  unpacked.on('entry', (header, content, next) => {
    if (header.name.split('/').at(-1)?.startsWith('.wh.')) {
      content.resume();
      content.on('end', next);
    } else content.pipe(packed.entry(header, next));
  });
  unpacked.on('finish', () => packed.finalize());
  layer.pipe(unpacked).on('error', (error) => packed.destroy(error));
  return packed.pipe(new PassThrough());
}
