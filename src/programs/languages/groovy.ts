import type { Language } from '../syntax/language.ts';

/** java.lang.ProcessBuilder and Runtime.exec in sources that are run as they are: Groovy, Kotlin scripts, Java, Scala. */
export const groovy: Language = {
  name: 'Java',
  files: /\.(groovy|gradle|kts|java|scala|sc|jsh)$/,
  interpreters: /^(groovy|kotlin|java|jshell|scala|jbang)$/,
  syntax: {
    hasLines: true,
    lineComments: ['//', '#!'],
    blockComments: [['/*', '*/']],
    strings: [
      { open: '"""', close: '"""', escapes: true, expands: '${', spans: true },
      { open: "'''", close: "'''", escapes: true, expands: 'none', spans: true },
      { open: '"', close: '"', escapes: true, expands: '${' },
      { open: "'", close: "'", escapes: true, expands: 'none' },
    ],
  },
  calls: [
    { kind: 'program', names: ['ProcessBuilder', 'Process'], on: /./ },
    { kind: 'program', names: ['exec'], on: /(\)|runtime|rt)$/i },
    { kind: 'library', names: ['loadLibrary', 'load'], on: /^(System|Native|Runtime|SymbolLookup)$/ },
  ],
};
