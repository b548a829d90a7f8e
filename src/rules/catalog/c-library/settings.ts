import { mentionedTexts, mentionsAny } from '../../../elf/strings.ts';
import { baseName } from '../../../model/image-path.ts';
import type { Rule } from '../../engine/rule.ts';

/** Bytes of what may be settings. */
const LONGEST = 64 * 1024;
/** Bytes of a library that is looked at: what settings make of larger ones is their programs' matter. */
const LARGEST = 1 << 20;
/** Characters of a name that is surely meant: a linker lets it be the end of a longer string (`.odbcinst.ini`). */
const SHORTEST = 6;

/** Files that are everyone's, and those of the system that have rules of their own. */
const GENERAL =
  /^(passwd|group|g?shadow|hosts|hostname|resolv\.conf|fstab|mtab|ld\.so\..*|localtime|timezone|services|protocols)-?$/;

/**
 * Settings whose path a library puts together: `/etc` and `odbcinst.ini`, two strings of it. No package need own such
 * a file, which an administrator wrote.
 */
export const settingsByName: Rule = {
  name: 'settings-by-name',
  summary: 'reads settings in /etc that it names without their directory',
  default: 'on',
  trigger: { soname: /./ },
  eachFile: true,
  apply: (view, { entry, elf }) => {
    const source = view.content.content(entry);
    if (elf === undefined || source.size > LARGEST || !mentionsAny(source, elf, ['/etc\0'])) return {};
    const { path } = view.tree.resolve('/etc');
    const files = view.tree.children(path).filter(({ type, size }) => type === 'file' && size <= LONGEST);
    const names = files.map((file) => baseName(file.path)).filter((name) => isTelling(name));
    const named = mentionedTexts(
      source,
      elf,
      names.map((name) => `${name}\0`),
    );
    return { paths: names.filter((name) => named.has(`${name}\0`)).map((name) => `/etc/${name}`) };
  },
};

function isTelling(name: string): boolean {
  return name.length >= SHORTEST && !GENERAL.test(name);
}
