import type { ContainerInfo, Engine, ImageInfo } from '../../../engine/client.ts';
import { FileTree } from '../../../filesystem/file-tree.ts';
import { changeLayer, unchanged } from '../../change-layer.ts';
import type { Snapshot } from '../../snapshot.ts';
import type { Unchanged } from '../../subject.ts';
import { containerNames, type HeaderStyle, headerStyle, IMAGE_STYLE, strangeAccounts } from '../owner-names.ts';
import { type ChangeStack, changedPaths } from './changed-paths.ts';
import { LayerFiles } from './layer-files.ts';
import { type Located, locateImageLayers, locateLayers } from './locate.ts';
import { OverlayContent } from './overlay-content.ts';
import { OverlayEntry } from './overlay-entry.ts';
import { OverlayIndex } from './overlay-index.ts';
import { loadXattrReader } from './xattr.ts';

/** Why files can't be read in an engine's folders, for people. */
export interface NotHere {
  readonly reason: string;
}

export interface OverlayContainer {
  readonly engine: Engine;
  /** not running, or paused until the snapshot is disposed of */
  readonly container: ContainerInfo;
  /** how many of its image's layers belong to the change layer, the uppermost ones; default: none */
  readonly above?: number | undefined;
}

/** Where the engine's own layer for /etc/hosts and its like stands in a container's stack. */
const INIT = 1;

/**
 * Reads a container's files where the engine keeps them, without asking it for any: what is not looked at costs nothing.
 * Where that can't be done it says why; then the engine has to be asked.
 */
export async function readOverlay(options: OverlayContainer): Promise<Snapshot | Unchanged | NotHere> {
  const { engine, container, above = 0 } = options;
  const { mountTargets } = container;
  const located = await locateLayers({ endpoint: engine.client.endpoint, engine: engine.info, container });
  const stack: ChangeStack =
    above === 0 ? { above: [0], below: INIT } : { above: [0, ...numbers(INIT + 1, above)], below: INIT + 1 + above };
  const style = headerStyle(engine.info.version);
  return await readStack(located, stack, { style, mountTargets, than: 'its image', own: INIT + 1 });
}

export interface OverlayImage {
  readonly engine: Engine;
  readonly image: ImageInfo;
  /** how many of its layers belong to the change layer, the uppermost ones; 0: there is no such layer */
  readonly above: number;
}

/** The same for an image. */
export async function readImageOverlay({
  engine,
  image,
  above,
}: OverlayImage): Promise<Snapshot | Unchanged | NotHere> {
  const located = await locateImageLayers({ endpoint: engine.client.endpoint, engine: engine.info, image });
  const stack = { above: numbers(0, above), below: above };
  return await readStack(located, stack, { style: IMAGE_STYLE, mountTargets: [], than: 'its base', own: 0 });
}

function numbers(from: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => from + index);
}

interface StackOptions {
  readonly style: HeaderStyle;
  readonly mountTargets: readonly string[];
  /** what it lies on, for people */
  readonly than: string;
  /** how many of the uppermost layers are a container's and not its image's */
  readonly own: number;
}

async function readStack(
  located: Located,
  stack: ChangeStack,
  options: StackOptions,
): Promise<Snapshot | Unchanged | NotHere> {
  if ('reason' in located) return located;
  let why = '';
  const xattrs = await loadXattrReader((reason) => {
    why = reason;
  });
  if (xattrs === undefined) return { reason: why };
  const files = new LayerFiles(located.layers, xattrs);
  try {
    const read = readFiles(files, stack, options);
    if (!('tree' in read)) files[Symbol.dispose]();
    return read;
  } catch (error) {
    files[Symbol.dispose]();
    throw error;
  }
}

function readFiles(
  files: LayerFiles,
  stack: ChangeStack,
  { style, mountTargets, than, own }: StackOptions,
): Snapshot | Unchanged | NotHere {
  const tree = new FileTree(new OverlayIndex(files));
  const { paths, isChanged } = changedPaths(files, stack);
  const layer = changeLayer(paths, tree, mountTargets);
  // Where there is no base, there is no change layer.
  if (stack.above.length > 0 && !layer.hasContent) return unchanged(isChanged ? 1 : 0, than);
  const isContainer = own > 0; // an engine exports it, and both ways give the same bytes
  const strange = isContainer && style.ownerNames ? strangeAccounts(tree) : undefined;
  if (strange !== undefined) return { reason: strange };
  const content = new OverlayContent(files, style);
  if (style.ownerNames) content.nameOwners(containerNames(tree, content));
  return {
    source: 'local',
    tree,
    isWhole: false,
    changed: layer.changed,
    content,
    layerOf(path) {
      const entry = tree.get(path);
      return entry instanceof OverlayEntry && entry.place >= own ? files.count - 1 - entry.place : undefined;
    },
    mounts: mountTargets,
    sparse: files.sparse.filter(({ path }) => layer.changed.has(path)),
    transferredBytes: 0,
    temporaryBytes: 0,
    [Symbol.asyncDispose]: async () => {
      content[Symbol.dispose]();
      files[Symbol.dispose]();
    },
  };
}
