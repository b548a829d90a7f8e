import { alsa, alsaPlugins } from './alsa.ts';
import { apache } from './apache.ts';
import { certificates } from './certificates.ts';
import { composer } from './composer.ts';
import { dbus } from './dbus.ts';
import { erlang } from './erlang.ts';
import { fontconfig, fonts } from './fonts.ts';
import { gcc, gccExtras } from './gcc.ts';
import { gconv, gconvAll } from './gconv.ts';
import { gdkPixbuf } from './gdk-pixbuf.ts';
import { ghostscript, ghostscriptCmaps } from './ghostscript.ts';
import { gio } from './gio.ts';
import { git, gitExtras, gitTransports } from './git.ts';
import { gnutls, p11Kit } from './gnutls.ts';
import { gssapi } from './gssapi.ts';
import { gstreamer } from './gstreamer.ts';
import { desktopThemes, gtk } from './gtk.ts';
import { imagemagick, imagemagickDelegates } from './imagemagick.ts';
import { java, javaDevelopment } from './java.ts';
import { kerberos } from './kerberos.ts';
import { ldapClient } from './ldap-client.ts';
import { libgcc } from './libgcc.ts';
import { locale, locales, translations } from './locales.ts';
import { loginShells } from './login-shells.ts';
import { lua } from './lua.ts';
import { magic } from './magic.ts';
import { exim, postfix } from './mail-server.ts';
import { mariadb, mariadbClient } from './mariadb.ts';
import { nginx } from './nginx.ts';
import { nodeGlobalModules, nodejs, nodeModules } from './nodejs.ts';
import { nss } from './nss.ts';
import { octave } from './octave.ts';
import { opengl } from './opengl.ts';
import { openssh } from './openssh.ts';
import { openssl } from './openssl.ts';
import { pam } from './pam.ts';
import { perl, perlLibrary } from './perl.ts';
import { perlUse } from './perl-use.ts';
import { php, phpLibraries } from './php.ts';
import { pluginDirectories } from './plugin-directories.ts';
import { postgresql, postgresqlClients, postgresqlJit } from './postgresql.ts';
import { python, pythonTools } from './python.ts';
import { qt, qtPlugins, qtQml } from './qt.ts';
import { rLanguage } from './r-language.ts';
import { redis } from './redis.ts';
import { ruby } from './ruby.ts';
import type { Rule } from './rule.ts';
import { samba, sambaModules } from './samba.ts';
import { sasl } from './sasl.ts';
import { shell } from './shell.ts';
import { slapd } from './slapd.ts';
import { sudo } from './sudo.ts';
import { tcl } from './tcl.ts';
import { terminfo } from './terminfo.ts';
import { timeZone, timeZones } from './time-zones.ts';
import { vulkan } from './vulkan.ts';
import { webContent } from './web-content.ts';
import { x11, x11Input } from './x11.ts';
import { xkb } from './xkb.ts';

/** All rules, in the order in which they are applied and listed. */
export const RULES: readonly Rule[] = [
  libgcc,
  nss,
  shell,
  gconv,
  gconvAll,
  locale,
  locales,
  translations,
  timeZone,
  timeZones,
  terminfo,
  magic,
  openssl,
  certificates,
  gnutls,
  p11Kit,
  fontconfig,
  fonts,
  pam,
  sudo,
  sasl,
  kerberos,
  gssapi,
  ldapClient,
  openssh,
  loginShells,
  dbus,
  apache,
  nginx,
  webContent,
  postgresql,
  postgresqlClients,
  postgresqlJit,
  mariadb,
  mariadbClient,
  redis,
  slapd,
  postfix,
  exim,
  samba,
  sambaModules,
  imagemagick,
  imagemagickDelegates,
  ghostscript,
  ghostscriptCmaps,
  gio,
  gdkPixbuf,
  gtk,
  desktopThemes,
  qt,
  qtPlugins,
  qtQml,
  gstreamer,
  alsa,
  alsaPlugins,
  x11,
  x11Input,
  xkb,
  opengl,
  vulkan,
  python,
  pythonTools,
  perlUse,
  perl,
  perlLibrary,
  ruby,
  php,
  phpLibraries,
  composer,
  java,
  javaDevelopment,
  nodejs,
  nodeModules,
  nodeGlobalModules,
  rLanguage,
  octave,
  erlang,
  lua,
  tcl,
  git,
  gitExtras,
  gitTransports,
  gcc,
  gccExtras,
  pluginDirectories,
];
