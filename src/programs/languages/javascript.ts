import type { Language } from '../syntax/language.ts';
import { noteTypelibs } from '../syntax/typelibs.ts';

const NAMES = 'exec|execSync|execFile|execFileSync|spawn|spawnSync|fork';

/** Node.js (child_process), Deno, Bun, and the packages execa, cross-spawn, zx, shelljs, which, ffi-napi and koffi. */
export const javascript: Language = {
  name: 'JavaScript',
  files: /\.([cm]?[jt]sx?)$/,
  interpreters: /^(node|nodejs|bun|deno|tsx|ts-node|gjs|zx)$/,
  syntax: {
    hasLines: true,
    lineComments: ['//', '#!'],
    blockComments: [['/*', '*/']],
    strings: [
      { open: '$`', close: '`', escapes: true, expands: '${', spans: true, isCommand: true },
      { open: '`', close: '`', escapes: true, expands: '${', spans: true },
      { open: '"', close: '"', escapes: true, expands: 'none' },
      { open: "'", close: "'", escapes: true, expands: 'none' },
    ],
    hasRegex: true,
    sigils: '$',
  },
  needs: /child_process|execa|cross-spawn|\bzx\b|shelljs|\bBun\b|\bDeno\b|which|koffi|ffi|dlopen|loadExtension|spawn_/,
  starts: /^((node:)?child_process|execa|cross-spawn|zx|shelljs)$/,
  aliases: function* (text) {
    const renamed = new RegExp(`\\b(${NAMES})(?:[ \\t]+as[ \\t]+|[ \\t]*:[ \\t]*)(\\w+)`, 'g');
    for (const [, name = '', alias = ''] of text.matchAll(renamed)) yield [alias, name];
    const promised = /\b(\w+)[ \t]*=[ \t]*(?:[\w.()'"]{1,40}\.)?promisify\([ \t]*(?:[\w$]+\.)?(exec|execFile)\b/g;
    for (const [, alias = '', name = ''] of text.matchAll(promised)) yield [alias, name];
  },
  also: noteTypelibs,
  calls: [
    {
      kind: 'shell',
      names: ['exec', 'execSync'],
      on: /process\w{0,20}$|(?:^|\.)(?:\)|_?cp\d*|shell|sh|shelljs|util)$/i,
    },
    // A regular expression has a method of that name.
    { kind: 'shell', names: ['exec'], on: /./, literalOnly: true },
    { kind: 'shell', names: ['execSync', 'execaCommand', 'execaCommandSync', 'command', 'commandSync'], on: /./ },
    { kind: 'program', names: ['spawn', 'spawnSync', 'execFile', 'execFileSync'], on: /./ },
    {
      kind: 'program',
      names: ['execa', 'execaSync', 'execaNode', 'crossSpawn', 'Command'],
      on: /./,
      literalOnly: true,
      bare: true,
    },
    { kind: 'program', names: ['sync'], on: /^(spawn|crossSpawn|execa)$/ },
    { kind: 'lookup', names: ['which'] },
    { kind: 'lookup', names: ['sync'], on: /which$/ },
    { kind: 'library', names: ['Library', 'dlopen', 'loadExtension', 'DynamicLibrary'], on: /./ },
    { kind: 'library', names: ['load'], on: /^(koffi|ffi|lib)$/i },
  ],
};
