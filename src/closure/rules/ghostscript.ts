import { absoluteStrings } from '../../elf/strings.ts';
import type { Rule } from './rule.ts';

/** libgs has its search path compiled in; its fonts and colour profiles may be links to other packages' files. */
export const ghostscript: Rule = {
  name: 'ghostscript',
  summary: 'interprets PostScript and PDF: initialisation files, fonts and colour profiles',
  default: 'on',
  trigger: { soname: /^libgs\.so/ },
  apply: (view, { entry, elf }) => {
    const strings = elf === undefined ? [] : absoluteStrings(view.content.content(entry), elf);
    const versions = strings
      .flatMap((text) => text.split(':'))
      .flatMap((path) => /^(\/.*\/ghostscript\/[\d.]+)\/Resource\/Init\/?$/.exec(path)?.[1] ?? []);
    return {
      trees: [
        ...new Set(
          versions.flatMap((version) => ['Resource', 'iccprofiles', 'lib'].map((part) => `${version}/${part}`)),
        ),
        '/var/lib/ghostscript',
        '/etc/ghostscript',
      ],
    };
  },
};
