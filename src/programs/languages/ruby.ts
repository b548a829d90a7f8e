import type { Language } from '../syntax/language.ts';
import type { StringSyntax } from '../syntax/syntax.ts';

const BRACKETS: readonly (readonly [string, string])[] = [
  ['(', ')'],
  ['{', '}'],
  ['[', ']'],
  ['|', '|'],
  ['!', '!'],
];

function percent(letter: string, more: Partial<StringSyntax>): StringSyntax[] {
  return BRACKETS.map(([open, close]) => ({ open: `%${letter}${open}`, close, escapes: true, spans: true, ...more }));
}

/** Kernel, Process, IO, Open3 and PTY (docs.ruby-lang.org), Fiddle and the gem ffi. */
export const ruby: Language = {
  name: 'Ruby',
  files: /\.(rb|rake|ru|gemspec|thor)$|(^|\/)(Rakefile|Capfile|Guardfile)$/,
  interpreters: /^(ruby|jruby|truffleruby|rake)[\d.]*$/,
  syntax: {
    lineComments: ['#'],
    blockComments: [
      ['=begin', '\n=end'],
      ['__END__', '\0'],
    ],
    strings: [
      ...percent('x', { expands: '#{', isCommand: true }),
      ...percent('w', { expands: 'none' }),
      ...percent('q', { expands: 'none' }),
      ...percent('Q', { expands: '#{' }),
      { open: '`', close: '`', escapes: true, expands: '#{', spans: true, isCommand: true },
      { open: '"', close: '"', escapes: true, expands: '#{', spans: true },
      { open: "'", close: "'", escapes: true, expands: 'none', spans: true },
    ],
    hasRegex: true,
    hasLines: true,
    sigils: '@$',
  },
  calls: [
    { kind: 'program', names: ['system', 'exec', 'spawn'], on: /^(Kernel|Process)$/, bare: true },
    {
      kind: 'program',
      names: ['popen', 'popen2', 'popen2e', 'popen3', 'capture2', 'capture2e', 'capture3'],
      on: /^(IO|Open3|::Open3|POSIX::Spawn)$/,
      bare: true,
    },
    { kind: 'program', names: ['popen3', 'capture2e', 'capture3', 'pipeline'], on: /^Open3$/, bare: true },
    { kind: 'program', names: ['spawn'], on: /^PTY$/, bare: true },
    { kind: 'program', names: ['new'], on: /^(Terrapin|Cocaine)::CommandLine$|^ChildProcess$/ },
    { kind: 'shell', names: ['sh'], bare: true, literalOnly: true },
    { kind: 'pipe', names: ['open'], on: /^Kernel$/, bare: true },
    { kind: 'lookup', names: ['which', 'find_executable'], on: /^(MakeMakefile|TTY::Which)$/, bare: true },
    { kind: 'library', names: ['dlopen', 'ffi_lib', 'dlload', 'load_extension'], on: /./, bare: true },
  ],
};
