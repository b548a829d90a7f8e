import type { Rule, RuleView } from '../../engine/rule.ts';
import { readIncluding } from '../../toolkit/configuration.ts';
import { elementTexts, withoutComments } from '../../toolkit/markup.ts';
import { environmentPaths, treePaths } from '../../toolkit/tree-paths.ts';

/** Image libraries for Node.js and Python (sharp's libvips, skia) have it linked in. */
const TRIGGER = { soname: /^libfontconfig\.so/, contains: ['/etc/fonts'] };

/** fonts.conf and what it includes (fonts-conf(5)), most of it links into /usr/share. */
export const fontconfig: Rule = {
  name: 'fontconfig',
  summary: 'reads how fonts are chosen',
  default: 'on',
  trigger: TRIGGER,
  apply: (view) => ({
    paths: [
      ...settings(view).keys(),
      '/usr/share/fontconfig/conf.avail',
      '/usr/share/xml/fontconfig/fonts.dtd',
      '/var/cache/fontconfig',
    ],
  }),
};

/** The fonts in the directories that fonts.conf names. */
export const fonts: Rule = {
  name: 'fonts',
  summary: 'draws text with the installed fonts',
  default: 5_000_000,
  // Some look for fonts themselves, without fonts.conf.
  trigger: { ...TRIGGER, contains: [...TRIGGER.contains, '/usr/share/fonts'] },
  apply: (view) => {
    const text = withoutComments([...settings(view).values()].join('\n'));
    const directories = elementTexts(text, 'dir').filter((at) => at.startsWith('/'));
    const all = [...directories, '/usr/share/fonts', '/usr/local/share/fonts'];
    return { paths: [...new Set(all)].flatMap((at) => treePaths(view, at)) };
  },
};

function settings(view: RuleView): ReadonlyMap<string, string> {
  const starts = [
    '/etc/fonts/fonts.conf',
    '/usr/local/etc/fonts/fonts.conf',
    ...environmentPaths(view, ['FONTCONFIG_FILE']),
  ];
  return readIncluding(view, starts, (line) => {
    const [included = ''] = elementTexts(line, 'include');
    if (included === '' || included.startsWith('~')) return [];
    return [included.startsWith('/') ? included : `/etc/fonts/${included}`].map((at) => at.replace(/\/$/, ''));
  });
}
