import { contentLines, type TextFormat } from './text-format.ts';

/** logrotate.conf(5): `compress` runs gzip unless compresscmd says otherwise, and scripts stand between two lines. */
export const logrotate: TextFormat = {
  name: 'logrotate',
  files: /(^|\/)logrotate[^/]*\.conf$|(^|\/)logrotate\.d\/[^/]+$|(^|\/)logrotate$|\.logrotate$/,
  read: (text, sheet) => {
    let script: string[] | undefined;
    for (const line of contentLines(text, /^\s*#/)) {
      const [word = '', ...rest] = line.trim().split(/\s+/);
      if (script !== undefined) {
        if (word === 'endscript') {
          sheet.add('scripts', script.join('\n'));
          script = undefined;
        } else script.push(line);
      } else if (/^(postrotate|prerotate|firstaction|lastaction|preremove)$/.test(word)) script = [];
      else if (word === 'compress') sheet.addVector(['gzip']);
      else if (/^(un)?compresscmd$/.test(word) && rest[0] !== undefined) sheet.addVector([rest[0]]);
      else if (word === 'shred') sheet.addVector(['shred']);
      else if (word === 'mail') sheet.add('lookups', 'mail');
      else if (word === 'include' && rest[0] !== undefined) sheet.add('paths', rest[0]);
    }
  },
};
