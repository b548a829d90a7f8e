import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { extract } from 'tar-stream';
import { type Digest, digestFromHex } from '../../src/model/digest.ts';
import type { Exchange, Routes } from './fake-engine.ts';

/** A container of the fake engine; the JSON parts are as the engine's API writes them. */
export interface FakeContainer {
  readonly id: string;
  readonly name: string;
  readonly image: Digest;
  running: boolean;
  paused: boolean;
  readonly config: object;
  readonly labels: Readonly<Record<string, string>>;
  /** seconds since 1970 */
  readonly created: number;
  readonly mounts: readonly { readonly Destination: string }[];
  readonly tmpfs: Readonly<Record<string, string>>;
  readonly changes: readonly { readonly Path: string; readonly Kind: number }[] | null;
  /** a tar archive */
  readonly export: Buffer | (() => Readable);
}

export interface FakeImage {
  readonly id: Digest;
  readonly layers: readonly Digest[];
  readonly config: object;
  readonly architecture: string;
  readonly variant?: string;
  readonly os: string;
  readonly created: string;
  readonly author: string;
  /** when it got its last name */
  readonly tagged?: string;
  /** what a container made of it exports */
  readonly export: Buffer | (() => Readable);
}

/** The end of an archive, and so an empty one. */
const EMPTY_TAR = Buffer.alloc(1024);

/** What the fake engine holds; tests fill it before, and look into it afterwards. */
export class FakeEngineState {
  readonly containers: FakeContainer[] = [];
  readonly images = new Map<Digest, FakeImage>();
  /** `repository:tag` to image */
  readonly tags = new Map<string, Digest>();
  /** the id of a loaded image, from its config file: the file's own digest, or a manifest's with containerd's store */
  idOf: (config: Buffer) => Digest = sha256;
  /** the body of every load and import, in their order */
  readonly uploads: { readonly kind: 'load' | 'import'; readonly body: Buffer }[] = [];

  addImage(image: Partial<FakeImage> = {}, ...tags: readonly string[]): FakeImage {
    const id = image.id ?? sha256(Buffer.from(`image ${this.images.size}`));
    const whole: FakeImage = {
      id,
      layers: [sha256(Buffer.from(`layer of ${id}`))],
      config: {},
      architecture: 'amd64',
      os: 'linux',
      created: '2024-01-02T03:04:05Z',
      author: '',
      export: EMPTY_TAR,
      ...image,
    };
    this.images.set(id, whole);
    for (const tag of tags) this.tags.set(tag, id);
    return whole;
  }

  addContainer(container: Partial<FakeContainer> & { readonly image: Digest }): FakeContainer {
    const number = this.containers.length + 1;
    const whole: FakeContainer = {
      id: sha256(Buffer.from(`container ${number}`)).slice('sha256:'.length),
      name: `container-${number}`,
      running: false,
      paused: false,
      config: {},
      labels: {},
      created: 1_700_000_000,
      mounts: [],
      tmpfs: {},
      changes: null,
      export: EMPTY_TAR,
      ...container,
    };
    this.containers.push(whole);
    return whole;
  }

  /** by id, name or a prefix of the id; several where a prefix fits several */
  findContainers(idOrName: string): FakeContainer[] {
    const exact = this.containers.filter(({ id, name }) => id === idOrName || name === idOrName);
    return exact.length > 0 ? exact : this.containers.filter(({ id }) => id.startsWith(idOrName));
  }

  findImage(idOrReference: string): FakeImage | undefined {
    const withTag = idOrReference.includes(':') ? idOrReference : `${idOrReference}:latest`;
    return this.images.get((this.tags.get(withTag) ?? idOrReference) as Digest);
  }

  tagsOf(id: Digest): string[] {
    return [...this.tags].filter(([, image]) => image === id).map(([tag]) => tag);
  }

  /** The routes of an engine that works; give others before them to `startFakeEngine` to override some. */
  routes(): Routes {
    return { ...systemRoutes(), ...containerRoutes(this), ...imageRoutes(this) };
  }
}

function systemRoutes(): Routes {
  return {
    'GET /version': ({ json }) =>
      json(200, { Version: '20.10.24', ApiVersion: '1.41', MinAPIVersion: '1.12', Components: [{ Name: 'Engine' }] }),
    'GET /info': ({ json }) =>
      json(200, { Driver: 'overlay2', DriverStatus: [['Backing Filesystem', 'extfs']], OperatingSystem: 'Fake' }),
  };
}

