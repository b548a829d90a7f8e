import { createHash } from 'node:crypto';
import type { DockerCli } from '../fixture/docker-cli.ts';
import { shell } from './commands.ts';

/** What all that the benchmark leaves on an engine is called by. */
const PREFIX = 'skinnywhale-bench';
/** How packages are installed: as people do it, apt's lists and its index of them removed, its archives not. */
const INSTALL = `export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends $PACKAGES >/dev/null 2>&1
rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin
`;

/** A container, or an image of it, and how it comes to be. */
export interface Recipe {
  /** `[a-z0-9-]+` */
  readonly name: string;
  /** the parent image */
  readonly from: string;
  /** Debian packages, installed first */
  readonly packages?: readonly string[];
  /** a shell script, run as root after that */
  readonly script?: string;
  /** a container whose path is copied, at the end */
  readonly copy?: { readonly container: string; readonly path: string };
}

/**
 * Containers and images that stay on the engine under the names of their recipes, so that the next run has them at once.
 * A recipe that changes gives another name, and what the old one made is removed.
 */
export class CachedContainers {
  readonly #docker: DockerCli;
  readonly #log: (line: string) => void;

  constructor(docker: DockerCli, log: (line: string) => void) {
    this.#docker = docker;
    this.#log = log;
  }

  /** The name of the stopped container. @throws Error with the output of a script that fails */
  async container(recipe: Recipe): Promise<string> {
    const name = nameOf(recipe);
    if ((await this.#docker.attempt(['container', 'inspect', name])).exitCode === 0) return name;
    await this.#removeOthers(recipe);
    await this.#make(recipe, name);
    return name;
  }

  /** The reference of an image of that container, which goes. */
  async image(recipe: Recipe): Promise<string> {
    const name = nameOf(recipe);
    if ((await this.#docker.imageSize(name)) !== undefined) return name;
    await this.#removeOthers(recipe);
    await this.#make(recipe, name);
    await this.imageOf(name);
    await this.#docker.remove({ containers: [name] });
    return name;
  }

  /** An image of a container from here, by its name; the container stays. */
  async imageOf(container: string): Promise<string> {
    if ((await this.#docker.imageSize(container)) === undefined) {
      await this.#docker.docker(['commit', '--change', 'CMD ["bash"]', container, container]);
    }
    return container;
  }

  /** Under another name until it is whole: a run that was interrupted leaves nothing that looks ready. */
  async #make(recipe: Recipe, name: string): Promise<void> {
    const unfinished = `${name}-unfinished`;
    await this.#docker.remove({ containers: [unfinished] });
    this.#log(`making ${name}`);
    const { packages = [], script = 'true', copy } = recipe;
    const proxies = ['http_proxy', 'https_proxy', 'no_proxy'].filter((variable) => process.env[variable] !== undefined);
    const env = [...proxies, `PACKAGES=${packages.join(' ')}`].flatMap((variable) => ['--env', variable]);
    const command = ['bash', '-euc', `${packages.length > 0 ? INSTALL : ''}${script}`];
    await this.#docker.docker(['run', '--name', unfinished, '--network=host', ...env, recipe.from, ...command]);
    if (copy !== undefined) await this.#copy(copy, unfinished);
    await this.#docker.docker(['rename', unfinished, name]);
  }

  async #copy(copy: NonNullable<Recipe['copy']>, to: string): Promise<void> {
    const { host } = this.#docker;
    const script = 'docker --host "$0" cp "$1" - | docker --host "$0" cp - "$2"';
    await shell(script, [host, `${copy.container}:${copy.path}`, `${to}:${copy.path.replace(/[^/]*$/, '')}`]);
  }

  async #removeOthers(recipe: Recipe): Promise<void> {
    const isOther = (name: string): boolean =>
      name.replace(/-[0-9a-f]{8}(-unfinished)?$/, '') === `${PREFIX}-${recipe.name}`;
    const containers = await this.#docker.docker(['ps', '--all', '--format={{.Names}}']);
    const images = await this.#docker.docker(['images', '--format={{.Repository}}']);
    await this.#docker.remove({ containers: containers.split('\n').filter(isOther) });
    await this.#docker.remove({ images: images.split('\n').filter(isOther) });
  }
}

function nameOf(recipe: Recipe): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([recipe, INSTALL]))
    .digest('hex');
  return `${PREFIX}-${recipe.name}-${hash.slice(0, 8)}`;
}
