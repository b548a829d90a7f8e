import { baseName } from '../../../model/image-path.ts';
import type { Rule, RuleView, TriggerFile } from '../../engine/rule.ts';
import { directoriesNear } from '../../toolkit/places.ts';

const LIBRARY = /^libQt([56])(\w+)\.so/;

/** The kinds of plugins without which a module of Qt does nothing. Modules that are not here have none of their own. */
const KINDS: Readonly<Record<string, readonly string[]>> = {
  Gui: ['platforms', 'xcbglintegrations', 'platforminputcontexts', 'imageformats'],
  Svg: ['imageformats', 'iconengines'],
  Sql: ['sqldrivers'],
  Network: ['bearer', 'tls', 'networkinformation'],
  PrintSupport: ['printsupport'],
  Multimedia: ['audio', 'mediaservice', 'playlistformats', 'multimedia'],
  Positioning: ['position'],
  WaylandClient: ['wayland-shell-integration', 'wayland-graphics-integration-client', 'wayland-decoration-client'],
};

export const qt: Rule = {
  name: 'qt',
  summary: "loads the plugins without which Qt's libraries do nothing (platforms, SQL drivers, TLS ...)",
  default: 'on',
  trigger: { soname: LIBRARY },
  eachFile: true,
  apply: (view, file) => {
    const { module } = nameOf(file);
    const roots = pluginRoots(view, file);
    // qt.conf beside a program says where the plugins are; this one is the distribution's.
    return { trees: roots.flatMap((root) => (KINDS[module] ?? []).map((kind) => `${root}/${kind}`)) };
  },
};

export const qtPlugins: Rule = {
  name: 'qt-plugins',
  summary: 'loads all other Qt plugins (themes, devices, image formats ...)',
  default: 'off',
  trigger: { soname: /^libQt[56]Gui\.so/ },
  eachFile: true,
  apply: (view, file) => ({ trees: pluginRoots(view, file) }),
};

export const qtQml: Rule = {
  name: 'qt-qml',
  summary: 'loads QML modules',
  default: 8_000_000,
  trigger: { soname: /^libQt[56]Qml\.so/ },
  eachFile: true,
  apply: (view, file) => ({ trees: rootsOf(view, file, 'qml') }),
};

function pluginRoots(view: RuleView, file: TriggerFile): string[] {
  return rootsOf(view, file, 'plugins');
}

/** Distributions use `qt5/plugins`, Arch `qt/plugins`, Qt's own installer `plugins` beside `lib`. */
function rootsOf(view: RuleView, file: TriggerFile, kind: string): string[] {
  const { major } = nameOf(file);
  const places = [`qt${major}/${kind}`, ...(major === '5' ? [`qt/${kind}`] : []), `../${kind}`];
  return places.flatMap((place) => directoriesNear(view, file, place));
}

function nameOf({ entry, elf }: TriggerFile): { major: string; module: string } {
  const [, major = '', module = ''] = LIBRARY.exec(elf?.soname ?? baseName(entry.path)) ?? [];
  return { major, module };
}
