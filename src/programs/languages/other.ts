import type { FactSheet } from '../facts/facts.ts';
import type { Language } from '../syntax/language.ts';

/** What functions that start programs are called in most languages: `Sys.command`, `run-program`, `open-input-pipe`. */
const STARTERS =
  /\b(system\*?|shell|shell[-_]command|shell[-_]out|sh|popen|open[-_](input[-_]|output[-_])?(pipe|process)\w*|run[-_]?(program|process|command|shell)|(create|read|start|launch|call)[-_]?(program|process)\w*|process[-_](create|open|run|lines)|(sys|unix|os|process|kernel|command)\.\w+|callProcess|exec\w*|spawn\w*|qx|Cmd|Process)\b/i;

/**
 * Languages with nothing of their own here: Lisps, Prolog, OCaml, Haskell, Julia, Nim, gnuplot and others. Where one of them
 * seems to start programs, it can't be told which; its literals may be their names.
 */
export const other: Language = {
  name: 'another language',
  files:
    /\.(lisp|lsp|cl|scm|ss|sld|rkt|clj[cs]?|el|fnl|hy|pro|prolog|ml|mlx|hs|lhs|jl|nim|cr|zig|swift|kts?|scala|sc|sbt|fsx?|csx|dart|raku|rakumod|p6|m|gp|gnuplot|plt|gnu|octave|st|cob|pas|d|v|vim|4th|fs|janet|pike)$/,
  interpreters:
    /^(guile|sbcl|clisp|ecl|racket|chicken|csi|gosh|scheme|mit-scheme|clojure|bb|emacs|swipl|gprolog|yap|ocaml|runghc|runhaskell|stack|julia|nim|crystal|scala|kotlin|raku|perl6|octave|octave-cli|gnuplot|gforth|janet|pike|vim|ex|vi)[\d.-]*$/,
  syntax: {
    lineComments: [],
    blockComments: [],
    strings: [
      { open: '"', close: '"', escapes: true, expands: 'none', spans: true },
      { open: '`', close: '`', escapes: true, expands: '$' },
    ],
    hasLines: true,
  },
  calls: [],
  also: noteStarters,
};

/** Atoms of Prolog and texts of gnuplot stand between single quotes, which in others begin a symbol or a character. */
function noteStarters(text: string, sheet: FactSheet): void {
  if (!STARTERS.test(text)) return;
  sheet.startsUnknown = true;
  for (const [, atom = ''] of text.matchAll(/'([\w./+-][^'\n]{0,200})'/g)) sheet.add('literals', atom);
}
