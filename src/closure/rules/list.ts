import { alsa, alsaPlugins } from './alsa.ts';
import { apache } from './apache.ts';
import { dbus } from './dbus.ts';
import { gconv, gconvAll } from './gconv.ts';
import { gdkPixbuf } from './gdk-pixbuf.ts';
import { ghostscript } from './ghostscript.ts';
import { gio } from './gio.ts';
import { gssapi } from './gssapi.ts';
import { gstreamer } from './gstreamer.ts';
import { desktopThemes, gtk } from './gtk.ts';
import { imagemagick, imagemagickDelegates } from './imagemagick.ts';
import { kerberos } from './kerberos.ts';
import { ldapClient } from './ldap-client.ts';
import { libgcc } from './libgcc.ts';
import { exim, postfix } from './mail-server.ts';
import { mariadb, mariadbClient } from './mariadb.ts';
import { nginx } from './nginx.ts';
import { nss } from './nss.ts';
import { opengl } from './opengl.ts';
import { openssh } from './openssh.ts';
import { pam } from './pam.ts';
import { pluginDirectories } from './plugin-directories.ts';
import { postgresql, postgresqlClients, postgresqlJit } from './postgresql.ts';
import { qt, qtPlugins, qtQml } from './qt.ts';
import { redis } from './redis.ts';
import type { Rule } from './rule.ts';
import { samba, sambaModules } from './samba.ts';
import { sasl } from './sasl.ts';
import { shell } from './shell.ts';
import { slapd } from './slapd.ts';
import { sudo } from './sudo.ts';
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
  pam,
  sudo,
  sasl,
  kerberos,
  gssapi,
  ldapClient,
  openssh,
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
  pluginDirectories,
];
