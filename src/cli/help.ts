import { OPTION_GROUPS, type OptionGroup, type OptionSpec } from '../options/option-spec.ts';
import { OPTION_ROWS } from '../options/option-table.ts';
import { VARIABLES } from './environment.ts';
import { EXIT_CODE_MEANINGS } from './exit-codes.ts';
import { optionFlags, optionMeaning } from './option-words.ts';
import { VIEW_OPTIONS } from './view-options.ts';

/** A name with what it means, for a table of two columns. */
type Row = readonly [name: string, meaning: string];

/** The subcommands other than the default one, with their operands. */
export const COMMANDS = {
  explain: ['explain <image-or-report> <path>', 'why a path is in the image, or is not, and what would have kept it'],
  rules: ['rules', 'list the rules about what programs open at run time'],
  doctor: ['doctor', 'what works here, and what does not and why'],
} as const satisfies Record<string, Row>;

const USAGE = `Usage: skinnywhale [options] <container or image>
       skinnywhale <command>

Makes a minimal image out of a container or an image: what you put on top of its
base image, and the files of the base that this depends on.`;

const EXAMPLES: readonly Row[] = [
  ['skinnywhale jdk', 'makes the image skinny-jdk'],
  ['skinnywhale -t team/jdk:17 8efbc5497abb', 'under a name of your own'],
  ['skinnywhale --dry-run web', 'shows what would be kept'],
  [`skinnywhale --check 'php -v' web`, 'makes no image if this fails'],
  ['skinnywhale --json --strict "$ID" > run.json', 'on a build server'],
  ['skinnywhale explain skinny-jdk /usr/bin/perl', 'why a file is there, or not'],
];

const HELP: readonly Row[] = [
  ['-h, --help', 'show this'],
  ['--help-all', 'show all options, variables and exit codes'],
];
const VERSION: Row = ['-V, --version', 'show the version'];

/** More of a line is not used: long lines are hard to read. */
const WIDEST = 100;
/** Names that are longer have a line of their own. */
const LONGEST_NAME = 26;

/** The first screen: examples, and the options that most people need. */
export function shortHelp(columns: number): string {
  const common = specs().filter((spec) => spec.common === true);
  return sections([
    USAGE,
    examples(),
    section('Common options', [...common.map((spec): Row => [optionFlags(spec), spec.help]), ...HELP], columns),
    section('Commands', commands(), columns),
  ]);
}

/** All that there is to say. */
export function fullHelp(columns: number): string {
  const groups = Object.entries(OPTION_GROUPS).map(([group, title]) => {
    const rows = specs().filter((spec) => spec.group === (group as OptionGroup));
    return section(title, [...rows.map(row), ...(group === 'output' ? [VERSION, ...HELP] : [])], columns);
  });
  const codes = Object.entries(EXIT_CODE_MEANINGS).map(([code, meaning]): Row => [code.padStart(3), meaning]);
  return sections([
    USAGE,
    examples(),
    ...groups,
    section('Commands', commands(), columns),
    section('Environment variables', VARIABLES, columns),
    section('Exit codes', codes, columns),
  ]);
}

/** The help of a subcommand. @param names of its options, in their order */
export function commandHelp(name: keyof typeof COMMANDS, options: readonly OptionSpec[], columns: number): string {
  const [usage, what] = COMMANDS[name];
  return sections([
    `Usage: skinnywhale ${usage}\n\n${lines(`Tells ${what}.`, '', columns).join('\n')}`,
    ...(NOTES[name] === undefined ? [] : [NOTES[name]]),
    section('Options', [...options.map(row), ['-h, --help', 'show this']], columns),
  ]);
}

const NOTES: { readonly [C in keyof typeof COMMANDS]?: string } = {
  explain: `A report is a file that --report wrote. For an image made here, its name or id
will do: reports are kept only for the last 20 images built on this machine, in
$XDG_CACHE_HOME/skinnywhale or ~/.cache/skinnywhale, unless SKINNYWHALE_CACHE
is off. What is the name of a file is taken as a file.

Examples:
  $ skinnywhale --report web.json web
  $ skinnywhale explain web.json /usr/lib/x86_64-linux-gnu/libz.so.1
  $ skinnywhale explain skinny-web /usr/bin/perl

Exit codes: 0 answered; 1 not in the container, or no report; 2 invalid usage.`,
  rules: 'To switch a rule: --rule +name or --rule -name.',
};

function specs(): readonly OptionSpec[] {
  return [...OPTION_ROWS.map(([, spec]) => spec), ...Object.values(VIEW_OPTIONS)];
}

function row(spec: OptionSpec): Row {
  return [optionFlags(spec), optionMeaning(spec)];
}

function commands(): Row[] {
  return Object.values(COMMANDS).map(([usage, what]) => [usage, what]);
}

function examples(): string {
  const width = Math.max(...EXAMPLES.map(([command]) => command.length));
  return ['Examples:', ...EXAMPLES.map(([command, what]) => `  $ ${command.padEnd(width)}  ${what}`)].join('\n');
}

function sections(texts: readonly string[]): string {
  return `${texts.join('\n\n')}\n`;
}

function section(title: string, rows: readonly Row[], columns: number): string {
  const width = Math.max(...rows.map(([name]) => name.length).filter((length) => length <= LONGEST_NAME));
  const text = rows.flatMap(([name, meaning]) => {
    const [first = '', ...more] = lines(meaning, ' '.repeat(width + 4), columns);
    const isLong = name.length > width;
    return [...(isLong ? [`  ${name}`, first] : [`  ${name.padEnd(width)}  ${first.trimStart()}`]), ...more];
  });
  return [`${title}:`, ...text].join('\n');
}

/** The words of a text in lines, each with an indent. */
function lines(text: string, indent: string, columns: number): string[] {
  const room = Math.min(columns, WIDEST) - indent.length;
  const found: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > room) {
      found.push(indent + line);
      line = '';
    }
    line += line === '' ? word : ` ${word}`;
  }
  return [...found, indent + line];
}
