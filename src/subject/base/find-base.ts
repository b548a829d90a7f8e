import { isSameName } from '../../model/complete-name.ts';
import { SkinnywhaleError } from '../../model/errors.ts';
import type { Base } from '../subject.ts';
import { isBuildStage } from './build-stage.ts';
import { baseFromHistory } from './history-base.ts';
import { type BuiltImage, type ImageHere, isBelow } from './image-here.ts';

/** Labels that tell an image's base (OCI image-spec annotations.md). */
const BASE_LABELS = ['org.opencontainers.image.base.digest', 'org.opencontainers.image.base.name'] as const;

/**
 * What an image was built on: what the caller says; what the image's labels name, if that is here; another image here that
 * has its lowest layers, the one with most of them; what the history tells; nothing that is known.
 *
 * @param here other images; the image itself may be among them
 * @param wanted a name, an id or the beginning of one, or `none`
 * @throws USAGE where what is wanted is not here, or is no base of the image
 */
export function findBase(image: BuiltImage, here: readonly ImageHere[], wanted?: string): Base {
  if (wanted === 'none') return noBase(image);
  if (wanted !== undefined) return baseAt(wantedBase(image, here, wanted), 'option');
  const below = here.filter((other) => isBelow(other, image));
  const labelled = labelledBase(image, below);
  if (labelled !== undefined) return baseAt(labelled, 'label');
  const built = below.filter(
    (other) =>
      !isBuildStage(
        other,
        image,
        below.filter((lower) => isBelow(lower, other)),
      ),
  );
  const [longest] = built.sort(byLayers);
  if (longest !== undefined) return baseAt(longest, 'layers');
  const told = baseFromHistory(image);
  if (told === undefined) return noBase(image);
  return { evidence: 'history', id: undefined, name: told.name, layers: told.layers };
}

function noBase({ layers }: BuiltImage): Base {
  return { evidence: 'none', id: undefined, name: undefined, layers: layers.length };
}

function baseAt({ id, tags, digests, layers }: ImageHere, evidence: Base['evidence']): Base {
  return { evidence, id, name: tags[0] ?? digests[0], layers: layers.length };
}

function wantedBase(image: BuiltImage, here: readonly ImageHere[], wanted: string): ImageHere {
  const [named, ...others] = here.filter((other) => isCalled(other, wanted));
  if (named === undefined) {
    throw new SkinnywhaleError('USAGE', `there is no image ${wanted} here to be the base`, {
      hint: 'Pull it first, give the id of an image that is here, or say --base none.',
    });
  }
  if (others.length > 0) throw new SkinnywhaleError('USAGE', `${wanted} is the beginning of several images' ids`);
  if (isBelow(named, image)) return named;
  throw new SkinnywhaleError('USAGE', `${wanted} is no base of the image: it has other layers, or all of them`, {
    hint: 'A newer image may have the same name by now. Leave --base out, or say --base none.',
  });
}

/** By a name, by a digest with or without a name, or by an id or at least 4 digits of it. */
function isCalled({ id, tags, digests }: ImageHere, text: string): boolean {
  if (id === text || tags.some((tag) => isSameName(tag, text))) return true;
  if (digests.some((digest) => digest === text || digest.endsWith(`@${text}`))) return true;
  return /^[0-9a-f]{4,64}$/.test(text) && id.startsWith(`sha256:${text}`);
}

/** A label that the image has from an image between it and that base is not its own. */
function labelledBase(image: BuiltImage, below: readonly ImageHere[]): ImageHere | undefined {
  for (const label of BASE_LABELS) {
    const value = image.config.Labels?.[label];
    if (value === undefined) continue;
    const base = below.filter((other) => isCalled(other, value)).sort(byLayers)[0];
    const isInherited = below.some(
      (other) => other.config.Labels?.[label] === value && (base === undefined || isBelow(base, other)),
    );
    if (base !== undefined && !isInherited) return base;
  }
  return undefined;
}

/** Most layers first; of those that have the same, the one that was there before others were made of it. */
function byLayers(a: ImageHere, b: ImageHere): number {
  if (a.layers.length !== b.layers.length) return b.layers.length - a.layers.length;
  if (a.created !== b.created) return a.created < b.created ? -1 : 1;
  return a.id < b.id ? -1 : 1;
}
