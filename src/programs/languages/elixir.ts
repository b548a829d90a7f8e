import type { Language } from '../syntax/language.ts';

/** Elixir's System.cmd, System.shell and System.find_executable, Erlang's os:cmd and ports. */
export const elixir: Language = {
  name: 'Elixir',
  files: /\.(exs?|erl|escript)$/,
  interpreters: /^(elixir|escript|iex)$/,
  syntax: {
    lineComments: ['#', '%'],
    blockComments: [],
    strings: [
      { open: '"""', close: '"""', escapes: true, expands: '#{', spans: true },
      { open: '"', close: '"', escapes: true, expands: '#{', spans: true },
    ],
    hasLines: true,
  },
  calls: [
    { kind: 'program', names: ['cmd'], on: /^System$/ },
    { kind: 'shell', names: ['shell'], on: /^System$/ },
    { kind: 'shell', names: ['cmd'], on: /^:?os:?$/ },
    { kind: 'lookup', names: ['find_executable'], on: /^(System|os)$/ },
  ],
};
