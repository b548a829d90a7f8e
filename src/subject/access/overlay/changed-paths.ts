import type { ContainerChange } from '../../../engine/client.ts';
import { type ImagePath, joinPath, ROOT } from '../../../model/image-path.ts';
import type { FileFacts, LayerFiles } from './layer-files.ts';
import { MergedLayers, type MergedName } from './merged-layers.ts';

type Changed = Map<ImagePath, ContainerChange['kind']>;

/** What the uppermost layer changes. */
export interface ChangedPaths {
  /** what was added or modified, in path order */
  readonly paths: Changed;
  /** whether anything was: also where something was only deleted */
  readonly isChanged: boolean;
}

/**
 * What the uppermost layer changes of those below it, as the engine's list of changes tells it: moby compares the two
 * merged trees (pkg/archive, ChangesDirs), and what the uppermost layer does not have is the same in both. Sockets, which
 * no export has, are left out, although the directories that hold them count.
 */
export function changedPaths(files: LayerFiles): ChangedPaths {
  const paths: Changed = new Map();
  const isChanged = new Comparison(files, paths).directory(ROOT, { existed: true, isAlone: false });
  return { paths, isChanged };
}

class Comparison {
  readonly #files: LayerFiles;
  readonly #below: MergedLayers;
  readonly #changed: Changed;

  constructor(files: LayerFiles, changed: Changed) {
    this.#files = files;
    this.#below = new MergedLayers(files, 1);
    this.#changed = changed;
  }

  /**
   * Compares what is in a directory of the uppermost layer.
   * @param existed whether it was a directory before
   * @param isAlone whether nothing of lower layers shows in it, as below an opaque directory
   * @returns whether anything in it was added, modified or deleted
   */
  directory(directory: ImagePath, { existed, isAlone }: { existed: boolean; isAlone: boolean }): boolean {
    const before = existed ? this.#below.names(directory) : NOTHING;
    const now = this.#files.names(0, directory);
    const hidesOld = this.#files.isOpaque(0, directory) || isAlone;
    let isChanged = false;
    for (const name of [...now.keys()].sort()) {
      const type = now.get(name);
      const old = before.get(name);
      if (type === 'whiteout' || type === undefined) isChanged ||= old !== undefined;
      else if (this.#compare(joinPath(directory, name), type, { old, isAlone: hidesOld })) isChanged = true;
    }
    return isChanged || (hidesOld && [...before.keys()].some((name) => !now.has(name)));
  }

  #compare(
    path: ImagePath,
    type: FileFacts['type'],
    { old, isAlone }: { old: MergedName | undefined; isAlone: boolean },
  ): boolean {
    const kind = old === undefined ? 'added' : this.#differs(path, old.layer) ? 'modified' : undefined;
    // Set before what is in it, so that paths stand in their order.
    if (type !== 'socket') this.#changed.set(path, kind ?? 'modified');
    const existed = old?.type === 'directory';
    const isChangedBelow = type === 'directory' && this.directory(path, { existed, isAlone });
    if (kind !== undefined || isChangedBelow) return true;
    this.#changed.delete(path);
    return false;
  }

  /** What counts as a change of a file's own; a directory's size and times don't (moby: statDifferent, sameFsTime). */
  #differs(path: ImagePath, oldLayer: number): boolean {
    const now = this.#files.facts(0, path);
    const old = this.#files.facts(oldLayer, path);
    if (now.mode !== old.mode || now.uid !== old.uid || now.gid !== old.gid) return true;
    if (now.device.major !== old.device.major || now.device.minor !== old.device.minor) return true;
    if (now.type === 'directory') return false;
    if (now.size !== old.size || !sameTime(now, old)) return true;
    if (now.type !== 'file') return false;
    const [capabilities, before] = [this.#files.capabilities(0, path), this.#files.capabilities(oldLayer, path)];
    return !(capabilities ?? NO_BYTES).equals(before ?? NO_BYTES);
  }
}

const NOTHING: ReadonlyMap<string, MergedName> = new Map();
const NO_BYTES = Buffer.alloc(0);

/** Archives keep whole seconds: where one side has no more than that, the other side's fraction says nothing. */
function sameTime(a: FileFacts, b: FileFacts): boolean {
  if (a.seconds !== b.seconds) return false;
  return a.nanoseconds === b.nanoseconds || a.nanoseconds === 0 || b.nanoseconds === 0;
}
