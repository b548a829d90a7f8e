import type { Language } from '../syntax/language.ts';

/** os.execute, io.popen and package.loadlib (lua.org/manual), and LuaJIT's ffi.load. */
export const lua: Language = {
  name: 'Lua',
  files: /\.lua$/,
  interpreters: /^(lua|luajit|resty|texlua)[\d.]*$/,
  syntax: {
    hasLines: true,
    lineComments: ['--', '#!'],
    blockComments: [
      ['--[[', ']]'],
      ['--[=[', ']=]'],
    ],
    strings: [
      { open: '[[', close: ']]', escapes: false, expands: 'none', spans: true },
      { open: '"', close: '"', escapes: true, expands: 'none' },
      { open: "'", close: "'", escapes: true, expands: 'none' },
    ],
  },
  calls: [
    { kind: 'shell', names: ['execute'], on: /^os$/, bare: true },
    { kind: 'shell', names: ['popen'], on: /^io$/, bare: true },
    { kind: 'library', names: ['load'], on: /ffi$/, bare: true },
    { kind: 'library', names: ['loadlib'], on: /^package$/, bare: true },
  ],
};
