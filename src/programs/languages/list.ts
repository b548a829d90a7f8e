import type { Language } from '../syntax/language.ts';
import { awk } from './awk.ts';
import { elixir } from './elixir.ts';
import { groovy } from './groovy.ts';
import { javascript } from './javascript.ts';
import { lua } from './lua.ts';
import { other } from './other.ts';
import { perl } from './perl.ts';
import { php } from './php.ts';
import { python } from './python.ts';
import { rLanguage } from './r-language.ts';
import { ruby } from './ruby.ts';
import { tcl } from './tcl.ts';

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
  other,
];
