/**
 * Unpacks an image's files into a folder, to look at what a skinny image holds:
 * `node --import tsx examples/look-inside.ts skinny-jdk /tmp/skinny-jdk`. Devices and other owners' files need root.
 */
import { pipeline } from 'node:stream/promises';
import Docker from 'dockerode';
import { type ExtractOptions, extract } from 'tar-fs';

const [image, folder] = process.argv.slice(2);
if (image === undefined || folder === undefined) throw new Error('usage: look-inside.ts <image> <folder>');

// An image's links are absolute as a rule: they mean something only inside of it. (The option is newer than its types.)
const asFound = { validateSymlinks: false } as ExtractOptions;

const docker = new Docker();
// It is never started, so any command will do.
const container = await docker.createContainer({ Image: image, Cmd: ['true'] });
try {
  await pipeline(await container.export(), extract(folder, asFound));
  console.log(`the files of ${image} are in ${folder}`);
} finally {
  await container.remove();
}
