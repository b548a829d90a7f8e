import { debianTree } from '../../debian/debian-tree.ts';
import { DESKTOP } from '../../debian/systems.ts';
import { once, testOptionalRules, testRules } from './rule-case.ts';

const LIB = '/usr/lib/x86_64-linux-gnu';

const system = once(() => debianTree(DESKTOP));

testRules(system, [
  {
    rule: 'gio',
    seed: '/usr/bin/gio',
    keeps: [
      `${LIB}/gio/modules/libgiognutls.so`,
      `${LIB}/gio/modules/giomodule.cache`,
      '/usr/share/glib-2.0/schemas/gschemas.compiled',
      '/usr/share/mime/mime.cache',
    ],
    leaves: ['/usr/share/mime/packages/freedesktop.org.xml'],
  },
  {
    rule: 'gdk-pixbuf',
    seed: '/usr/bin/gdk-pixbuf-csource',
    keeps: [
      `${LIB}/gdk-pixbuf-2.0/2.10.0/loaders.cache`,
      `${LIB}/gdk-pixbuf-2.0/2.10.0/loaders/libpixbufloader-gif.so`,
    ],
    leaves: [`${LIB}/gdk-pixbuf-2.0/gdk-pixbuf-query-loaders`],
  },
  {
    rule: 'gtk',
    seed: '/usr/bin/gtk-launch',
    keeps: [`${LIB}/gtk-3.0/3.0.0/immodules.cache`, `${LIB}/gtk-3.0/3.0.0/immodules/im-xim.so`],
    leaves: [`${LIB}/gtk-4.0/4.0.0/printbackends/libprintbackend-file.so`],
  },
  {
    rule: 'gtk',
    seed: '/usr/bin/gtk4-launch',
    keeps: [`${LIB}/gtk-4.0/4.0.0/printbackends/libprintbackend-file.so`],
  },
  {
    rule: 'qt',
    seed: `${LIB}/libQt5Gui.so.5`,
    keeps: [`${LIB}/qt5/plugins/platforms/libqxcb.so`, `${LIB}/qt5/plugins/platforms/libqoffscreen.so`],
    leaves: [`${LIB}/qt5/plugins/sqldrivers/libqsqlite.so`, `${LIB}/qt6/plugins/platforms/libqxcb.so`],
  },
  { rule: 'qt', seed: `${LIB}/libQt5Sql.so.5`, keeps: [`${LIB}/qt5/plugins/sqldrivers/libqsqlite.so`] },
  { rule: 'qt', seed: `${LIB}/libQt6Gui.so.6`, keeps: [`${LIB}/qt6/plugins/platforms/libqxcb.so`] },
  {
    rule: 'gstreamer',
    seed: '/usr/bin/gst-inspect-1.0',
    keeps: [`${LIB}/gstreamer-1.0/libgstcoreelements.so`, `${LIB}/gstreamer1.0/gstreamer-1.0/gst-plugin-scanner`],
  },
  {
    rule: 'alsa',
    seed: '/usr/bin/aplay',
    keeps: ['/usr/share/alsa/alsa.conf', '/usr/share/alsa/pcm/default.conf', '/etc/alsa/conf.d'],
  },
  { rule: 'ldap-client', seed: `${LIB}/libldap-2.5.so.0`, keeps: ['/etc/ldap/ldap.conf'] },
  { rule: 'x11', seed: `${LIB}/libX11.so.6`, keeps: ['/usr/share/X11/XErrorDB', '/usr/share/X11/locale/locale.dir'] },
  {
    rule: 'xkb',
    seed: '/usr/bin/xkbcli',
    keeps: ['/usr/share/X11/xkb/rules/evdev', '/usr/share/X11/xkb/symbols/us'],
    leaves: ['/usr/share/X11/xkb/geometry/pc'],
  },
  {
    rule: 'ghostscript',
    seed: '/usr/bin/gs',
    keeps: [
      '/usr/share/ghostscript/10.00.0/Resource/Init/gs_init.ps',
      '/usr/share/color/icc/ghostscript/srgb.icc',
      '/usr/share/fonts/type1/urw-base35/NimbusSans-Regular.t1',
    ],
    leaves: ['/usr/share/poppler/cMap/Adobe-CNS1/UniCNS-UCS2-H'],
    without: ['fonts', 'fontconfig'],
  },
  { rule: 'exim', seed: '/usr/sbin/exim4', keeps: ['/etc/exim4/exim4.conf.template', '/var/spool/exim4'] },
  { rule: 'samba', seed: `${LIB}/libsmbconf.so.0`, keeps: ['/etc/samba/smb.conf'] },
  {
    rule: 'samba-modules',
    seed: '/usr/sbin/smbd',
    keeps: [`${LIB}/samba/gensec/krb5.so`, '/var/lib/samba'],
  },
  // Debian's policy.xml denies PostScript and PDF, and so their program.
  { rule: 'imagemagick-delegates', seed: '/usr/bin/convert', keeps: ['/usr/bin/mv'] },
]);

testOptionalRules(system, [
  {
    rule: 'opengl',
    seed: `${LIB}/libGLX.so.0`,
    keeps: [`${LIB}/dri/swrast_dri.so`, `${LIB}/libGLX_mesa.so.0`, `${LIB}/libEGL_mesa.so.0`, '/usr/share/drirc.d'],
  },
  {
    rule: 'vulkan',
    seed: `${LIB}/libvulkan.so.1`,
    keeps: ['/usr/share/vulkan/icd.d/lvp_icd.x86_64.json', `${LIB}/libvulkan_lvp.so`],
  },
  { rule: 'ghostscript-cmaps', seed: '/usr/bin/gs', keeps: ['/usr/share/poppler/cMap/Adobe-CNS1/UniCNS-UCS2-H'] },
  { rule: 'alsa-plugins', seed: '/usr/bin/aplay', keeps: [`${LIB}/alsa-lib/libasound_module_pcm_pulse.so`] },
  { rule: 'desktop-themes', seed: '/usr/bin/gtk-launch', keeps: ['/usr/share/icons/hicolor/index.theme'] },
  { rule: 'x11-input', seed: `${LIB}/libX11.so.6`, keeps: ['/usr/share/X11/locale/en_US.UTF-8/Compose'] },
  { rule: 'qt-plugins', seed: `${LIB}/libQt5Gui.so.5`, keeps: [`${LIB}/qt5/plugins/sqldrivers/libqsqlite.so`] },
]);
