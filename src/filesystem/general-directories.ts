import type { ImagePath } from '../model/image-path.ts';

const GENERAL =
  /^(|bin|boot|dev|etc|home|lib\w*|media|mnt|opt|proc|root|run|s?bin|srv|sys|tmp|usr|var)$|^usr\/(local\/)?(bin|games|include|lib\w*|libexec|local|sbin|share|src)$|^usr\/local\/etc$|^var\/(cache|lib|log|tmp)$/;

/** Directories of a distribution as a whole: a search path that names one of them does not mean all that is in it. */
export function isGeneralDirectory(path: ImagePath): boolean {
  return GENERAL.test(path);
}

/** What changes while a system runs: a file that names it does not ask for what is there now. */
const CHANGING = /^(dev|proc|sys|run|tmp|var\/(log|run|tmp|lock))(\/|$)/;

/** What lies where a running system puts things. */
export function isChanging(path: ImagePath): boolean {
  return CHANGING.test(path);
}
