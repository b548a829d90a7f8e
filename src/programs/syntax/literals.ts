import { mentionedPaths } from '../../shell/paths-in-text.ts';
import type { FactSheet } from '../facts/facts.ts';
import { libraryName } from '../facts/names.ts';
import { HOLE } from './syntax.ts';

/** Longer literals are data. */
const LONGEST = 4096;

/** What a literal of code may mean by itself. */
export function noteLiteral(text: string, sheet: FactSheet): void {
  if (text.length < 2 || text.length > LONGEST) return;
  for (const path of mentionedPaths(text)) sheet.add('paths', path);
  if (text.includes(HOLE)) return;
  if (libraryName(text)) sheet.add('libraries', text);
  // iconv's suffixes say what becomes of what the set does not have.
  else if (/^[\w.:+-]{2,30}\/\/(TRANSLIT|IGNORE)/i.test(text)) sheet.add('charsets', text);
  else if (/^[A-Za-z][\w.:+-]{1,30}$/.test(text)) {
    sheet.add('charsets', text);
    sheet.add('literals', text);
  } else if (/^[\w./+-]+[ \t]/.test(text)) sheet.add('literals', text);
}
