import type { FactSheet } from '../facts/facts.ts';
import type { Language } from '../syntax/language.ts';

/** exec(n), open(n) with a pipe, and auto_execok; `load` names libraries by path. */
export const tcl: Language = {
  name: 'Tcl',
  files: /\.(tcl|tk|exp|tm)$/,
  interpreters: /^(tclsh|wish|expect)[\d.]*$/,
  syntax: {
    lineComments: ['#'],
    blockComments: [],
    strings: [{ open: '"', close: '"', escapes: true, expands: '$', spans: true }],
    hasLines: true,
    sigils: '$',
  },
  needs: /\bexec\b|\bspawn\b|open|auto_execok/,
  calls: [{ kind: 'lookup', names: ['auto_execok'], bare: true }],
  also: noteExec,
};

/** `exec` and `spawn` with the words behind them, and `open "|..."`: a pipeline much as a shell has it. */
function noteExec(text: string, sheet: FactSheet): void {
  for (const line of text.split('\n')) {
    if (line.length > 4096 || /^\s*#/.test(line)) continue;
    for (const { index, 0: word } of line.matchAll(/(?<![\w$-])(exec|spawn)[ \t]+|\bopen[ \t]+["{]?\|/g)) {
      const command = untilBracket(line.slice(index + word.length)).replace(/^(-\w+[ \t]+)+/, '');
      if (/^[$[{]/.test(command)) sheet.startsUnknown = true;
      else if (command !== '') sheet.add('scripts', command.replace(/[{}"]/g, ' '));
    }
  }
}

function untilBracket(text: string): string {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '[') depth++;
    else if (text[at] === ';' || (text[at] === ']' && --depth < 0)) return text.slice(0, at);
  }
  return text;
}
