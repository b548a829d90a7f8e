import { proofLines } from './proof-text.ts';
import { formatBytes, formatCount } from './sizes.ts';
import type { RoughAmount, SlimReport } from './slim-report.ts';
import { type Message, wordFindings } from './wording.ts';

/** How a report is shown. */
export interface TextOptions {
  /** the width of the terminal; default 80 */
  readonly columns?: number | undefined;
  /** bold headings */
  readonly color?: boolean | undefined;
}

const DEFAULT_COLUMNS = 80;
const WIDEST = 120;
const PARTS_SHOWN = 6;
const PACKAGES_SHOWN = 6;
const NAMES_SHOWN = 8;

/** What the original ended every successful run with. */
const WHALE = `--- Skinny whale is positively starving ---


                    ##        .
              ## ## ##       ==
           ## ## ## ##      ===
       /""""""""""""""""___/ ===
      / rX
  ~~~{ / ~ ~~~ ~~~~ ~~ ~ /  ===- ~~~
       ______////////////__/
`;

/** The summary of a run for a person, with a newline at its end. */
export function renderText(report: SlimReport, options: TextOptions = {}): string {
  const columns = Math.min(Math.max(options.columns ?? DEFAULT_COLUMNS, 40), WIDEST);
  const heading = (text: string): string => (options.color === true ? `\x1b[1m${text}\x1b[22m` : text);
  const messages = wordFindings(report.findings);
  const problems = messages.filter((message) => message.level === 'problem');
  const notes = messages.filter((message) => message.level === 'note');
  const sections = [
    origin(report, heading),
    sizes(report),
    list(heading('Checks'), proofLines(report)),
    list(heading('Largest parts'), parts(report)),
    list(heading('Largest dropped packages'), droppedPackages(report, columns)),
    list(
      heading('Warnings'),
      report.warnings.flatMap((warning) => bullet([warning.split(/\s+/)], columns)),
    ),
    list(
      heading('Findings'),
      problems.flatMap((message) => bullet(paragraphs(message), columns)),
    ),
    list(
      heading('Notes'),
      notes.flatMap((message) => bullet(paragraphs(message), columns)),
    ),
    ending(report, heading),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n')}${report.result.dryRun ? '' : `\n${WHALE}`}`;
}

const KINDS: { readonly [K in SlimReport['subject']['kind']]: string } = {
  container: 'Container',
  image: 'Image',
  directory: 'Directory',
};

function origin({ subject, base, result }: SlimReport, heading: (text: string) => string): string[] {
  const below = base === null ? '' : `, based on ${base.name ?? named(base)}`;
  const made = named({ id: result.imageId, name: result.reference });
  return [
    `${heading(KINDS[subject.kind].padEnd(10))} ${named(subject) || subject.where}${below}`,
    `${heading('Result')}     ${made}`,
  ];
}

/** A name with a part of the id, or whichever of them there is. */
function named({ id, name }: { readonly id: string | null; readonly name: string | null }): string {
  if (name === null || id === null) return name ?? (id === null ? '' : shortId(id));
  return `${name} (${shortId(id)})`;
}

/** The table of sizes: bytes and entries right-aligned. */
function sizes(report: SlimReport): string[] {
  const { before, after, fromChange, fromBase, dropped } = report.sizes;
  const trimmed = report.trimmed.filter((group) => group.entries > 0);
  const rows: [label: string, amount: RoughAmount, remark: string][] = [
    ['Before', before, ''],
    ['After', after, change(before.bytes, after.bytes)],
    ['  kept from the changes', fromChange, ''],
    ['  taken from the base', fromBase, ''],
    ['Dropped', dropped, ''],
  ];
  if (trimmed.length > 0) {
    const sum = trimmed.reduce(
      (total, { bytes, entries }) => ({ bytes: total.bytes + bytes, entries: total.entries + entries }),
      {
        bytes: 0,
        entries: 0,
      },
    );
    rows.push(['  of it trimmed', sum, trimmed.map(({ group }) => group).join(', ')]);
  }
  const label = Math.max(...rows.map((row) => row[0].length));
  const bytes = Math.max(...rows.map((row) => formatBytes(row[1].bytes).length));
  const entries = Math.max(...rows.map((row) => String(row[1].entries ?? '').length));
  return rows.map(([text, amount, remark]) =>
    [text.padEnd(label), formatBytes(amount.bytes).padStart(bytes), entriesOf(amount, entries), remark]
      .join('  ')
      .trimEnd(),
  );
}

function entriesOf({ entries }: RoughAmount, width: number): string {
  const text = entries === null ? '' : `${String(entries).padStart(width)} ${entries === 1 ? 'entry' : 'entries'}`;
  return text.padEnd(width + 8);
}

function change(before: number, after: number): string {
  if (before === 0) return '';
  const percent = ((after - before) / before) * 100;
  return `${percent > 0 ? '+' : ''}${percent.toFixed(1)} %`;
}

function parts(report: SlimReport): string[] {
  const shown = report.largestParts.slice(0, PARTS_SHOWN);
  const width = Math.max(0, ...shown.map((part) => formatBytes(part.bytes).length));
  return shown.map((part) => `  ${formatBytes(part.bytes).padStart(width)}  ${part.path}`);
}

function droppedPackages({ packages }: SlimReport, columns: number): string[] {
  const shown = packages.dropped.slice(0, PACKAGES_SHOWN);
  const last = shown.length - 1;
  const pieces = shown.map(({ name, bytes }, index) => `${name} ${formatBytes(bytes)}${index < last ? ',' : ''}`);
  return pieces.length === 0 ? [] : wrapped([pieces], columns, '  ');
}

function ending(report: SlimReport, heading: (text: string) => string): string[] {
  if (report.result.dryRun) return [heading('Dry run: nothing was made.')];
  const name = report.result.reference.replace(/:latest$/, '');
  const command = report.result.command.length === 0 ? ' COMMAND' : '';
  return [`${heading('Run it')}  docker run --rm -it ${name}${command}`];
}

function list(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [title, ...lines];
}

/** The pieces that must not be broken: words of sentences, and whole names, which may have spaces in them. */
type Paragraph = readonly string[];

function paragraphs(message: Message): Paragraph[] {
  const shown = message.names.slice(0, NAMES_SHOWN);
  const more = message.names.length - shown.length;
  const names = shown.map((name, index) => (index < shown.length - 1 ? `${name},` : more > 0 ? name : `${name}.`));
  const rest = more > 0 ? ['and', `${formatCount(more, 'other')}.`] : [];
  const first = [...`${message.summary}:`.split(' '), ...names, ...rest];
  return message.remarks.length === 0 ? [first] : [first, message.remarks.join(' ').split(' ')];
}

/** An item of a list. */
function bullet(paragraphs: readonly Paragraph[], columns: number): string[] {
  const [first = '', ...rest] = wrapped(paragraphs, columns, '    ');
  return [`  - ${first.trimStart()}`, ...rest];
}

/** A piece longer than the line stays whole, so that it can be copied. */
function wrapped(paragraphs: readonly Paragraph[], columns: number, indent: string): string[] {
  const lines: string[] = [];
  for (const paragraph of paragraphs) {
    let line = '';
    for (const piece of paragraph) {
      if (line !== '' && indent.length + line.length + 1 + piece.length > columns) {
        lines.push(indent + line);
        line = '';
      }
      line += line === '' ? piece : ` ${piece}`;
    }
    lines.push(indent + line);
  }
  return lines;
}

function shortId(id: string): string {
  return id.replace(/^sha256:/, '').slice(0, 12);
}
