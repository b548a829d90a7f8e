import type { FactSheet } from '../facts/facts.ts';
import type { Syntax } from './syntax.ts';

/** What a function does with its arguments. */
export type CallKind =
  /** runs its first argument by a shell; a list is run as it is */
  | 'shell'
  /** runs the program that it is given, with the arguments that follow or the list; a text with blanks is a line */
  | 'program'
  /** looks for a program by its name */
  | 'lookup'
  /** opens a file, or with a bar in its arguments a program */
  | 'pipe'
  /** loads a library by its name */
  | 'library';

/** Functions of a kind, by their last name. */
export interface Calls {
  readonly kind: CallKind;
  readonly names: readonly string[];
  /** what may stand before the name (`subprocess.`, `$x->`); default: nothing may */
  readonly on?: RegExp;
  /** the argument that counts; default: the first */
  readonly argument?: number;
  /** the argument may stand without parentheses */
  readonly bare?: boolean;
  /** it is no such function where its argument is no literal: `regex.exec(text)` */
  readonly literalOnly?: boolean;
}

/** A language that code is written in, as far as it starts programs and loads libraries. */
export interface Language {
  readonly name: string;
  /** file names, or whole paths */
  readonly files: RegExp;
  /** the interpreter's name in a `#!` line */
  readonly interpreters: RegExp;
  readonly syntax: Syntax;
  readonly calls: readonly Calls[];
  /** a text that is in any file that starts programs by these calls */
  readonly needs?: RegExp;
  /** the name of a module, as a whole token: a file that uses it starts programs, whether a call is recognized or not */
  readonly starts?: RegExp;
  /** further names of the functions, from how a file imports them: pairs of the new name and the known one */
  readonly aliases?: (text: string) => Iterable<readonly [alias: string, name: string]>;
  /** qualifiers that a file gives to modules: `sp` of `import subprocess as sp` */
  readonly modules?: (text: string) => Iterable<string>;
  /** the functions that may stand without a qualifier, as the file imports them; default: all */
  readonly unqualified?: (text: string) => ReadonlySet<string>;
  /** a bar beside a literal starts it as a command */
  readonly pipes?: boolean;
  /** facts that no call shows */
  readonly also?: (text: string, sheet: FactSheet) => void;
  /** the parts of a file that are code; default: all of it */
  readonly code?: (text: string) => string;
}
