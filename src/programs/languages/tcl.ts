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

/** `exec` and `spawn` with the words behind them, and `open "|..."`: a pipeline of programs that no shell runs. */
function noteExec(text: string, sheet: FactSheet): void {
  for (const line of text.split('\n')) {
    if (line.length > 4096 || /^\s*#/.test(line)) continue;
    for (const { index, 0: word } of line.matchAll(/(?<![\w$-])(exec|spawn)[ \t]+|\bopen[ \t]+["{]?\|/g)) {
      const rest = line.slice(index + word.length);
      const command = word.startsWith('open')
        ? rest.replace(/["}].*$/, '')
        : untilBracket(rest).replace(/^(-\w+[ \t]+)+/, '');
      if (/^[$[{]/.test(command)) sheet.startsUnknown = true;
      else for (const words of pipelineOf(command)) sheet.addVector(words);
    }
  }
}

/** The programs of a pipeline with their arguments; undefined for what is put in. */
function pipelineOf(command: string): (string | undefined)[][] {
  const programs: (string | undefined)[][] = [[]];
  for (let at = 0; at < command.length; ) {
    const character = command[at] as string;
    if (/[\s}]/.test(character)) at++;
    else if (/[|&]/.test(character)) {
      programs.push([]);
      at++;
    } else {
      const { text, end } = wordAt(command, at);
      const isRedirection = /^\d?[<>]/.test(text);
      if (!isRedirection) programs.at(-1)?.push(/[$[]/.test(text) ? undefined : text);
      at = end;
    }
  }
  return programs.filter(([program]) => program !== undefined);
}

/** A word in braces, in quotes or bare, without what holds it together. */
function wordAt(command: string, start: number): { text: string; end: number } {
  const isHeld = command[start] === '{' || command[start] === '"';
  let depth = 0;
  for (let at = start; at < command.length; at++) {
    const character = command[at] as string;
    if (command[start] === '{') depth += character === '{' ? 1 : character === '}' ? -1 : 0;
    const isEnd = !isHeld
      ? /[\s|]/.test(character)
      : at > start && (command[start] === '"' ? character === '"' : depth === 0);
    if (isEnd) return { text: command.slice(isHeld ? start + 1 : start, at), end: isHeld ? at + 1 : at };
  }
  return { text: command.slice(isHeld ? start + 1 : start), end: command.length };
}

function untilBracket(text: string): string {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '[') depth++;
    else if (text[at] === ';' || (text[at] === ']' && --depth < 0)) return text.slice(0, at);
  }
  return text;
}
