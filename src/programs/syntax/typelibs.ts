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
  for (const [, version, name, list] of text.matchAll(
    /\bimports\.gi\.(versions\.)?(\w+)|\{([^}]{0,500})\}\s*=\s*imports\.gi\b/g,
  )) {
    if (version !== undefined) continue;
    for (const [one] of (name ?? list ?? '').matchAll(/\w+/g)) if (one !== 'versions') sheet.add('typelibs', one);
  }
  for (const [, name, version] of text.matchAll(/\bgi\.versions\.(\w+)\s*=\s*['"]([\w.]+)['"]/g))
    sheet.add('typelibs', `${name}-${version}`);
}
