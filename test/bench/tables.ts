import type { Judged } from './judgement.ts';
import type { Figure, Measured } from './rounds.ts';
import { type Spread, spread } from './statistics.ts';

/** How a figure is called and written; `scale` is what it is divided by. */
const FIGURES: Readonly<Record<Figure, { readonly label: string; readonly scale: number; readonly digits: number }>> = {
  seconds: { label: 's', scale: 1, digits: 2 },
  cpuSeconds: { label: 'CPU s', scale: 1, digits: 2 },
  peakBytes: { label: 'peak MB', scale: 1e6, digits: 0 },
  temporaryBytes: { label: 'temporary MB', scale: 1e6, digits: 0 },
  analysisSeconds: { label: 'analysis s', scale: 1, digits: 3 },
  analysisShare: { label: 'analysis %', scale: 0.01, digits: 1 },
};
/** Shown with its median only; of the times, seconds are shown in full. */
const MEDIANS: readonly Figure[] = ['cpuSeconds', 'peakBytes', 'temporaryBytes', 'analysisSeconds', 'analysisShare'];

/** A Markdown table: a line for each contender, with a column for each figure that any of them has. */
export function measuredTable(measured: readonly Measured[]): string {
  const columns = MEDIANS.filter((figure) =>
    measured.some(({ runs }) => runs.some((run) => run[figure] !== undefined)),
  );
  const head = ['contender', 'median s', 'min', 'max', ...columns.map((figure) => FIGURES[figure].label)];
  const lines = measured.map(({ name, runs, missing }) => {
    if (missing !== undefined) return [name, `${missing.kind}: ${oneLine(missing.why)}`];
    const { median, min, max } = spread(runs.map(({ seconds }) => seconds));
    const medians = columns.map((figure) => {
      const values = runs.flatMap((run) => run[figure] ?? []);
      return values.length === 0 ? '' : written(figure, spread(values).median);
    });
    return [name, ...[median, min, max].map((seconds) => written('seconds', seconds)), ...medians];
  });
  return table(head, lines);
}

/** A Markdown table: a line for each comparison or limit, with its target and whether that was met. */
export function judgedTable(judged: readonly Judged[]): string {
  const lines = judged.map(({ of, to, figure, value, target, verdict }) => {
    const { label } = FIGURES[figure];
    const what = to === null ? label : figure === 'seconds' ? `ratio to ${to}` : `ratio to ${to}, ${label}`;
    const write = (number: number): string => (to === null ? written(figure, number) : ratio(number));
    const bound =
      target === null ? '' : 'atMost' in target ? `<= ${write(target.atMost)}` : `>= ${write(target.atLeast)}`;
    return [of, what, range(value, write), bound, verdict];
  });
  return table(['contender', 'what', 'median (min - max)', 'target', ''], lines);
}

function range(value: Spread | null, write: (number: number) => string): string {
  return value === null ? '' : `${write(value.median)} (${write(value.min)} - ${write(value.max)})`;
}

function written(figure: Figure, value: number): string {
  const { scale, digits } = FIGURES[figure];
  return (value / scale).toFixed(digits);
}

function ratio(value: number): string {
  return value.toFixed(value < 10 ? 2 : 1);
}

function oneLine(text: string): string {
  return (text.trim().split('\n')[0] ?? '').slice(0, 120);
}

function table(head: readonly string[], lines: readonly (readonly string[])[]): string {
  const cell = (text = ''): string => text.replaceAll('|', '\\|');
  const cells = (line: readonly string[]): string => `| ${head.map((_, index) => cell(line[index])).join(' | ')} |\n`;
  return `${cells(head)}|${head.map((_, index) => (index === 0 ? '---' : '--:')).join('|')}|\n${lines.map(cells).join('')}`;
}
