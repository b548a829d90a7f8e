import { isSameName } from '../model/complete-name.ts';
import { SkinnywhaleError } from '../model/errors.ts';
import type { ListedImage } from './image-archive.ts';

/**
 * The image of an archive that is meant.
 * @param wanted a reference, or `@` and the image's number in the archive from 0; undefined where there is but one
 * @throws USAGE where no image or several match
 */
export function chooseImage(images: readonly ListedImage[], wanted: string | undefined, archive: string): ListedImage {
  const found = wanted === undefined ? images : images.filter((image, number) => isMeant(image, number, wanted));
  const [first, ...more] = found;
  if (first !== undefined && more.length === 0) return first;
  const names = images.map(({ references }, number) => references[0] ?? `@${number}`);
  const hint = names.length === 0 ? undefined : `It has ${names.slice(0, 20).join(', ')}.`;
  const problem =
    first === undefined
      ? `${archive} has no image${wanted === undefined ? '' : ` ${wanted}`}`
      : `${archive} has ${found.length} images${wanted === undefined ? '' : ` ${wanted}`}: say which one is meant`;
  throw new SkinnywhaleError('USAGE', problem, hint === undefined ? {} : { hint });
}

function isMeant({ references }: ListedImage, number: number, wanted: string): boolean {
  if (/^@\d+$/.test(wanted)) return number === Number(wanted.slice(1));
  return references.some((reference) => isSameName(reference, wanted));
}
