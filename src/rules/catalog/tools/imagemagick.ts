import type { Rule, RuleView } from '../../engine/rule.ts';
import { withoutComments } from '../../toolkit/markup.ts';
import { namedDirectories } from '../../toolkit/places.ts';

const LIBRARY = /^lib(MagickCore|GraphicsMagick)-.*\.so|^libGraphicsMagick\.so/;
const OWN = /\/(Image|Graphics)Magick[^/]*(\/|$)/;

/** Which file format is read by which module is in the library's own table; where modules and settings are, in its strings. */
export const imagemagick: Rule = {
  name: 'imagemagick',
  summary: 'reads and writes formats of images by coder modules',
  default: 6_000_000,
  trigger: { soname: LIBRARY },
  eachFile: true,
  apply: (view, file) => {
    const own = namedDirectories(view, file).filter((path) => OWN.test(path) && !path.includes('/doc/'));
    return { paths: own, trees: own.filter((path) => !isAbove(path, own)) };
  },
};

/** The programs that read SVG, video or camera images for it, and PostScript and PDF where policy.xml lets them. */
export const imagemagickDelegates: Rule = {
  name: 'imagemagick-delegates',
  summary: 'converts further formats by the programs that delegates.xml names',
  default: 12_000_000,
  trigger: { soname: LIBRARY },
  eachFile: true,
  apply: (view, file) => {
    const own = namedDirectories(view, file).filter((path) => OWN.test(path));
    const policy = withoutComments(own.map((directory) => view.text(`${directory}/policy.xml`)).join('\n'));
    const names = new Set<string>();
    for (const directory of own) {
      const text = withoutComments(view.text(`${directory}/delegates.xml`));
      for (const [, command = ''] of text.matchAll(/command="(?:&quot;)?([\w./+-]+)/g)) names.add(command);
    }
    if (/rights="none"\s+pattern="(PS|PDF)"/.test(policy)) names.delete('gs');
    return { paths: [...names].flatMap((name) => programPaths(view, name)) };
  },
};

function programPaths(view: RuleView, name: string): string[] {
  if (name.startsWith('/')) return [name];
  return ['/usr/local/bin', '/usr/bin', '/bin']
    .map((directory) => `${directory}/${name}`)
    .filter(view.exists)
    .slice(0, 1);
}

/** The directory of a version holds programs for developers beside modules and settings, which have names of their own. */
function isAbove(path: string, others: readonly string[]): boolean {
  const above = `${path.replace(/\/+/g, '/')}/`;
  return others.some(
    (other) => `${other.replace(/\/+/g, '/')}/` !== above && other.replace(/\/+/g, '/').startsWith(above),
  );
}
