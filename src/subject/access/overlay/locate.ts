import { createHash } from 'node:crypto';
import { lstat, readFile } from 'node:fs/promises';
import { release, totalmem } from 'node:os';
import { capabilitiesOf } from '../../../engine/capabilities.ts';
import type { ContainerInfo, EngineInfo, EngineMachine, GraphDriver, ImageInfo } from '../../../engine/client.ts';

/** A container's or an image's layers as directories of this machine, uppermost first; or why they can't be read here, for people. */
export type Located = { readonly layers: readonly string[] } | { readonly reason: string };

/** Who asks, and where; for tests. */
export interface ThisMachine {
  readonly platform: string;
  /** undefined where there are no such numbers */
  readonly user: number | undefined;
  readonly kernel: string;
  /** bytes */
  readonly memory: number;
}

/** What the engine says of itself and of a container that is not running, or paused. */
export interface LocateSubject {
  /** `unix:///var/run/docker.sock` */
  readonly endpoint: string;
  readonly engine: EngineInfo;
  readonly container: ContainerInfo;
}

/** The same of an image. */
export interface LocateImage {
  readonly endpoint: string;
  readonly engine: EngineInfo;
  readonly image: ImageInfo;
}

/** A layer's directory below the data root's `overlay2` (moby: daemon/graphdriver/overlay2). */
const LAYER = /^([0-9a-z]+(?:-init)?)\/diff$/;

/**
 * Finds the directories of a container's layers, where they may be read instead of asking the engine for the files: by
 * root, on the engine's own machine, with the overlay2 driver and owners as they are.
 */
export async function locateLayers(subject: LocateSubject, here: ThisMachine = thisMachine()): Promise<Located> {
  const { engine, container } = subject;
  const place = whichDirectories(subject.endpoint, engine, container.graphDriver, here);
  if ('reason' in place) return place;
  if (container.running && !container.paused) return { reason: 'the container is running' };
  const { dataRoot, driver } = place;
  const records = `${dataRoot}/image/overlay2/layerdb/mounts/${container.id}`;
  return await checkFolders(dataRoot, driver, [`${records}/mount-id`, `${records}/init-id`]);
}

/** The same for the layers of an image. */
export async function locateImageLayers(subject: LocateImage, here: ThisMachine = thisMachine()): Promise<Located> {
  const { engine, image } = subject;
  const place = whichDirectories(subject.endpoint, engine, image.graphDriver, here);
  if ('reason' in place) return place;
  const { dataRoot, driver } = place;
  const records = chainIds(image.layers).map((id) => `${dataRoot}/image/overlay2/layerdb/sha256/${id}/cache-id`);
  if (records.length !== driver.lowers.length + 1) return { reason: 'the engine has other folders than layers' };
  return await checkFolders(dataRoot, driver, records.reverse());
}

/** By what a layer is known together with those below it: 64 hex digits each, the lowest first (OCI image-spec, ChainID). */
function chainIds(layers: readonly string[]): string[] {
  const ids: string[] = [];
  for (const layer of layers) {
    const below = ids.at(-1);
    const hex =
      below === undefined
        ? layer.slice('sha256:'.length)
        : createHash('sha256').update(`sha256:${below} ${layer}`).digest('hex');
    ids.push(hex);
  }
  return ids;
}

type Directories = { readonly dataRoot: string; readonly driver: GraphDriver } | { readonly reason: string };

function whichDirectories(
  endpoint: string,
  engine: EngineInfo,
  driver: GraphDriver | undefined,
  here: ThisMachine,
): Directories {
  const { machine } = engine;
  const { kind, namesFolders } = capabilitiesOf(engine);
  if (!namesFolders) return { reason: `${kind} does not say in which folders it keeps the layers` };
  if (machine === undefined) return { reason: 'the engine does not say where it keeps its data' };
  if (driver === undefined) return { reason: 'the engine does not say where it keeps the layers' };
  const reason = whyNotLocal(endpoint, engine, here) ?? whyNotOverlay(driver.name);
  return reason === undefined ? { dataRoot: machine.dataRoot, driver } : { reason };
}

/** Why no layers of this engine can be read here, whichever they are; undefined where nothing speaks against it. */
export function whyNotLocal(
  endpoint: string,
  engine: EngineInfo,
  here: ThisMachine = thisMachine(),
): string | undefined {
  const { machine } = engine;
  if (machine === undefined) return 'the engine does not say where it keeps its data';
  return whyNotHere(endpoint, machine, here) ?? whyNotDriver(engine, machine);
}

function thisMachine(): ThisMachine {
  return { platform: process.platform, user: process.getuid?.(), kernel: release(), memory: totalmem() };
}

/** The socket may lead to another machine (ssh -L), or to a virtual one (Docker Desktop). */
function whyNotHere(endpoint: string, machine: EngineMachine, here: ThisMachine): string | undefined {
  if (here.platform !== 'linux') return `this is ${here.platform}, not Linux`;
  if (!endpoint.startsWith('unix://')) return `the engine is reached over ${endpoint.split(':')[0]}`;
  if (here.user !== 0) return 'only root may read the layers';
  if (machine.kernel !== here.kernel || machine.memory !== here.memory) return 'the engine runs on another machine';
  return undefined;
}

function whyNotOverlay(driver: string): string | undefined {
  return driver === 'overlay2' ? undefined : `the storage driver is ${driver}, not overlay2`;
}

function whyNotDriver(engine: EngineInfo, machine: EngineMachine): string | undefined {
  const { driverStatus, securityOptions } = machine;
  const otherDriver = whyNotOverlay(engine.storage);
  if (otherDriver !== undefined) return otherDriver;
  // Without it, renamed directories and changed modes leave parts of what they mean in lower layers.
  if (driverStatus.get('Native Overlay Diff') !== 'true') return 'the engine does not use native overlay diffs';
  if (driverStatus.get('userxattr') === 'true') return 'the engine marks deletions with user attributes';
  const remapped = securityOptions.find((option) => /^name=(userns|rootless)(,|$)/.test(option));
  return remapped === undefined ? undefined : `the engine shifts the owners of files (${remapped})`;
}

/**
 * The folders have random names, and the engine's own records on this machine have to name the same ones.
 * @param records files that hold the names of the uppermost layers, uppermost first
 */
async function checkFolders(
  dataRoot: string,
  { upper, lowers }: GraphDriver,
  records: readonly string[],
): Promise<Located> {
  const layers = [upper, ...lowers];
  const names: string[] = [];
  for (const layer of layers) {
    const below = `${dataRoot}/overlay2/`;
    const [, name] = layer.startsWith(below) ? (LAYER.exec(layer.slice(below.length)) ?? []) : [];
    if (name === undefined) return { reason: `${layer} is not a layer's directory below ${dataRoot}` };
    names.push(name);
  }
  for (const [index, record] of records.entries()) {
    const found = await readFile(record, 'utf8').catch(() => undefined);
    if (found !== names[index]) return { reason: `the engine's folders are not on this machine: ${record}` };
  }
  for (const layer of layers) {
    const stats = await lstat(layer).catch(() => undefined);
    if (stats?.isDirectory() !== true) return { reason: `${layer} is no directory of this machine` };
  }
  return { layers };
}
