import { absoluteStrings } from '../../../elf/strings.ts';
import { baseName } from '../../../model/image-path.ts';
import type { Rule, RuleView, TriggerFile } from '../../engine/rule.ts';

const LIBRARY = /^libgs\.so/;
/** What another package's data is linked into. */
const CMAPS = /^CMap$/;

/** libgs has its search path compiled in; its fonts and colour profiles may be links to other packages' files. */
export const ghostscript: Rule = {
  name: 'ghostscript',
  summary: 'interprets PostScript and PDF: initialisation files, fonts and colour profiles',
  default: 'on',
  trigger: { soname: LIBRARY },
  apply: (view, file) => ({
    trees: [
      ...resources(view, file).filter((path) => !CMAPS.test(baseName(path))),
      ...versions(view, file).flatMap((version) => [`${version}/iccprofiles`, `${version}/lib`]),
      '/var/lib/ghostscript/fonts',
      '/etc/ghostscript',
    ],
  }),
};

export const ghostscriptCmaps: Rule = {
  name: 'ghostscript-cmaps',
  summary: 'interprets Chinese, Japanese and Korean text without fonts of its own',
  default: 'off',
  trigger: { soname: LIBRARY },
  packages: /^poppler-data$/,
  apply: (view, file) => ({ trees: resources(view, file).filter((path) => CMAPS.test(baseName(path))) }),
};

function resources(view: RuleView, file: TriggerFile): string[] {
  return versions(view, file).flatMap((at) => view.names(`${at}/Resource`).map((name) => `${at}/Resource/${name}`));
}

/** `/usr/share/ghostscript/10.00.0` from a list of directories, joined by `:` */
function versions(view: RuleView, { entry, elf }: TriggerFile): string[] {
  const strings = elf === undefined ? [] : absoluteStrings(view.content.content(entry), elf);
  const found = strings
    .flatMap((text) => text.split(':'))
    .flatMap((path) => /^(\/.*\/ghostscript\/[\d.]+)\/Resource\/Init\/?$/.exec(path)?.[1] ?? []);
  return [...new Set(found)];
}
