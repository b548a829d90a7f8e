import type { ContainerInfo, EngineInfo } from '../../../engine/client.ts';
import { FileTree } from '../../../filesystem/file-tree.ts';
import { changeLayer, nothingToSlim } from '../../change-layer.ts';
import type { Snapshot } from '../../snapshot.ts';
import { changedPaths } from './changed-paths.ts';
import { LayerFiles } from './layer-files.ts';
import { locateLayers } from './locate.ts';
import { OverlayContent } from './overlay-content.ts';
import { OverlayIndex } from './overlay-index.ts';
import { containerNames, headerStyle } from './owner-names.ts';
import { loadXattrReader } from './xattr.ts';

export interface OverlaySourceOptions {
  /** where the engine is: `unix:///var/run/docker.sock` */
  readonly endpoint: string;
  readonly engine: EngineInfo;
  /** not running, or paused until the snapshot is disposed of */
  readonly container: ContainerInfo;
}

/**
 * Reads a container's files where the engine keeps them, without asking it for any: what is not looked at costs nothing.
 * Where that can't be done it says why; then the engine has to be asked.
 * @throws NOTHING_TO_SLIM
 */
export async function readOverlay(options: OverlaySourceOptions): Promise<Snapshot | { readonly reason: string }> {
  const { engine, container } = options;
  const located = await locateLayers(options);
  if ('reason' in located) return located;
  let why = '';
  const xattrs = await loadXattrReader((reason) => {
    why = reason;
  });
  if (xattrs === undefined) return { reason: why };
  const files = new LayerFiles(located.layers, xattrs);
  const tree = new FileTree(new OverlayIndex(files));
  const style = headerStyle(engine.version);
  const { paths, isChanged } = changedPaths(files);
  const layer = changeLayer(paths, tree, container.mountTargets);
  if (!layer.hasContent) throw nothingToSlim(container, isChanged ? 1 : 0);
  const content = new OverlayContent(files, style);
  if (style.ownerNames) content.nameOwners(containerNames(tree, content));
  return {
    source: 'local',
    tree,
    isWhole: false,
    changed: layer.changed,
    content,
    mounts: container.mountTargets,
    transferredBytes: 0,
    temporaryBytes: 0,
    [Symbol.asyncDispose]: async () => content[Symbol.dispose](),
  };
}
