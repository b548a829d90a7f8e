import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type SlimOptions, type SlimReport, slim } from '../../../src/index.ts';
import { LABEL } from '../../../src/model/labels.ts';
import { type TarMember, tar } from '../../builders/tar.ts';
import { command } from '../../cli/command.ts';
import type { DockerCli, Outcome } from '../../fixture/docker-cli.ts';
import { type Engine, provideEngine } from '../../fixture/engine.ts';
import { binaryDocker } from './binary-docker.ts';
import { makeShellImage } from './shell-image.ts';
import { type Archive, readArchive, type Tree } from './tree.ts';

/** Options for all runs of a test file: the ways in and out, such as `--source engine --sink load`. */
const WAY = process.env['SKINNYWHALE_TEST_WAY']?.split(' ') ?? [];

/** What `docker inspect` says of an image, as far as the tests look at it. */
export interface InspectedImage {
  readonly Id: string;
  readonly Created: string;
  readonly Author: string;
  readonly Architecture: string;
  readonly Variant?: string;
  readonly Os: string;
  readonly Config: Readonly<Record<string, unknown>> & { readonly Labels: Readonly<Record<string, string>> | null };
  readonly RootFS: { readonly Layers: readonly string[] };
  readonly RepoTags: readonly string[];
  readonly Size: number;
}

/** The config file of an image (OCI image-spec config.md), as far as the tests give one. */
export interface ImageFile {
  readonly architecture: string;
  readonly variant?: string;
  readonly os: string;
  readonly author?: string;
  readonly created?: string;
  readonly config: object;
}

/** An engine, and what one test file makes in it: all of it bears the file's name, and is gone at the end. */
export class Lab implements AsyncDisposable {
  readonly engine: Engine;
  readonly docker: DockerCli;
  /** where the command puts its temporary files */
  readonly folder: string;
  readonly #file: string;
  readonly #images = new Set<string>();
  readonly #containers = new Set<string>();
  #shellImage: Promise<string> | undefined;
  #count = 0;

  constructor(engine: Engine, file: string) {
    this.engine = engine;
    this.docker = engine.docker;
    this.folder = mkdtempSync(join(tmpdir(), 'sw-lab-'));
    this.#file = file;
  }

  /** A name for an image that is not there yet; the image is removed at the end. */
  imageName(): string {
    const name = this.docker.imageName(`${this.#file}-${++this.#count}`);
    this.#images.add(name);
    return name;
  }

  /** A name for a container that is not there yet; the container is removed at the end. */
  containerName(): string {
    const name = `${this.#file}-${++this.#count}-${this.engine.run}`;
    this.#containers.add(name);
    return name;
  }

  /** Has something removed at the end that was given a name elsewhere. */
  owns(what: { readonly image?: string; readonly container?: string }): void {
    if (what.image !== undefined) this.#images.add(what.image);
    if (what.container !== undefined) this.#containers.add(what.container);
  }

  /** An image with a shell and a few programs, made once. */
  shellImage(): Promise<string> {
    const make = async (): Promise<string> => {
      const name = this.imageName();
      await makeShellImage(this.engine, name);
      return name;
    };
    this.#shellImage ??= make();
    return this.#shellImage;
  }

  /** An image of one layer, which holds `members`. */
  async importImage(members: readonly TarMember[], ...changes: readonly string[]): Promise<string> {
    const name = this.imageName();
    const options = changes.flatMap((change) => ['--change', change]);
    await binaryDocker(this.docker, ['import', ...options, '-', name], tar(members));
    return name;
  }

  /** An image of any platform and configuration. */
  async loadImage(file: ImageFile, members: readonly TarMember[]): Promise<string> {
    const name = this.imageName();
    const imported = await this.inspectImage(await this.importImage(members));
    const config = JSON.stringify({ ...file, rootfs: { type: 'layers', diff_ids: imported.RootFS.Layers } });
    const manifest = JSON.stringify([{ Config: 'config.json', RepoTags: [name], Layers: ['layer.tar'] }]);
    const archive = tar([
      { name: 'layer.tar', content: tar(members) },
      { name: 'config.json', content: Buffer.from(config) },
      { name: 'manifest.json', content: Buffer.from(manifest) },
    ]);
    await binaryDocker(this.docker, ['load'], archive);
    return name;
  }

