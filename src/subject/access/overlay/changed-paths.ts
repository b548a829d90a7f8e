import type { ContainerChange } from '../../../engine/client.ts';
import { type ImagePath, joinPath, ROOT } from '../../../model/image-path.ts';
import type { FileFacts, LayerFiles } from './layer-files.ts';
import { MergedLayers, type MergedName } from './merged-layers.ts';
import { type UpperName, upperNames } from './upper-names.ts';

type Changed = Map<ImagePath, ContainerChange['kind']>;

/** Which layers of a stack change what is below them. */
export interface ChangeStack {
  /** the change layers, uppermost first; a layer that is neither these nor below is nobody's change */
  readonly above: readonly number[];
  /** the first of those below */
  readonly below: number;
}

/** What the change layers change. */
export interface ChangedPaths {
  /** what was added or modified, in path order */
  readonly paths: Changed;
  /** whether anything was: also where something was only deleted */
  readonly isChanged: boolean;
}

/**
 * What the upper layers change of those below them, as the engine's list of changes tells it: moby compares the two
 * merged trees (pkg/archive, ChangesDirs), and what the upper layers do not have is the same in both. Sockets, which no
 * export has, are left out, although the directories that hold them count.
 */
export function changedPaths(files: LayerFiles, { above, below }: ChangeStack): ChangedPaths {
  const paths: Changed = new Map();
  const isChanged =
    above.length > 0 &&
    new Comparison(files, below, paths).directory(ROOT, { existed: true, isAlone: false, layers: above });
  return { paths, isChanged };
}

/** A directory of the upper layers. */
interface UpperDirectory {
  /** whether it was a directory before */
  readonly existed: boolean;
  /** whether nothing of the layers below shows in it, as below an opaque directory */
  readonly isAlone: boolean;
  /** the upper layers that show in it */
  readonly layers: readonly number[];
}

class Comparison {
  readonly #files: LayerFiles;
  readonly #below: MergedLayers;
  readonly #changed: Changed;

  constructor(files: LayerFiles, below: number, changed: Changed) {
    this.#files = files;
    this.#below = new MergedLayers(files, below);
    this.#changed = changed;
  }

  /** Compares what is in a directory of the upper layers. @returns whether anything in it was added, modified or deleted */
  directory(directory: ImagePath, { existed, isAlone, layers }: UpperDirectory): boolean {
    const before = existed ? this.#below.names(directory) : NOTHING;
    const { names: now, isOpaque } = upperNames(this.#files, directory, layers);
    const hidesOld = isOpaque || isAlone;
    let isChanged = false;
    for (const name of [...now.keys()].sort()) {
      const found = now.get(name);
      const old = before.get(name);
      if (found === undefined || found.type === 'whiteout') isChanged ||= old !== undefined;
      else if (this.#compare(joinPath(directory, name), found, { old, isAlone: hidesOld })) isChanged = true;
    }
    return isChanged || (hidesOld && [...before.keys()].some((name) => !now.has(name)));
  }

  #compare(
    path: ImagePath,
    { layer, type, layers, isAlone: coversOld }: UpperName,
    { old, isAlone }: { old: MergedName | undefined; isAlone: boolean },
  ): boolean {
    const kind = old === undefined ? 'added' : this.#differs(path, layer, old.layer) ? 'modified' : undefined;
    // Set before what is in it, so that paths stand in their order.
    if (type !== 'socket') this.#changed.set(path, kind ?? 'modified');
    const existed = old?.type === 'directory';
    const isChangedBelow =
      type === 'directory' && this.directory(path, { existed, isAlone: isAlone || coversOld, layers });
    if (kind !== undefined || isChangedBelow) return true;
    this.#changed.delete(path);
    return false;
  }

  /** What counts as a change of a file's own; a directory's size and times don't (moby: statDifferent, sameFsTime). */
  #differs(path: ImagePath, layer: number, oldLayer: number): boolean {
    const now = this.#files.facts(layer, path);
    const old = this.#files.facts(oldLayer, path);
    if (now.mode !== old.mode || now.uid !== old.uid || now.gid !== old.gid) return true;
    if (now.device.major !== old.device.major || now.device.minor !== old.device.minor) return true;
    if (now.type === 'directory') return false;
    if (now.size !== old.size || !sameTime(now, old)) return true;
    if (now.type !== 'file') return false;
    const [capabilities, before] = [this.#files.capabilities(layer, path), this.#files.capabilities(oldLayer, path)];
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
