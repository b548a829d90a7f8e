import type { Language } from '../syntax/language.ts';

/** system(), and pipes to and from commands (POSIX awk). */
export const awk: Language = {
  name: 'awk',
  files: /\.awk$/,
  interpreters: /^[mgn]?awk$/,
  syntax: {
    lineComments: ['#'],
    blockComments: [],
    strings: [{ open: '"', close: '"', escapes: true, expands: 'none' }],
    hasRegex: true,
    hasLines: true,
  },
  pipes: true,
  calls: [{ kind: 'shell', names: ['system'] }],
};