  /** A container that never runs, with files put over those of its image. */
  async containerWith(image: string, members: readonly TarMember[], ...args: readonly string[]): Promise<string> {
    const name = this.containerName();
    await this.docker.docker(['create', ...this.#marks(name), ...args, image, '/none']);
    if (members.length > 0) await binaryDocker(this.docker, ['cp', '-', `${name}:/`], tar(members));
    return name;
  }

  /** A container in which a shell script has run to its end. The script's backslashes are the shell's. */
  async containerAfter(image: string, script: string, ...args: readonly string[]): Promise<string> {
    const name = this.containerName();
    await this.docker.docker(['run', ...this.#marks(name), ...args, image, 'sh', '-euc', script]);
    return name;
  }

  /** A container that runs until it is removed, after a shell script. */
  async runningAfter(image: string, script: string, ...args: readonly string[]): Promise<string> {
    const name = this.containerName();
    await this.docker.docker(['run', '--detach', ...this.#marks(name), ...args, image, 'sleep', 'infinity']);
    await this.docker.sh(name, script);
    return name;
  }

  /**
   * Runs the command on this lab's engine, or on what stands before it: within this process, which is twice as fast as in
   * one of its own, and the same but for the environment and signals.
   */
  async slim(
    args: readonly string[],
    { env = {}, host = this.docker.host }: { env?: Readonly<Record<string, string>>; host?: string } = {},
  ): Promise<Outcome> {
    const slimHere = (options: SlimOptions): Promise<SlimReport> => slim({ ...options, tempDir: this.folder });
    const { code, stdout, stderr } = await command(['--host', host, ...WAY, ...args], { env, slim: slimHere });
    return { exitCode: code, stdout, stderr };
  }

  /** Slims a container under a new name, which has to go well, and gives what is in the image then. */
  async skinny(container: string, ...args: readonly string[]): Promise<Tree> {
    return (await this.skinnyImage(container, ...args)).tree;
  }

  /** As `skinny`, with the name of the image and the command's own words. */
  async skinnyImage(container: string, ...args: readonly string[]): Promise<Outcome & { image: string; tree: Tree }> {
    const image = this.imageName();
    const outcome = await this.slim(['--tag', image, ...args, container]);
    assert.equal(outcome.exitCode, 0, outcome.stderr);
    return { ...outcome, image, tree: await this.treeOf(image) };
  }

  /** The files of an image as a container of it shows them. */
  async treeOf(image: string): Promise<Tree> {
    const container = this.containerName();
    await this.docker.docker(['create', ...this.#marks(container), image, '/none']);
    const { tree } = await this.exported(container);
    await this.docker.remove({ containers: [container] });
    return tree;
  }

  async exported(container: string): Promise<Archive> {
    return readArchive(await binaryDocker(this.docker, ['export', container]));
  }

  /** The only layer of an image, byte for byte as it was sent. */
  async layerOf(image: string): Promise<Archive> {
    const { tree } = readArchive(await binaryDocker(this.docker, ['save', image]));
    const manifest = tree.get('manifest.json')?.content ?? '';
    const [{ Layers: layers }] = JSON.parse(manifest) as [{ Layers: string[] }];
    assert.equal(layers.length, 1);
    const layer = tree.get(layers[0] ?? '');
    assert.ok(layer);
    return readArchive(Buffer.from(layer.content, 'latin1'));
  }

  async inspectImage(image: string): Promise<InspectedImage> {
    const [found] = JSON.parse(await this.docker.docker(['image', 'inspect', image])) as [InspectedImage];
    return found;
  }

  async containerId(container: string): Promise<string> {
    return (await this.docker.docker(['inspect', '--type=container', '--format={{.Id}}', container])).trim();
  }

  async hasImage(image: string): Promise<boolean> {
    return (await this.docker.imageSize(image)) !== undefined;
  }

  /** What runs of the command have left behind and should not have: a line for each. */
  async leftovers(): Promise<string[]> {
    const [containers, parents] = [[...this.#containers], [...this.#images]];
    const ids = new Set(await this.#printed('inspect', '--type=container', '--format={{.Id}}', ...containers));
    const found: string[] = [];
    if (parents.length > 0) {
      // where names have to be told apart, the parent image is read through a container
      const filters = ['label=io.skinnywhale.purpose', ...parents.map((image) => `ancestor=${image}`)];
      found.push(...(await this.#lines('ps', '--all', '--quiet', ...filters.flatMap((text) => ['--filter', text]))));
    }
    await this.docker.remove({ containers, images: parents.reverse() });
    // An image whose name went to a newer one stays without a name, as everywhere in Docker.
    const labelled = await this.#lines('images', '--quiet', '--filter', `label=${LABEL.container}`);
    const format = `--format={{.Id}} {{index .Config.Labels "${LABEL.container}"}}`;
    const made = (await this.#printed('image', 'inspect', format, ...new Set(labelled)))
      .map((line) => line.split(' '))
      .filter(([, container = '']) => ids.has(container));
    await this.docker.remove({ images: made.map(([image = '']) => image) });
    const carriers = async (): Promise<string[]> =>
      this.#lines('images', '--format={{.Repository}}:{{.Tag}}', '--filter', 'reference=skinnywhale-*:*');
    // Another test file may be at it this moment, but none for this long with one image.
    let stale = await carriers();
    for (let waited = 0; stale.length > 0 && waited < 60; waited++) {
      await sleep(500);
      const now = await carriers();
      stale = stale.filter((name) => now.includes(name));
    }
    found.push(...stale);
    found.push(...readdirSync(this.folder).filter((name) => name.startsWith('skinnywhale-')));
    return found;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.docker.remove({ containers: [...this.#containers], images: [...this.#images].reverse() });
    rmSync(this.folder, { recursive: true, force: true });
  }

  #marks(name: string): string[] {
    return ['--name', name, '--label', `skinnywhale.test=${this.engine.run}`, '--network=none'];
  }

  /** The lines that a command prints about those of its operands that are there. */
  async #printed(...args: readonly string[]): Promise<string[]> {
    return lines((await this.docker.attempt(args)).stdout);
  }

  async #lines(...args: readonly string[]): Promise<string[]> {
    return lines(await this.docker.docker(args));
  }
}

/** The lines of what a command printed. */
export function lines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}

/** The lab of a test file. Its last test has to be {@link nothingIsLeft}. @param file `[a-z]+`, unlike other files' */
export async function openLab(file: string): Promise<Lab> {
  const engine = await provideEngine();
  // The same file may run at the same time for several ways.
  const way = WAY.join('').replace(/[^a-z]+/g, '-');
  const lab = new Lab(engine, `${file}${way}`);
  after(async () => {
    await lab[Symbol.asyncDispose]();
    await engine[Symbol.asyncDispose]();
  });
  return lab;
}

/** Declares the test that no run of this file has left anything behind. */
export function nothingIsLeft(lab: Lab): void {
  test('nothing is left behind', async () => assert.deepEqual(await lab.leftovers(), []));
}
