import type { HistoryStep } from '../../image/config-document.ts';
import type { BuiltImage } from './image-here.ts';

/** What is below the user's first instruction, as the history tells. */
export interface HistoryBase {
  /** 0 for an image that was begun with nothing */
  readonly layers: number;
  /** where the builder has written it down */
  readonly name: string | undefined;
}

/**
 * The layers that were there before the user's first instruction. Buildah notes each FROM; else it is
 * what brought a distribution's files, which is the first layer of most images, with what its makers did to it before they
 * said which shell it starts. Runtimes on top of that count as the user's: where they end, a history does not say.
 *
 * undefined where that can't be told, and where nothing would be left above it.
 */
export function baseFromHistory({ history, layers }: Pick<BuiltImage, 'history' | 'layers'>): HistoryBase | undefined {
  const told = history.filter(({ hasLayer }) => hasLayer).length;
  // Some builders note nothing of what was there before; none forgets what it does itself.
  const untold = layers.length - told;
  if (history.length === 0 || untold < 0) return undefined;
  const found = notedBase(history) ?? (untold > 0 ? { steps: 0, name: undefined } : firstLayer(history));
  if (found === undefined) return undefined;
  const below = untold + history.slice(0, found.steps).filter(({ hasLayer }) => hasLayer).length;
  return below < layers.length ? { layers: below, name: found.name } : undefined;
}

interface Found {
  /** how many of the steps come before the user's first one */
  readonly steps: number;
  readonly name: string | undefined;
}

/** Buildah and Podman write `FROM <name>` beside the first step after it; of a stage the name is an id. */
function notedBase(history: readonly HistoryStep[]): Found | undefined {
  for (let steps = history.length - 1; steps >= 0; steps--) {
    const name = /^FROM\s+(\S+)$/.exec(history[steps]?.comment?.trim() ?? '')?.[1];
    if (name === undefined || /^(?:sha256:)?[0-9a-f]{12,64}$/.test(name)) continue;
    return { steps, name: name === 'scratch' ? undefined : name };
  }
  return undefined;
}

function firstLayer(history: readonly HistoryStep[]): Found | undefined {
  const first = history.findIndex(({ hasLayer }) => hasLayer);
  const step = history[first];
  if (step === undefined) return undefined;
  if (isBazel(step)) return { steps: countWhile(history, isBazel), name: undefined };
  if (isRoot(step)) return { steps: endOfDistribution(history, first), name: undefined };
  // What is copied elsewhere is the user's own already; of a program that was run, the image it ran in is not told.
  return /^(?:ADD|COPY)\b/.test(instruction(step)) ? { steps: first, name: undefined } : undefined;
}

/** Those who make distributions' images need at most so many steps after the files (ubuntu until 20.04: three). */
const MOST_STEPS_AFTER = 5;

/** Up to the step that says which shell is started, if that comes soon; else right after the files. */
function endOfDistribution(history: readonly HistoryStep[], first: number): number {
  const last = first + 1 + MOST_STEPS_AFTER;
  const command = history.findIndex((step, at) => at > first && /^(?:CMD|ENTRYPOINT)\b/.test(instruction(step)));
  const isShell = /^CMD \[?"?(?:\/(?:usr\/)?bin\/)?(?:ba|da|a)?sh"?\]?$/.test(instruction(history[command]));
  return isShell && command <= last ? command + 1 : first + 1;
}

/** An instruction without what builders put around it. */
function instruction(step: HistoryStep | undefined): string {
  return (step?.createdBy ?? '')
    .replace(/^\/bin\/sh -c #\(nop\)\s*/, '')
    .replace(/# buildkit$/, '')
    .trim();
}

/** Whether a step brings a whole file system. */
function isRoot(step: HistoryStep): boolean {
  const text = instruction(step);
  // `docker import`; what --squash has put together begins with `merge`
  if (text === '') return !/^merge\b/.test(step.comment ?? '');
  return CLASSIC_ROOT.test(text) || BUILDKIT_ROOT.test(text) || ROOT_MAKERS.test(text);
}

/** What was unpacked to the root, or a folder that was copied there; a single file would be `COPY file:`. */
const CLASSIC_ROOT = /^(?:ADD (?:file|dir|multi)|COPY (?:dir|multi)):[0-9a-f]+ in \/$/;
/** An archive that was unpacked to the root, or a folder whose name says that it is one. */
const BUILDKIT_ROOT =
  /^(?:ADD \S+\.(?:tar(?:\.\w+)?|t[gx]z)|(?:ADD|COPY) (?:[./]{1,2}|\S*(?:root|chroot|mnt|install|output?|dist)\S*)) \/$/i;

/** debuerreotype, mmdebstrap, KIWI (openSUSE, Fedora), apko (Wolfi, Chainguard), Azure Linux' and Photon's own. */
const ROOT_MAKERS = /^(?:# debian\.sh\b|(?:\S*\/)?(?:mm)?debootstrap\b|mmdebstrap\b|KIWI\b|apko\b)/i;

/** Distroless images are built by Bazel; what is put on top of them by a Dockerfile is not. */
function isBazel({ createdBy }: HistoryStep): boolean {
  return /^bazel build\b/.test(createdBy);
}

function countWhile<T>(items: readonly T[], is: (item: T) => boolean): number {
  const end = items.findIndex((item) => !is(item));
  return end < 0 ? items.length : end;
}
