import type { FactSheet } from '../facts/facts.ts';

/** Names of GObject namespaces as Python (PyGObject) and GJS import them. */
export function noteTypelibs(text: string, sheet: FactSheet): void {
  if (!/\bgi\b/.test(text)) return;
  for (const [, name, version] of text.matchAll(/require_version\(\s*['"](\w+)['"]\s*,\s*['"]([\w.]+)['"]/g))
    sheet.add('typelibs', `${name}-${version}`);
  for (const [, name, version] of text.matchAll(/gi:\/\/(\w+)(?:\?version=([\w.]+))?/g))
    sheet.add('typelibs', version === undefined ? `${name}` : `${name}-${version}`);
  for (const [, list, line] of text.matchAll(/\bgi\.repository[ \t]+import[ \t]*(?:\(([^)]{0,2000})\)|([^\n]*))/g)) {
    for (const [name] of (list ?? line ?? '').replace(/\bas[ \t]+\w+/g, '').matchAll(/\b[A-Za-z]\w*/g))
      sheet.add('typelibs', name);
  }
  for (const { index } of text.matchAll(/\bimports\.gi\b/g)) {
    const [, name] = /^imports\.gi\.(\w+)/.exec(text.slice(index, index + LONGEST_NAME)) ?? [];
    for (const one of name === undefined ? unpacked(text, index) : [name])
      if (one !== 'versions') sheet.add('typelibs', one);
  }
  for (const [, name, version] of text.matchAll(/\bgi\.versions\.(\w+)\s*=\s*['"]([\w.]+)['"]/g))
    sheet.add('typelibs', `${name}-${version}`);
}

const LONGEST_NAME = 100;
const LONGEST_LIST = 500;

/** The names of `const { Gtk, Gio } = imports.gi`, where the text before an index ends so. */
function unpacked(text: string, index: number): string[] {
  const before = text.slice(Math.max(0, index - LONGEST_LIST), index).trimEnd();
  if (!before.endsWith('=')) return [];
  const list = before.slice(0, -1).trimEnd();
  if (!list.endsWith('}')) return [];
  return list.slice(list.lastIndexOf('{') + 1).match(/\w+/g) ?? [];
}
