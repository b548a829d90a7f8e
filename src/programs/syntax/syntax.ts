/** How a language writes what matters here: comments, and literals of text. */
export interface Syntax {
  /** from here to the end of the line */
  readonly lineComments: readonly string[];
  readonly blockComments: readonly (readonly [open: string, close: string])[];
  readonly strings: readonly StringSyntax[];
  /** `/` after an operator begins a regular expression */
  readonly hasRegex?: boolean;
  /** line ends count: arguments may stand without parentheses */
  readonly hasLines?: boolean;
  /** what may begin a name other than letters: `$` and `@` of variables */
  readonly sigils?: string;
}

/** One kind of literal. */
export interface StringSyntax {
  readonly open: string;
  readonly close: string;
  /** a backslash takes the next character */
  readonly escapes: boolean;
  /** what begins an expansion in it */
  readonly expands?: 'none' | '${' | '#{' | '{' | '$';
  /** goes on over line ends */
  readonly spans?: boolean;
  /** a shell runs its content */
  readonly isCommand?: boolean;
}

/** A piece of code: a name with its qualifiers (`os.path.join`), a literal, or a character. */
export interface Token {
  readonly kind: 'name' | 'string' | 'mark';
  /** of a literal: without quotes, {@link HOLE} where an expansion stands */
  readonly text: string;
  /** of a literal: a shell runs it */
  readonly isCommand?: boolean;
}

/** Stands in a text for what is not known of it; a shell reads it as a variable. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's own
export const HOLE = '${_}';
