import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Engine } from '../fixture/engine.ts';
import { type HomeParent, PARENTS, type ParentName } from './parents.ts';

/** Installs without waiting for the disk, since a machine that stops in between would start again anyway. */
const INSTALL = 'flock /var/cache/apt/archives/shared apt-get install -y -qq -o Dpkg::Options::=--force-unsafe-io';

/**
 * The image of a parent with further packages, made once in an engine's life.
 *
 * @param further Debian packages that a case installs above the parent, in a layer of their own
 * @returns its reference, which names what is in it: `skinnywhale-home/node:1f3a…`
 */
export async function parentImage(engine: Engine, name: ParentName, further: readonly string[] = []): Promise<string> {
  const { docker } = engine;
  const parent: HomeParent = PARENTS[name];
  const base = await engine.baseImage();
  if (further.length > 0) {
    const below = await parentImage(engine, name);
    const reference = imageReference(`${name}-with-${further[0]}`, [parent, further]);
    return installed(engine, { reference, below, parent: { packages: further } });
  }
  if (parent.packages.length === 0) return base;
  if ((await docker.imageSize(base)) === undefined) throw new Error(`there is no ${base}`);
  return installed(engine, { reference: imageReference(name, parent), below: base, parent });
}

/** A name for something that is made from a definition: another definition has another name. */
export function imageReference(name: string, definition: unknown): string {
  const patterns = (_: string, value: unknown): unknown => (value instanceof RegExp ? String(value) : value);
  const hash = createHash('sha256').update(JSON.stringify(definition, patterns)).digest('hex');
  return `skinnywhale-home/${name}:${hash.slice(0, 12)}`;
}

async function installed(
  { docker }: Engine,
  what: { readonly reference: string; readonly below: string; readonly parent: HomeParent },
): Promise<string> {
  const { reference, below, parent } = what;
  if ((await docker.imageSize(reference)) !== undefined) return reference;
  process.stderr.write(`home: making ${reference}\n`);
  const label = ['--label', docker.label];
  const command = ['run', '--detach', '--network=host', ...label, ...aptCache(), below, 'sleep', 'infinity'];
  const container = (await docker.docker(command)).trim();
  try {
    const { packages, withRecommends = [], prepare = '' } = parent;
    await docker.sh(
      container,
      `export DEBIAN_FRONTEND=noninteractive
       clean=/etc/apt/apt.conf.d/docker-clean; rm -f "$clean"
       ls /var/lib/apt/lists | grep -q Packages || apt-get update -qq
       ${packages.length > 0 ? `${INSTALL} --no-install-recommends ${packages.join(' ')}` : ''}
       ${withRecommends.length > 0 ? `${INSTALL} ${withRecommends.join(' ')}` : ''}
       ${aptCache().length > 0 ? '' : 'apt-get clean; rm -rf /var/lib/apt/lists/*'}
       ${prepare}`,
    );
    await docker.docker(['kill', container]);
    await docker.docker(['commit', '--change', 'CMD ["bash"]', container, reference]);
    return reference;
  } finally {
    await docker.remove({ containers: [container] });
  }
}

/** SKINNYWHALE_APT_CACHE names a folder of the engine's machine in which apt's lists and archives stay. */
function aptCache(): string[] {
  const folder = process.env['SKINNYWHALE_APT_CACHE'];
  if (folder === undefined || folder === '') return [];
  return Object.entries({ archives: '/var/cache/apt/archives', lists: '/var/lib/apt/lists' }).flatMap(
    ([name, path]) => {
      mkdirSync(join(folder, name), { recursive: true });
      return ['--volume', `${join(folder, name)}:${path}`];
    },
  );
}
