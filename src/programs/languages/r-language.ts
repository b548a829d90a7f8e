import type { Language } from '../syntax/language.ts';

/** R's system(), system2(), pipe() and Sys.which(), and the package processx. */
export const rLanguage: Language = {
  name: 'R',
  files: /\.([rR]|Rprofile)$/,
  interpreters: /^(Rscript|r|R|littler)$/,
  syntax: {
    hasLines: true,
    lineComments: ['#'],
    blockComments: [],
    strings: [
      { open: '"', close: '"', escapes: true, expands: 'none', spans: true },
      { open: "'", close: "'", escapes: true, expands: 'none', spans: true },
    ],
  },
  calls: [
    { kind: 'shell', names: ['system', 'shell', 'pipe'], on: /^base$/ },
    { kind: 'program', names: ['system2'], on: /^base$/ },
    { kind: 'program', names: ['run', 'exec_wait', 'exec_internal', 'exec_background'], on: /^(processx|sys)$/ },
    { kind: 'lookup', names: ['which'], on: /^Sys$/ },
    { kind: 'library', names: ['load'], on: /^dyn$/ },
  ],
};
