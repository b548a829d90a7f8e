import type { Search } from './libraries.ts';

/** Where the C library has its locales. */
export const LOCALES = '/usr/lib/locale';

/** `de_DE.UTF-8`, `sr_RS@latin`: a language with its country. */
const LOCALE = /^[a-z]{2,3}_[A-Z]{2}(\.[\w-]{2,16})?(@\w{2,16})?$/;

/** The files of a locale that code sets, of its own or the archive of all (glibc locale/findlocale.c); empty for any other word. */
export function localePaths(name: string, { tree }: Pick<Search, 'tree'>): string[] {
  if (!LOCALE.test(name)) return [];
  for (const directory of localeSpellings(name).map((spelling) => `${LOCALES}/${spelling}`)) {
    const { entry, path } = tree.resolve(directory);
    if (entry?.type === 'directory') return [...tree.descendants(path)].map((below) => `/${below.path}`);
  }
  return [`${LOCALES}/locale-archive`, '/usr/share/locale/locale.alias'];
}

/** `de_DE.UTF-8` lies in `de_DE.utf8` as well: codeset names are normalised (glibc intl/l10nflist.c). */
export function localeSpellings(name: string): string[] {
  const normal = name.replace(
    /\.([\w-]+)/,
    (_, codeset: string) => `.${codeset.replace(/[^A-Za-z0-9]/g, '').toLowerCase()}`,
  );
  return [...new Set([name, normal])];
}
