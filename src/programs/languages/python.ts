import type { Language } from '../syntax/language.ts';
import type { StringSyntax } from '../syntax/syntax.ts';
import { noteTypelibs } from '../syntax/typelibs.ts';

const PREFIXES = ['', 'r', 'R', 'b', 'B', 'u', 'U', 'br', 'rb', 'bR', 'Rb', 'f', 'F', 'fr', 'rf', 'fR', 'Rf'];

/** Longer openings come first. */
const STRINGS: readonly StringSyntax[] = ['"""', "'''", '"', "'"].flatMap((quote) =>
  [...PREFIXES].reverse().map(
    (prefix): StringSyntax => ({
      open: prefix + quote,
      close: quote,
      escapes: true,
      expands: /f/i.test(prefix) ? '{' : 'none',
      spans: quote.length === 3,
    }),
  ),
);

const MODULES =
  'subprocess|subprocess32|sp|commands|os|asyncio|anyio|trio|shutil|pexpect|pty|popen2|gevent\\.subprocess';

/** The standard library's functions (docs.python.org: subprocess, os, shutil, asyncio, ctypes), and pexpect's. */
export const python: Language = {
  name: 'Python',
  files: /\.(py|pyw|wsgi|pth)$/,
  interpreters: /^(python|pypy)[\d.]*$/,
  syntax: { lineComments: ['#'], blockComments: [], strings: STRINGS, hasLines: true },
  needs: /subprocess|\bos\b|popen|pexpect|\bpty\b|ctypes|cffi|dlopen|load_extension|shutil|asyncio|getoutput/,
  starts: /^(subprocess|pexpect)(\.|$)/,
  modules: (text) =>
    [...text.matchAll(/\bimport[ \t]+(?:subprocess|os|shutil|asyncio)[ \t]+as[ \t]+(\w+)/g)].map(
      ([, alias = '']) => alias,
    ),
  unqualified: (text) => {
    const imported = new RegExp(
      `\\bfrom[ \\t]+(?:${MODULES}|ctypes|ctypes\\.util)[ \\t]+import[ \\t]*(?:\\(([^)]{0,2000})\\)|([^\\n]*))`,
      'g',
    );
    const lists = [...text.matchAll(imported)].map(([, inner, line]) => inner ?? line ?? '');
    return new Set(lists.flatMap((list) => list.match(/\w+/g) ?? []));
  },
  also: noteTypelibs,
  aliases: function* (text) {
    for (const [, name = '', alias = ''] of text.matchAll(
      /\b(run|call|check_call|check_output|Popen|getoutput|system|popen|which)[ \t]+as[ \t]+(\w+)/g,
    ))
      yield [alias, name];
  },
  calls: [
    {
      kind: 'program',
      names: [
        'run',
        'call',
        'check_call',
        'check_output',
        'Popen',
        'create_subprocess_exec',
        'run_process',
        'open_process',
      ],
      on: new RegExp(`^(.*\\.)?(${MODULES})$`),
    },
    {
      kind: 'shell',
      names: [
        'system',
        'popen',
        'getoutput',
        'getstatusoutput',
        'create_subprocess_shell',
        'popen2',
        'popen3',
        'popen4',
      ],
      on: new RegExp(`^(.*\\.)?(${MODULES})$`),
    },
    {
      kind: 'program',
      names: 'execl execle execlp execlpe execv execve execvp execvpe posix_spawn posix_spawnp'.split(' '),
      on: /^(os|posix)$/,
    },
    {
      kind: 'program',
      names: 'spawnl spawnle spawnlp spawnlpe spawnv spawnve spawnvp spawnvpe'.split(' '),
      on: /^os$/,
      argument: 1,
    },
    { kind: 'program', names: ['spawn', 'spawnu'], on: /^(pexpect|pty)(\..*)?$/ },
    { kind: 'lookup', names: ['which', 'find_executable'], on: /^(shutil|distutils\.spawn|spawn)$/ },
    {
      kind: 'library',
      names: ['CDLL', 'PyDLL', 'LoadLibrary', 'find_library', 'dlopen', 'load_extension', 'load_library'],
      on: /./,
    },
  ],
};
