import { mentionsAny } from '../../../elf/strings.ts';
import { environmentValue } from '../../../model/image-config.ts';
import { baseName } from '../../../model/image-path.ts';
import { LOCALES, localeSpellings } from '../../../programs/lookup/locales.ts';
import type { Rule, RuleView } from '../../engine/rule.ts';
import { environmentPaths, namesMatching, treePaths } from '../../toolkit/tree-paths.ts';

const VARIABLES = 'LC_ALL LC_CTYPE LC_COLLATE LC_MESSAGES LC_MONETARY LC_NUMERIC LC_TIME LANG'.split(' ');
const TRIGGER = { imports: ['setlocale', 'newlocale'] };

/** The locales that the image's Env names, and C.UTF-8, which needs files, too (glibc locale/findlocale.c). */
export const locale: Rule = {
  name: 'locale',
  summary: 'sets the locale that LANG or LC_* of the image name',
  default: 'on',
  trigger: TRIGGER,
  apply: (view) => {
    const wanted = ['C.UTF-8', ...localesOf(view)];
    const directories = [LOCALES, ...environmentPaths(view, ['LOCPATH'])].flatMap((at) =>
      wanted.flatMap((name) => localeSpellings(name).map((spelling) => `${at}/${spelling}`)),
    );
    const found = directories.filter((path) => view.exists(path));
    // A locale without a directory of its own is in the archive.
    const needsArchive = wanted.some(
      (name) => !isBuiltIn(name) && !localeSpellings(name).some((spelling) => view.exists(`${LOCALES}/${spelling}`)),
    );
    return {
      paths: [
        ...(needsArchive ? [`${LOCALES}/locale-archive`, '/usr/share/locale/locale.alias'] : []),
        ...found.flatMap((path) => treePaths(view, path)),
      ],
    };
  },
};

export const locales: Rule = {
  name: 'locales',
  summary: 'sets any other locale that is installed',
  default: 'off',
  trigger: TRIGGER,
  packages: /^(locales(-all)?|libc-l10n|glibc-(langpack-.*|locale.*)|musl-locales)$/,
  apply: (view) => {
    const others = namesMatching(view, LOCALES, /^(?!C\.)/);
    return others.length === 0 ? {} : { paths: ['/usr/share/locale/locale.alias'], trees: others };
  },
};

/**
 * Translated messages: of the languages of the image's Env (GNU gettext, dcigettext.c), and for text domains that the
 * program names, in addition to the C library's.
 */
export const translations: Rule = {
  name: 'translations',
  summary: 'translates messages into the language of LANG',
  default: 1_000_000,
  trigger: { imports: ['bindtextdomain', 'textdomain', 'gettext', 'dgettext', 'dcgettext', 'libintl_dcgettext'] },
  eachFile: true,
  apply: (view, { entry, elf }) => {
    const listed = environmentValue(view.run, 'LANGUAGE')?.split(':') ?? [];
    const names = [...listed, ...localesOf(view)].filter((name) => /^[\w.@-]+$/.test(name) && !isBuiltIn(name));
    const languages = names.flatMap((name) => [
      ...localeSpellings(name),
      ...[/[.@].*/, /[_.@].*/].map((end) => name.replace(end, '')),
    ]);
    const catalogues = [...new Set(languages)].flatMap((name) =>
      namesMatching(view, `/usr/share/locale/${name}/LC_MESSAGES`, /\.mo$/),
    );
    const source = view.content.content(entry);
    const isNamed = (domain: string): boolean =>
      domain === 'libc' || (elf !== undefined && mentionsAny(source, elf, [`\0${domain}\0`]));
    return { paths: catalogues.filter((path) => isNamed(baseName(path).slice(0, -'.mo'.length))) };
  },
};

function localesOf({ run }: RuleView): string[] {
  const values = VARIABLES.map((name) => environmentValue(run, name) ?? '');
  return [...new Set(values)].filter((value) => /^[\w.@-]+$/.test(value) && value !== 'C' && value !== 'POSIX');
}

function isBuiltIn(name: string): boolean {
  return /^C\.utf-?8$/i.test(name);
}
