import { isDocumentation } from '../database/documentation.ts';

/**
 * What compilers, packagers, desktops, shells' completions and init systems read: of a package in a container nothing but
 * those would open it.
 */
const BUILD_TIME =
  /^\/?(usr\/(local\/)?include\/|usr\/share\/(aclocal|applications|apport|appdata|bash-completion|dh-\w+|fish|gdb|gir-1\.0|icons|initramfs-tools|metainfo|menu|mime-info|perl5\/Debian|pixmaps|pkgconfig|polkit-1|reportbug|vala|vim|zsh)\/|(usr\/)?lib\/(([^/]+\/)?(pkgconfig|cmake)|systemd|udev|tmpfiles\.d|sysusers\.d|sysctl\.d|modprobe\.d|modules-load\.d)\/|etc\/(bash_completion\.d|init|apparmor\.d|apport|kernel|network|ufw)\/)|\.(a|la|o|h|hpp|pc|cmti?|cmxa?|mli)$/;

/** Whether a path of a package, as its list has it, is of use when its programs run. */
export function isRunTimePart(text: string): boolean {
  return !BUILD_TIME.test(text) && !isDocumentation(text);
}

/** Whether a path is one that the loader finds libraries at, and so needs nobody to declare them. */
export function isLibraryPath(text: string): boolean {
  return /^\/?(usr\/)?lib(32|64|x32)?\/([^/]+-linux-[^/]+\/)?[^/]+\.so[^/]*$/.test(text);
}

/** Whether a path is where programs lie that are called by a link or by a path: `usr/lib/guile/3.0/bin/guile`. */
export function isProgramPath(path: string): boolean {
  return /(^|\/)s?bin\/[^/]+$/.test(path);
}

/** Whether a path is one that commands are found at: `usr/bin/x`, `sbin/x`. */
export function isCommandPath(text: string): boolean {
  return /^\/?(usr\/(local\/)?)?(s?bin|games)\/[^/]+$/.test(text);
}

/** Whether a directory is for what comes and goes while programs run: it has to be there, and what is in it need not. */
export function isTransient(path: string): boolean {
  return /^(run|tmp|dev|proc|sys|var\/(cache|log|run|lock|tmp|spool|mail|backups))(\/|$)/.test(path);
}

/** Whether a path is code that some interpreter loads: like a library, it needs what its package declares. */
export function isLoadedCode(path: string): boolean {
  return /\.(jar|py|p[ml]|rb|[cm]?js|php|lua|tcl|scm|dll|exe)$/.test(path);
}
