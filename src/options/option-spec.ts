/** The groups in which options are listed, in their order. */
export const OPTION_GROUPS = {
  result: 'Result',
  kept: 'What is kept',
  proof: 'Verification (also run in the original, for comparison)',
  run: 'Engine and files',
  output: 'Output',
} as const;

export type OptionGroup = keyof typeof OPTION_GROUPS;

/** An option: everything that the command line, the help, the README and the checks of its value need to know of it. */
export type OptionSpec<Value = unknown> = OptionFacts & ValueSpec<Value>;

interface OptionFacts {
  /** the long name, without dashes; of a switch that is on by default, what follows `--no-` */
  readonly flag: string;
  /** one letter */
  readonly short?: string;
  readonly group: OptionGroup;
  /** one line of plain text, without the choices and the default */
  readonly help: string;
  /** on the first screen of help */
  readonly common?: true;
  /** an environment variable that turns the switch on when it is set and not empty */
  readonly variable?: string;
}

/** The kinds of values, each for options whose value has such a type. */
export type ValueSpec<Value = unknown> = unknown extends Value
  ? Switch | Text | List | Count | Choice<string> | Level<string> | Subset<string>
  : // In brackets: a union is one type here, not one after the other.
    [Value] extends [boolean]
    ? Switch
    : [Value] extends [number]
      ? Count
      : [Value] extends [readonly (infer Item)[]]
        ? string extends Item
          ? List
          : Subset<Item>
        : string extends Value
          ? Text
          : Choice<Value> | Level<Value>;

interface Switch {
  readonly kind: 'switch';
  readonly default: boolean;
}

interface Text {
  readonly kind: 'text';
  /** what the value is called: `file` */
  readonly value: string;
  /** what holds where none is given, in words */
  readonly fallback?: string;
}

/** An option that may be given several times. */
interface List {
  readonly kind: 'list';
  readonly value: string;
}

/** A number. */
export interface Count {
  readonly kind: 'count';
  readonly value: string;
  readonly most: number;
  /** absent where no value holds everywhere */
  readonly default?: number;
  /** parts of one count, too, and zero does not */
  readonly fraction?: boolean;
}

interface Choice<Item> {
  readonly kind: 'choice';
  readonly value: string;
  readonly choices: readonly Item[];
  /** absent where no value holds everywhere */
  readonly default?: Item;
  /** the help tells of each choice already */
  readonly explained?: true;
}

/** An option that stands alone, or with one of a few levels behind an equals sign. */
interface Level<Item> {
  readonly kind: 'level';
  readonly value: string;
  readonly choices: readonly Item[];
  /** what it means alone */
  readonly alone: Item;
}

/** Some of a set, separated by commas, or `none`. */
interface Subset<Item> {
  readonly kind: 'subset';
  readonly value: string;
  readonly choices: readonly Item[];
  readonly default: readonly Item[];
}
