import { contentLines, type TextFormat } from './text-format.ts';

/** Commands of sqlite3 (`.shell`, `.system`, `.load`, `.read`) and psql (`\\!`, `\\i`) among a script's SQL. */
export const sqlClient: TextFormat = {
  name: 'SQL client script',
  files: /\.(sql|sqlite)$|(^|\/)\.?(sqliterc|psqlrc)$/,
  read: (text, sheet) => {
    for (const line of contentLines(text, /^\s*--/)) {
      const [, word = '', rest = ''] = /^\s*([.\\](?:shell|system|load|read|i|ir|!))\s*(\S.*)$/.exec(line) ?? [];
      const [first = ''] = rest.split(/\s+/);
      if (/^(\.shell|\.system|\\!)$/.test(word)) sheet.add('scripts', rest);
      else if (word === '.load') sheet.add('libraries', first);
      else if (word !== '') sheet.add('beside', first);
      for (const [, library = ''] of line.matchAll(/load_extension\('([^']{1,200})'/gi))
        sheet.add('libraries', library);
    }
  },
};
