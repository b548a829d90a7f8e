import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { bufferSource } from '../../src/elf/byte-source.ts';
import type { StoredLayer } from '../../src/image/image-archive.ts';
import { type Digest, digestFromHex } from '../../src/model/digest.ts';
import type { RunConfig } from '../../src/model/image-config.ts';
import { directory, file, symlink, type TarMember, tar } from './tar.ts';

export function digestOf(bytes: Buffer | string): Digest {
  return digestFromHex(createHash('sha256').update(bytes).digest('hex'));
}

/** A layer as an archive has it: uncompressed, or as it is to be stored. */
export interface BuiltLayer {
  readonly plain: Buffer;
  readonly stored: Buffer;
}

export function plainLayer(...members: readonly TarMember[]): BuiltLayer {
  const plain = tar(members);
  return { plain, stored: plain };
}

export function gzipLayer(...members: readonly TarMember[]): BuiltLayer {
  const plain = tar(members);
  return { plain, stored: gzipSync(plain) };
}

/** Layers for a reader of them, without an archive around them. */
export function storedLayers(...layers: readonly BuiltLayer[]): StoredLayer[] {
  return layers.map(({ plain, stored }, index) => ({
    name: `layer ${index}`,
    bytes: bufferSource(stored),
    digest: undefined,
    diffId: digestOf(plain),
  }));
}

export interface BuiltImage {
  readonly layers: readonly BuiltLayer[];
  readonly references?: readonly string[];
  readonly run?: RunConfig;
  readonly history?: readonly object[];
  /** fields of the config to be others */
  readonly config?: Readonly<Record<string, unknown>>;
}

export function configOf({ layers, run, history = [], config }: BuiltImage): string {
  return JSON.stringify({
    architecture: 'amd64',
    os: 'linux',
    created: '2024-05-06T07:08:09Z',
    config: run ?? { Cmd: ['/bin/app'] },
    history,
    rootfs: { type: 'layers', diff_ids: layers.map(({ plain }) => digestOf(plain)) },
    ...config,
  });
}

/** The members of what `docker save` writes before version 25: a folder a layer, by a number that is no digest. */
export function saveMembers(...images: readonly BuiltImage[]): TarMember[] {
  const members: TarMember[] = [];
  const known = new Map<string, string>();
  const manifest = images.map((image) => {
    const config = configOf(image);
    const configName = `${digestOf(config).slice('sha256:'.length)}.json`;
    members.push(file(configName, config));
    const names = image.layers.map(({ plain, stored }, index) => {
      const id = digestOf(`${config} ${index}`).slice('sha256:'.length);
      const name = `${id}/layer.tar`;
      members.push(directory(id), file(`${id}/VERSION`, '1.0'), file(`${id}/json`, `{"id":"${id}"}`));
      const same = known.get(digestOf(plain));
      members.push(same === undefined ? file(name, stored) : symlink(name, `../${same}`));
      if (same === undefined) known.set(digestOf(plain), name);
      return name;
    });
    return { Config: configName, RepoTags: image.references ?? ['app:1.0'], Layers: names };
  });
  members.push(file('manifest.json', JSON.stringify(manifest)), file('repositories', '{}'));
  return members;
}

/** The members of what it writes since: an OCI layout, with a manifest.json unless that is left out. */
export function layoutMembers(images: readonly BuiltImage[], options: { manifest?: boolean } = {}): TarMember[] {
  const blobs = new Map<string, Buffer>();
  const blob = (bytes: Buffer | string): Digest => {
    const digest = digestOf(bytes);
    blobs.set(`blobs/sha256/${digest.slice('sha256:'.length)}`, Buffer.from(bytes));
    return digest;
  };
  const name = (digest: Digest): string => `blobs/sha256/${digest.slice('sha256:'.length)}`;
  const parts = images.map((image) => {
    const references = image.references ?? ['app:1.0'];
    const config = configOf(image);
    const layers = image.layers.map(({ stored, plain }) => ({
      mediaType: `application/vnd.oci.image.layer.v1.tar${stored === plain ? '' : '+gzip'}`,
      digest: blob(stored),
      size: stored.length,
    }));
    const manifest = JSON.stringify({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: blob(config), size: config.length },
      layers,
    });
    const inIndex = {
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      digest: blob(manifest),
      size: manifest.length,
      annotations: { 'io.containerd.image.name': `docker.io/library/${references[0]}` },
    };
    const inManifest = {
      Config: name(digestOf(config)),
      RepoTags: references,
      Layers: layers.map(({ digest }) => name(digest)),
    };
    return { inIndex, inManifest };
  });
  const index = { schemaVersion: 2, manifests: parts.map(({ inIndex }) => inIndex) };
  return [
    directory('blobs'),
    directory('blobs/sha256'),
    ...[...blobs].map(([path, bytes]) => file(path, bytes)),
    file('index.json', JSON.stringify(index)),
    ...(options.manifest === false
      ? []
      : [file('manifest.json', JSON.stringify(parts.map((part) => part.inManifest)))]),
    file('oci-layout', '{"imageLayoutVersion": "1.0.0"}'),
  ];
}
