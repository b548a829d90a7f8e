import { baseName } from '../../../model/image-path.ts';
import type { Rule, RuleView, TriggerFile } from '../../engine/rule.ts';
import { directoriesNear } from '../../toolkit/places.ts';

const LIBRARY = /^libgtk-(x11-2\.0|3|4)\.so/;

export const gtk: Rule = {
  name: 'gtk',
  summary: 'loads GTK input methods and print backends',
  default: 1_000_000,
  trigger: { soname: LIBRARY },
  eachFile: true,
  apply: (view, file) => {
    const name = `gtk-${version(file)}`;
    return {
      paths: [`/usr/share/themes/Default/${name}/gtk-keys.css`],
      trees: [...directoriesNear(view, file, name).flatMap((at) => modules(view, at)), `/etc/${name}`],
    };
  },
};

/** Without them a window has plain widgets and some icons are missing. */
export const desktopThemes: Rule = {
  name: 'desktop-themes',
  summary: 'shows icons, pointers and themes of the desktop',
  default: 'off',
  trigger: { soname: /^lib(gtk-(x11-2\.0|3|4)|Qt[56]Widgets)\.so/ },
  packages: /^(adwaita|hicolor|gnome|tango|humanity|ubuntu-mono|yaru).*-theme(s|-full|-gtk)?$|^gnome-themes-.*/,
  apply: () => ({ trees: ['/usr/share/icons', '/usr/share/themes'] }),
};

/** `gtk-3.0`, independent of the library's own name */
function version({ entry, elf }: TriggerFile): string {
  const [, found = '3'] = LIBRARY.exec(elf?.soname ?? baseName(entry.path)) ?? [];
  return found === 'x11-2.0' ? '2.0' : `${found}.0`;
}

function modules(view: RuleView, directory: string): string[] {
  return view
    .names(directory)
    .filter((name) => /^\d/.test(name))
    .map((name) => `${directory}/${name}`);
}
