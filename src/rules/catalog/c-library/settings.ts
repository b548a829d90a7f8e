import { mentionedTexts } from '../../../elf/strings.ts';
import { baseName } from '../../../model/image-path.ts';
import type { Rule } from '../../engine/rule.ts';

/** Bytes of what may be settings. */
const LONGEST = 64 * 1024;

/** Files that are everyone's, and those of the system that have rules of their own. */
const GENERAL =
  /^(passwd|group|g?shadow|hosts|hostname|resolv\.conf|fstab|mtab|ld\.so\..*|localtime|timezone|services|protocols)-?$/;

/**
 * Settings whose path a library puts together: `/etc` and `odbcinst.ini`, two whole strings of it. No package need own such
 * a file, which an administrator wrote.
 */
export const settingsByName: Rule = {
  name: 'settings-by-name',
  summary: 'reads settings in /etc that it names without their directory',
  default: 'on',
  trigger: { contains: ['\0/etc\0'] },
  eachFile: true,
  apply: (view, { entry, elf }) => {
    if (elf === undefined) return {};
    const { path } = view.tree.resolve('/etc');
    const files = view.tree.children(path).filter(({ type, size }) => type === 'file' && size <= LONGEST);
    const texts = new Map(files.map((file) => [`\0${baseName(file.path)}\0`, `/${file.path}`]));
    const named = mentionedTexts(view.content.content(entry), elf, [...texts.keys()]);
    const paths = [...named].flatMap((text) => texts.get(text) ?? []);
    return { paths: paths.filter((one) => !GENERAL.test(baseName(one))) };
  },
};
