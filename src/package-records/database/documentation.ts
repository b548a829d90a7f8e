/**
 * What debuerreotype takes out of Debian's own slim images (scripts/.slimify-excludes), and the same of other kinds: no
 * program misses it, so a package is there without it, and is not there for having it.
 */
const DOCUMENTATION =
  /^\/?usr\/share\/(?:doc|doc-base|man|info|locale|lintian|linda|groff|bug|help|gtk-doc|licenses)(?:\/|$)/;

/** True for documentation and translated messages. @param text a path as a package database lists it */
export function isDocumentation(text: string): boolean {
  return DOCUMENTATION.test(text);
}
