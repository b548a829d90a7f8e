import type { Language } from '../syntax/language.ts';
import type { StringSyntax } from '../syntax/syntax.ts';

const BRACKETS: readonly (readonly [string, string])[] = [
  ['(', ')'],
  ['{', '}'],
  ['[', ']'],
  ['<', '>'],
  ['/', '/'],
  ['|', '|'],
  ['!', '!'],
];

function quoteLike(letters: string, more: Partial<StringSyntax>): StringSyntax[] {
  return BRACKETS.flatMap(([open, close]) =>
    ['', ' '].map((blank) => ({ open: `${letters}${blank}${open}`, close, escapes: true, spans: true, ...more })),
  );
}

/** perlfunc's system, exec, open and qx, IPC::Open2/3, IPC::Run and IPC::Cmd. */
export const perl: Language = {
  name: 'Perl',
  files: /\.(pl|pm|t|psgi|cgi)$/,
  interpreters: /^perl[\d.]*$/,
  syntax: {
    lineComments: ['#'],
    blockComments: [
      ...['=pod', '=head', '=over', '=begin', '=encoding', '=item', '=for'].map((open) => [open, '\n=cut'] as const),
      ['__END__', '\0'],
      ['__DATA__', '\0'],
    ],
    strings: [
      ...quoteLike('qx', { expands: '$', isCommand: true }),
      ...quoteLike('qq', { expands: '$' }),
      ...quoteLike('q', { expands: 'none' }),
      { open: '`', close: '`', escapes: true, expands: '$', spans: true, isCommand: true },
      { open: '"', close: '"', escapes: true, expands: '$', spans: true },
      { open: "'", close: "'", escapes: true, expands: 'none', spans: true },
    ],
    hasRegex: true,
    hasLines: true,
    sigils: '$@%',
  },
  calls: [
    { kind: 'program', names: ['system', 'exec'], on: /^(CORE|CORE::GLOBAL)$/, bare: true },
    { kind: 'pipe', names: ['open'], bare: true },
    { kind: 'program', names: ['open2'], bare: true, argument: 2 },
    { kind: 'program', names: ['open3'], bare: true, argument: 3 },
    {
      kind: 'program',
      names: ['run', 'capture', 'capturex', 'systemx', 'backtick'],
      on: /^IPC::\w+(::\w+)*$/,
      bare: true,
      literalOnly: true,
    },
    { kind: 'program', names: ['run'], bare: true, literalOnly: true },
    { kind: 'lookup', names: ['can_run', 'which'], bare: true },
  ],
};