function containerRoutes(state: FakeEngineState): Routes {
  const withContainer =
    (use: (container: FakeContainer, exchange: Exchange) => void) =>
    (exchange: Exchange): void => {
      const [container, second] = state.findContainers(exchange.name);
      if (container === undefined) exchange.json(404, { message: `No such container: ${exchange.name}` });
      else if (second !== undefined) {
        exchange.json(400, { message: `Multiple IDs found with provided prefix: ${exchange.name}` });
      } else use(container, exchange);
    };
  return {
    'GET /containers/json': ({ json }) =>
      json(
        200,
        state.containers
          .filter(({ labels }) => labels['io.skinnywhale.purpose'] !== undefined)
          .map(({ id, labels, created }) => ({ Id: id, Labels: labels, Created: created })),
      ),
    'GET /containers/*/json': withContainer((container, { json }) => json(200, inspectContainer(container))),
    'GET /containers/*/changes': withContainer((container, { json }) => json(200, container.changes)),
    'GET /containers/*/export': withContainer((container, { response }) => {
      response.writeHead(200, { 'Content-Type': 'application/octet-stream' });
      asReadable(container.export).pipe(response);
    }),
    'POST /containers/*/pause': withContainer((container, { json, response }) => {
      if (!container.running) return json(409, { message: `Container ${container.id} is not running` });
      if (container.paused) return json(409, { message: `Container ${container.id} is already paused` });
      container.paused = true;
      return void response.writeHead(204).end();
    }),
    'POST /containers/*/unpause': withContainer((container, { json, response }) => {
      if (!container.paused) return json(500, { message: `Container ${container.id} is not paused` });
      container.paused = false;
      return void response.writeHead(204).end();
    }),
    'POST /containers/create': async ({ body, json }) => {
      const { Image, ...config } = JSON.parse((await body()).toString('utf8')) as CreateBody;
      const image = state.findImage(Image);
      if (image === undefined) return json(404, { message: `No such image: ${Image}` });
      const container = state.addContainer({
        image: image.id,
        config,
        export: image.export,
        labels: config.Labels ?? {},
      });
      return json(201, { Id: container.id, Warnings: [] });
    },
    'DELETE /containers/*': withContainer((container, { response }) => {
      state.containers.splice(state.containers.indexOf(container), 1);
      response.writeHead(204).end();
    }),
  };
}

function imageRoutes(state: FakeEngineState): Routes {
  return {
    'GET /images/*/json': ({ name, json }) => {
      const image = state.findImage(name);
      if (image === undefined) json(404, { message: `No such image: ${name}` });
      else json(200, inspectImage(image, state.tagsOf(image.id)));
    },
    'GET /images/json': ({ query, json }) => {
      const { label = [], reference = [''] } = JSON.parse(query.get('filters') ?? '{}') as Filters;
      const has = ({ config }: FakeImage, wanted: string): boolean => {
        const labels = (config as { Labels?: Record<string, string> }).Labels ?? {};
        return Object.entries(labels).some(([name, value]) => wanted === `${name}=${value}`);
      };
      const found = [...state.images.values()].filter((image) => label.every((wanted) => has(image, wanted)));
      json(
        200,
        found
          .map(({ id }) => ({ Id: id, RepoTags: state.tagsOf(id) }))
          .filter(({ RepoTags }) =>
            reference.some((one) => one === '' || RepoTags.some((tag) => tag.startsWith(`${one}:`))),
          ),
      );
    },
    'POST /images/load': async ({ body, response }) => {
      const archive = await body();
      state.uploads.push({ kind: 'load', body: archive });
      const lines = (await loadArchive(state, archive)).map((text) => JSON.stringify({ stream: `${text}\n` }));
      response.writeHead(200, { 'Content-Type': 'application/json' }).end(lines.join('\r\n'));
    },
    'POST /images/create': async ({ body, query, response }) => {
      const layer = await body();
      state.uploads.push({ kind: 'import', body: layer });
      const { id } = state.addImage({
        id: sha256(Buffer.concat([layer, Buffer.from('import')])),
        layers: [sha256(layer)],
      });
      const reference = query.get('repo');
      if (reference !== null) state.tags.set(reference, id);
      response.writeHead(200, { 'Content-Type': 'application/json' }).end(`${JSON.stringify({ status: id })}\r\n`);
    },
    'POST /images/*/tag': ({ name, query, json, response }) => {
      const image = state.findImage(name);
      if (image === undefined) return json(404, { message: `No such image: ${name}` });
      state.tags.set(`${query.get('repo')}:${query.get('tag')}`, image.id);
      return void response.writeHead(201).end();
    },
    'DELETE /images/*': ({ name, json }) => {
      const image = state.findImage(name);
      if (image === undefined) return json(404, { message: `No such image: ${name}` });
      if (state.containers.some((container) => container.image === image.id)) {
        return json(409, { message: `conflict: unable to remove ${name}: it is in use` });
      }
      // as in Docker: a reference is untagged, and the image goes with its last tag
      for (const tag of name === image.id ? state.tagsOf(image.id) : [name]) state.tags.delete(tag);
      if (state.tagsOf(image.id).length === 0) state.images.delete(image.id);
      return json(200, [{ Deleted: image.id }]);
    },
  };
}

