import type { Rule, RuleView, TriggerFile } from '../../engine/rule.ts';

/** Unicode and the Latin alphabets of text files, consoles and Windows: what programs convert to without being asked. */
const COMMON = /^(UTF-(7|16|32)|UNICODE|ISO8859-(1|2|9|15)|CP125[02]|libISOIR165)\.so$/;
const INDEX = /^gconv-modules(\.cache|\.d)?$/;

const SHELL = /(^|\/)bin\/(ba|da|k|z)?sh$/;

/** A module counts only with its index: iconv_open(3) reads gconv-modules.cache or the text. */
export const gconv: Rule = {
  name: 'gconv',
  summary: 'converts the common character sets',
  default: 'on',
  trigger: { imports: ['iconv_open'] },
  packages: /^(libc6(-i386|-x32|-amd64)?|libc-bin|glibc(-.*)?|musl(-utils)?)$/,
  apply: (view, file) => {
    const directory = gconvDirectory(view, file);
    const names = directory === undefined ? [] : view.names(directory);
    const wanted = names.filter((name) => COMMON.test(name) || INDEX.test(name)).map((name) => `${directory}/${name}`);
    return { paths: wanted, trees: directory === undefined ? [] : [`${directory}/gconv-modules.d`] };
  },
};

export const gconvAll: Rule = {
  name: 'gconv-all',
  summary: 'converts all other character sets',
  default: 'off',
  trigger: gconv.trigger,
  eachFile: true,
  per: ({ entry, elf }) => String(elf?.soname === undefined && !SHELL.test(entry.path)),
  apply: (view, file) => {
    // Libraries that can convert, and bash, are in every other image: it takes a program that does.
    if (file.elf?.soname !== undefined || SHELL.test(file.entry.path)) return {};
    const directory = gconvDirectory(view, file);
    return { trees: directory === undefined ? [] : [directory] };
  },
};

function gconvDirectory(view: RuleView, file: TriggerFile): string | undefined {
  return view
    .libraryDirectories(file)
    .map((directory) => `${directory}/gconv`)
    .find((directory) => view.names(directory).length > 0);
}
