import type { Language } from './language.ts';
import { awk } from './languages/awk.ts';
import { elixir } from './languages/elixir.ts';
import { groovy } from './languages/groovy.ts';
import { javascript } from './languages/javascript.ts';
import { lua } from './languages/lua.ts';
import { perl } from './languages/perl.ts';
import { php } from './languages/php.ts';
import { python } from './languages/python.ts';
import { rLanguage } from './languages/r-language.ts';
import { ruby } from './languages/ruby.ts';
import { tcl } from './languages/tcl.ts';

/** Languages whose code is read; the first one that a file's name or first line fits is taken. */
export const LANGUAGES: readonly Language[] = [
  python,
  javascript,
  ruby,
  php,
  perl,
  lua,
  rLanguage,
  tcl,
  awk,
  groovy,
  elixir,
];
