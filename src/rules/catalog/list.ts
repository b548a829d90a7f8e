import type { Rule } from '../engine/rule.ts';
import { gconv, gconvAll } from './c-library/gconv.ts';
import { libgcc } from './c-library/libgcc.ts';
import { locale, locales, translations } from './c-library/locales.ts';
import { loginShells } from './c-library/login-shells.ts';
import { nss } from './c-library/nss.ts';
import { pluginDirectories } from './c-library/plugin-directories.ts';
import { settingsByName } from './c-library/settings.ts';
import { shell } from './c-library/shell.ts';
import { terminfo } from './c-library/terminfo.ts';
import { timeZone, timeZones } from './c-library/time-zones.ts';
import { alsa, alsaPlugins } from './desktop/alsa.ts';
import { fontconfig, fonts } from './desktop/fonts.ts';
import { gdkPixbuf } from './desktop/gdk-pixbuf.ts';
import { gio } from './desktop/gio.ts';
import { gstreamer } from './desktop/gstreamer.ts';
import { desktopThemes, gtk } from './desktop/gtk.ts';
import { opengl } from './desktop/opengl.ts';
import { qt, qtPlugins, qtQml } from './desktop/qt.ts';
import { vulkan } from './desktop/vulkan.ts';
import { x11, x11Input } from './desktop/x11.ts';
import { xkb } from './desktop/xkb.ts';
import { composer } from './languages/composer.ts';
import { erlang } from './languages/erlang.ts';
import { icu } from './languages/icu.ts';
import { java, javaDevelopment } from './languages/java.ts';
import { lua } from './languages/lua.ts';
import { nodeGlobalModules, nodejs, nodeManagers, nodeModules } from './languages/nodejs.ts';
import { octave } from './languages/octave.ts';
import { perl, perlLibrary } from './languages/perl.ts';
import { perlUse } from './languages/perl-use.ts';
import { php, phpLibraries } from './languages/php.ts';
import { python, pythonTools } from './languages/python.ts';
import { rLanguage } from './languages/r-language.ts';
import { ruby } from './languages/ruby.ts';
import { tcl } from './languages/tcl.ts';
import { certificates } from './security/certificates.ts';
import { gnutls, p11Kit } from './security/gnutls.ts';
import { gssapi } from './security/gssapi.ts';
import { kerberos } from './security/kerberos.ts';
import { ldapClient } from './security/ldap-client.ts';
import { openssh } from './security/openssh.ts';
import { openssl } from './security/openssl.ts';
import { pam } from './security/pam.ts';
import { sasl } from './security/sasl.ts';
import { sudo } from './security/sudo.ts';
import { apache } from './servers/apache.ts';
import { dbus } from './servers/dbus.ts';
import { exim, postfix } from './servers/mail-server.ts';
import { mariadb, mariadbClient } from './servers/mariadb.ts';
import { nginx } from './servers/nginx.ts';
import { postgresql, postgresqlClients, postgresqlJit } from './servers/postgresql.ts';
import { redis } from './servers/redis.ts';
import { samba, sambaModules } from './servers/samba.ts';
import { slapd } from './servers/slapd.ts';
import { webContent } from './servers/web-content.ts';
import { gcc, gccExtras } from './tools/gcc.ts';
import { ghostscript, ghostscriptCmaps } from './tools/ghostscript.ts';
import { git, gitExtras, gitTransports } from './tools/git.ts';
import { imagemagick, imagemagickDelegates } from './tools/imagemagick.ts';
import { magic } from './tools/magic.ts';
import { stdbuf } from './tools/stdbuf.ts';
import { tar } from './tools/tar.ts';

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
  icu,
  nodejs,
  nodeModules,
  nodeGlobalModules,
  nodeManagers,
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
  tar,
  stdbuf,
  pluginDirectories,
  settingsByName,
];
