import { type Command, Option } from 'commander';
import { SkinnywhaleError } from '../model/errors.ts';
import type { Count, OptionSpec } from '../options/option-spec.ts';
import { OPTION_ROWS } from '../options/option-table.ts';
import type { SlimOptions } from '../options.ts';
import { type Environment, isSet } from './environment.ts';

/** The options of the table as commander's. Help is made from the table itself: see help.ts. */
export function addOptions(command: Command, specs: Iterable<OptionSpec>): void {
  for (const spec of specs) for (const option of commanderOptions(spec)) command.addOption(option);
}

/** What the command line and the environment say of the library's options; what they do not say is left out. */
export function givenOptions(parsed: Readonly<Record<string, unknown>>, env: Environment): Partial<SlimOptions> {
  const given = OPTION_ROWS.flatMap(([name, spec]) => {
    const value = parsed[attributeOf(spec.flag)];
    if (spec.kind !== 'switch') return value === undefined ? [] : [[name, value] as const];
    const isOn = spec.variable !== undefined && isSet(env, spec.variable);
    return (value ?? spec.default) !== spec.default || isOn ? [[name, !spec.default] as const] : [];
  });
  // Each option's parser gives the kind of value that the table's type asks for.
  return Object.fromEntries(given) as Partial<SlimOptions>;
}

function commanderOptions(spec: OptionSpec): Option[] {
  const flags = `${spec.short === undefined ? '' : `-${spec.short}, `}--${spec.flag}`;
  switch (spec.kind) {
    case 'switch':
      return [new Option(spec.default ? `--no-${spec.flag}` : flags)];
    case 'text':
      return [new Option(`${flags} <${spec.value}>`)];
    case 'list':
      return [new Option(`${flags} <${spec.value}>`).argParser(append)];
    case 'count':
      return [new Option(`${flags} <${spec.value}>`).argParser((text) => countOf(text, spec))];
    case 'choice':
      return [new Option(`${flags} <${spec.value}>`).choices(spec.choices)];
    case 'subset':
      return [new Option(`${flags} <${spec.value}>`).argParser((text) => subsetOf(text, spec.flag, spec.choices))];
    case 'level':
      return [
        new LevelOption(spec.flag, flags, spec.alone),
        ...spec.choices.map((level) => new LevelOption(spec.flag, `--${spec.flag}=${level}`, level)),
      ];
  }
}

/**
 * One way to write an option with levels. Each is a flag without a value, `--tight=package` as a whole: were the level an
 * optional value, commander would take the word behind `--tight` for one, which is the container.
 */
class LevelOption extends Option {
  readonly #flag: string;

  constructor(flag: string, flags: string, level: string) {
    super(flags);
    this.#flag = flag;
    this.preset(level);
  }

  override attributeName(): string {
    return attributeOf(this.#flag);
  }
}

/** As commander names it. */
function attributeOf(flag: string): string {
  return flag.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}

function append(value: string, previous: readonly string[] = []): string[] {
  return [...previous, value];
}

function subsetOf(list: string, flag: string, choices: readonly string[]): string[] {
  if (list === 'none') return [];
  const names = list.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !choices.includes(name));
  if (unknown !== undefined) {
    throw new SkinnywhaleError('USAGE', `--${flag}: there is no group ${JSON.stringify(unknown)}`, {
      hint: `Give none, or some of ${choices.join(', ')}, separated by commas.`,
    });
  }
  return [...new Set(names)];
}

function countOf(text: string, { flag, most, fraction = false }: OptionSpec & Count): number {
  const isNumber = fraction ? /^\d{1,9}(\.\d{1,9})?$/.test(text) && Number(text) > 0 : /^\d{1,9}$/.test(text);
  if (isNumber && Number(text) <= most) return Number(text);
  throw new SkinnywhaleError('USAGE', `--${flag}: ${JSON.stringify(text)} is not a number up to ${most}`, {
    hint: 'See skinnywhale --help-all.',
  });
}