/** Takes a docker-archive apart as the engine does: the id of an image is the digest of its config file. */
async function loadArchive(state: FakeEngineState, archive: Buffer): Promise<string[]> {
  const files = new Map<string, Buffer>();
  const members = Readable.from([archive]).pipe(extract());
  for await (const member of members) {
    files.set(member.header.name, await buffer(member));
  }
  const file = (name: string): Buffer => files.get(name) ?? failOn(`the archive has no ${name}`);
  const manifest = JSON.parse(file('manifest.json').toString('utf8')) as ManifestItem[];
  return manifest.flatMap((item) => {
    const bytes = file(item.Config);
    const config = JSON.parse(bytes.toString('utf8')) as ConfigFile;
    const found = item.Layers.map((name) => sha256(file(name)));
    if (String(found) !== String(config.rootfs.diff_ids))
      failOn('a layer does not have the digest that the config gives');
    const { id } = state.addImage({
      id: state.idOf(bytes),
      layers: found,
      config: config.config ?? {},
      architecture: config.architecture,
      os: config.os,
      created: config.created ?? '',
      author: config.author ?? '',
      ...(config.variant !== undefined && { variant: config.variant }),
    });
    const tags = item.RepoTags ?? [];
    for (const tag of tags) state.tags.set(tag, id);
    return tags.length > 0 ? tags.map((tag) => `Loaded image: ${tag}`) : [`Loaded image ID: ${id}`];
  });
}

interface CreateBody {
  readonly Image: string;
  readonly Labels?: Readonly<Record<string, string>>;
}

interface Filters {
  readonly label?: readonly string[];
  readonly reference?: readonly string[];
}

interface ManifestItem {
  readonly Config: string;
  readonly RepoTags: readonly string[] | null;
  readonly Layers: readonly string[];
}

interface ConfigFile {
  readonly architecture: string;
  readonly os: string;
  readonly variant?: string;
  readonly created?: string;
  readonly author?: string;
  readonly config?: object;
  readonly rootfs: { readonly diff_ids: readonly string[] };
}

function inspectContainer(container: FakeContainer): object {
  const { id, name, image, config, running, paused, mounts, tmpfs } = container;
  return {
    Id: id,
    Name: `/${name}`,
    Image: image,
    Created: '2024-01-02T03:04:05.678Z',
    State: { Running: running, Paused: paused, Status: paused ? 'paused' : running ? 'running' : 'exited' },
    Config: { Hostname: id.slice(0, 12), Image: image, ...config },
    Mounts: mounts,
    HostConfig: { Tmpfs: tmpfs },
  };
}

function inspectImage(image: FakeImage, tags: readonly string[]): object {
  return {
    Id: image.id,
    RepoTags: tags,
    Created: image.created,
    Author: image.author,
    Architecture: image.architecture,
    Variant: image.variant ?? '',
    Os: image.os,
    Config: image.config,
    RootFS: { Type: 'layers', Layers: image.layers },
    Size: 12_345,
    Metadata: { LastTagTime: image.tagged ?? '0001-01-01T00:00:00Z' },
  };
}

function asReadable(source: Buffer | (() => Readable)): Readable {
  return typeof source === 'function' ? source() : Readable.from([source]);
}

function sha256(bytes: Buffer): Digest {
  return digestFromHex(createHash('sha256').update(bytes).digest('hex'));
}

function failOn(why: string): never {
  throw new Error(why);
}
