import { readRunConfig } from '../../image/run-config.ts';
import { type Digest, digestFromHex, parseDigest } from '../../model/digest.ts';
import { SkinnywhaleError } from '../../model/errors.ts';
import type { Platform } from '../../model/image-config.ts';
import { defined, type Fields, fields, number, text, textMap, texts } from '../../model/json-fields.ts';
import type {
  ContainerChange,
  ContainerInfo,
  ContainerState,
  EngineInfo,
  EngineMachine,
  GraphDriver,
  HistoryEntry,
  HostSettings,
  ImageInfo,
  ImageSummary,
  LabelledContainer,
} from '../client.ts';
import { requiredText } from './required-text.ts';

/** GET /containers/{id}/json as the part that is used. @throws ENGINE where what identifies a container is missing */
export function containerInfo(answer: unknown): ContainerInfo {
  const container = fields(answer);
  const state = fields(container['State']);
  const mounts = Array.isArray(container['Mounts']) ? container['Mounts'] : [];
  const destinations = mounts.map((mount) => text(fields(mount)['Destination'])).filter((path) => path !== undefined);
  const tmpfs = Object.keys(fields(fields(container['HostConfig'])['Tmpfs']));
  const id = requiredText(container['Id'], 'container id');
  // every later request is made with it
  if (!/^[0-9a-f]{64}$/.test(id)) throw new SkinnywhaleError('ENGINE', 'the engine gave an invalid container id');
  return {
    id,
    name: requiredText(container['Name'], 'container name').replace(/^\//, ''),
    image: digest(container['Image'], 'image of the container'),
    created: text(container['Created']) ?? '',
    running: state['Running'] === true,
    paused: state['Paused'] === true,
    config: readRunConfig(container['Config']),
    mountTargets: [...new Set([...destinations, ...tmpfs])],
    host: hostSettings(container, id),
    ...defined({ graphDriver: graphDriver(container['GraphDriver']) }),
  };
}

function hostSettings(container: ReturnType<typeof fields>, id: string): HostSettings {
  const host = fields(container['HostConfig']);
  const hostname = text(fields(container['Config'])['Hostname']);
  const mounts = (Array.isArray(container['Mounts']) ? container['Mounts'] : []).map((mount) => fields(mount));
  // `--mount type=tmpfs` is among the mounts, `--tmpfs` is not
  const mounted = mounts.flatMap((mount) => (mount['Type'] === 'tmpfs' ? (text(mount['Destination']) ?? []) : []));
  return {
    // in the machine's network it has the machine's name
    hostname:
      hostname === undefined || id.startsWith(hostname) || host['NetworkMode'] === 'host' ? undefined : hostname,
    readOnly: host['ReadonlyRootfs'] === true,
    tmpfs: { ...Object.fromEntries(mounted.map((path) => [path, ''])), ...textMap(host['Tmpfs']) },
    networks: Object.keys(fields(fields(container['NetworkSettings'])['Networks'])),
  };
}

function graphDriver(answer: unknown): GraphDriver | undefined {
  const driver = fields(answer);
  const data = fields(driver['Data']);
  const name = text(driver['Name']);
  const upper = text(data['UpperDir']);
  const lowers = text(data['LowerDir']);
  // An image of one layer has nothing below it; a container always has.
  return name === undefined || upper === undefined ? undefined : { name, upper, lowers: lowers?.split(':') ?? [] };
}

/** `State` of GET /containers/{id}/json. */
export function containerState(answer: unknown): ContainerState {
  const state = fields(fields(answer)['State']);
  // Podman up to 4 calls it Healthcheck
  const health = fields(state['Health'] ?? state['Healthcheck']);
  const status = text(health['Status']);
  const log = Array.isArray(health['Log']) ? fields(health['Log'].at(-1)) : {};
  return {
    running: state['Running'] === true,
    paused: state['Paused'] === true,
    startedAt: text(state['StartedAt']) ?? '',
    exitCode: number(state['ExitCode']) ?? 0,
    oomKilled: state['OOMKilled'] === true,
    pid: number(state['Pid']) ?? 0,
    health: status === 'starting' || status === 'healthy' || status === 'unhealthy' ? status : undefined,
    lastHealthCheck:
      typeof log['ExitCode'] === 'number'
        ? { exitCode: log['ExitCode'], output: text(log['Output']) ?? '' }
        : undefined,
  };
}

/** GET /images/{id}/json as the part that is used. @throws ENGINE where what identifies an image is missing */
export function imageInfo(answer: unknown): ImageInfo {
  const image = fields(answer);
  const layers = texts(fields(image['RootFS'])['Layers']) ?? [];
  return {
    id: digest(image['Id'], 'image id'),
    tags: tags(image),
    digests: (texts(image['RepoDigests']) ?? []).filter((digest) => !digest.startsWith('<none>')),
    created: text(image['Created']) ?? '',
    author: text(image['Author']),
    platform: platform(image),
    config: readRunConfig(image['Config']),
    layers: layers.map((layer) => digest(layer, 'layer digest')),
    size: number(image['Size']) ?? 0,
    ...defined({
      tagged: time(fields(image['Metadata'])['LastTagTime']),
      graphDriver: graphDriver(image['GraphDriver']),
    }),
  };
}

/** `SizeRw` of GET /containers/{id}/json with its sizes. */
export function changedBytes(answer: unknown): number {
  return number(fields(answer)['SizeRw']) ?? 0;
}

/** GET /containers/json as the part that is used. @throws ENGINE on another answer */
export function labelledContainers(answer: unknown): LabelledContainer[] {
  return list(answer, 'containers').map((item) => {
    const container = fields(item);
    const created = number(container['Created']);
    return {
      id: requiredText(container['Id'], 'id of a container'),
      labels: textMap(container['Labels']) ?? {},
      created: created === undefined ? undefined : created * 1000,
    };
  });
}

/** GET /images/json as the part that is used. @throws ENGINE on another answer */
export function imageSummaries(answer: unknown): ImageSummary[] {
  return list(answer, 'images').map((item) => {
    const image = fields(item);
    return { id: digest(image['Id'], 'image id'), tags: tags(image), size: number(image['Size']) ?? 0 };
  });
}

/** GET /images/{id}/history as the part that is used. @throws ENGINE on another answer */
export function imageHistory(answer: unknown): HistoryEntry[] {
  return list(answer, 'history').map((item) => {
    const entry = fields(item);
    return {
      createdBy: text(entry['CreatedBy']) ?? '',
      size: number(entry['Size']) ?? 0,
      comment: text(entry['Comment']) ?? '',
    };
  });
}

function tags(image: Fields): string[] {
  return (texts(image['RepoTags']) ?? []).filter((tag) => tag !== '<none>:<none>');
}

function list(answer: unknown, what: string): unknown[] {
  if (Array.isArray(answer)) return answer;
  throw new SkinnywhaleError('ENGINE', `the engine's answer is not a list of ${what}`);
}

/** Whether GET /containers/{id}/json tells of a container that is being removed. */
export function isRemoved(answer: unknown): boolean {
  const status = text(fields(fields(answer)['State'])['Status']);
  return status === 'removing' || status === 'dead';
}

/** GET /containers/{id}/changes: unsorted, and `null` for a container without changes. @throws ENGINE on another answer */
export function containerChanges(answer: unknown): ContainerChange[] {
  if (answer === null) return [];
  return list(answer, 'changes').map((item) => {
    const change = fields(item);
    const kind = KINDS[change['Kind'] as number];
    if (kind === undefined) throw new SkinnywhaleError('ENGINE', `the engine reports a change of an unknown kind`);
    return { path: requiredText(change['Path'], 'path of a change'), kind };
  });
}

/** By number, as in moby: pkg/archive/changes.go */
const KINDS: readonly (ContainerChange['kind'] | undefined)[] = ['modified', 'added', 'deleted'];

/** GET /version and GET /info as the part that is used. */
export function engineInfo(versionAnswer: unknown, infoAnswer: unknown): EngineInfo {
  const version = fields(versionAnswer);
  const info = fields(infoAnswer);
  const components = Array.isArray(version['Components']) ? version['Components'] : [];
  const status = Array.isArray(info['DriverStatus']) ? info['DriverStatus'] : [];
  return {
    version: text(version['Version']) ?? 'unknown',
    apiVersion: text(version['ApiVersion']) ?? 'unknown',
    storage: text(info['Driver']) ?? 'unknown',
    containerdStore: status.some(
      (row) => Array.isArray(row) && row[0] === 'driver-type' && String(row[1]).startsWith('io.containerd.snapshotter'),
    ),
    podman: components.some((component) => text(fields(component)['Name'])?.startsWith('Podman') === true),
    operatingSystem: text(info['OperatingSystem']) ?? 'unknown',
    ...defined({ time: time(info['SystemTime']), machine: engineMachine(info, status) }),
  };
}

/** Milliseconds since 1970; undefined where it is no time, or the one that stands for none. */
function time(value: unknown): number | undefined {
  const milliseconds = Date.parse(text(value) ?? '');
  return milliseconds > 0 ? milliseconds : undefined;
}

function engineMachine(info: ReturnType<typeof fields>, status: readonly unknown[]): EngineMachine | undefined {
  const dataRoot = text(info['DockerRootDir']);
  if (dataRoot === undefined) return undefined;
  return {
    dataRoot,
    kernel: text(info['KernelVersion']) ?? 'unknown',
    memory: number(info['MemTotal']) ?? 0,
    securityOptions: texts(info['SecurityOptions']) ?? [],
    driverStatus: new Map(status.flatMap((row) => (Array.isArray(row) ? [[String(row[0]), String(row[1])]] : []))),
  };
}

function platform(image: ReturnType<typeof fields>): Platform {
  const variant = text(image['Variant']);
  const osVersion = text(image['OsVersion']);
  return {
    os: text(image['Os']) ?? 'linux',
    architecture: requiredText(image['Architecture'], 'architecture of the image'),
    ...(variant !== undefined && { variant }),
    ...(osVersion !== undefined && { osVersion }),
  };
}

/** A digest; Podman leaves out `sha256:`. @throws ENGINE where it is not one */
export function digest(value: unknown, field: string): Digest {
  const found = requiredText(value, field);
  const parsed = /^[0-9a-f]{64}$/.test(found) ? digestFromHex(found) : parseDigest(found);
  if (parsed === undefined) throw new SkinnywhaleError('ENGINE', `the engine's ${field} is not a digest: ${found}`);
  return parsed;
}
