import { HOLE } from '../syntax/syntax.ts';
import { contentLines, type TextFormat } from './text-format.ts';

/** Recipes and `$(shell ...)`; variables that the file gives plain values count (GNU make's manual). */
export const makefile: TextFormat = {
  name: 'Makefile',
  files: /(^|\/)(GNUm|M|m)akefile$|\.mk$/,
  read: (text, sheet) => {
    const values = new Map<string, string>();
    for (const line of contentLines(text, /^\s*#/)) {
      const [, name, value] = /^(?:export\s+)?(\w+)\s*[:?+]?:?=\s*(.*)$/.exec(line) ?? [];
      if (name !== undefined && value !== undefined) values.set(name, value);
      for (const { index } of line.matchAll(/\$\(shell\s/g))
        sheet.add('scripts', expand(inBrackets(line, index + 2).slice(6), values));
      const [, included] = /^(?:-|s)?include\s+(\S.*)$/.exec(line) ?? [];
      for (const one of included?.split(/\s+/) ?? []) {
        const path = expand(one, values);
        if (!path.includes(HOLE)) sheet.add('beside', path);
      }
      // What runs the recipes.
      if (name === 'SHELL' && value !== undefined) sheet.add('lookups', value);
      const [, recipe] = /^\t[@+-]*\s*(\S.*)$/.exec(line) ?? [];
      if (recipe !== undefined) sheet.add('scripts', expand(recipe, values));
      // `target: needed ; command`
      const rule = line.startsWith('\t') ? -1 : line.indexOf(':');
      const semicolon = rule < 0 ? -1 : line.indexOf(';', rule);
      if (semicolon > 0 && !line.slice(0, semicolon).includes('='))
        sheet.add('scripts', expand(line.slice(semicolon + 1), values));
    }
  },
};

function expand(text: string, values: ReadonlyMap<string, string>): string {
  return text
    .replace(/(?<!\$)\$[({](\w+)[)}]/g, (_, name: string) => values.get(name) ?? (name === 'MAKE' ? 'make' : HOLE))
    .replace(/(?<!\$)\$([@<^*?+])/g, HOLE)
    .replaceAll('$$', '$');
}

function inBrackets(text: string, start: number): string {
  let depth = 1;
  for (let at = start; at < text.length; at++) {
    if (text[at] === '(') depth++;
    else if (text[at] === ')' && --depth === 0) return text.slice(start, at);
  }
  return text.slice(start);
}
