import { diffLists } from './line-diff.ts';
import { areAlike, type LinePattern, linePattern, lineShape, lineText, matchesPattern, patternText } from './mask.ts';

/** What stands for one line of an output. */
export interface ExpectedLine {
  /** as the first run had it */
  readonly sample: string;
  /** undefined: the line as it is */
  readonly pattern: LinePattern | undefined;
  /** the words of a line that had them in another order each time, sorted */
  readonly shuffled: string | undefined;
  /** a line among several that differed in number or order: each of them has one of these shapes */
  readonly block: Block | undefined;
}

/** Lines that were neither the same number nor in the same order each time; at least one, unless it may be missing. */
interface Block {
  readonly shapes: ReadonlySet<string>;
  readonly mayBeMissing: boolean;
}

/** What an output has to look like, learned from runs that all count as right. */
export interface Expectation {
  readonly lines: readonly ExpectedLine[];
  /** true: the runs had the same lines in different orders, so that the order does not count */
  readonly unordered: boolean;
}

/** How many masks are reported. */
const MOST_MASKS = 20;

/** Learns what differs between outputs that should be the same: times, numbers of processes, made-up names, orders. */
export function learn(runs: readonly (readonly string[])[]): Expectation {
  const [first = []] = runs;
  const exact = (lines: readonly string[]): ExpectedLine[] => lines.map((line) => lineOf([line]));
  if (runs.every((run) => sameLists(run, first))) return { lines: exact(first), unordered: false };
  const sorted = runs.map((run) => [...run].sort());
  const [firstSorted = []] = sorted;
  if (sorted.every((run) => sameLists(run, firstSorted))) return { lines: exact(firstSorted), unordered: true };
  if (isSteady(runs)) return { lines: rows(runs).map(lineOf), unordered: false };
  return { lines: aligned(runs), unordered: false };
}

/** Whether an output is as expected. */
export function meets({ lines, unordered }: Expectation, output: readonly string[]): boolean {
  const found = unordered ? [...output].sort() : output;
  let places = withoutBlocks(lines, new Set([0]));
  for (const line of found) {
    const next = new Set<number>();
    for (const at of places) {
      const expected = lines[at];
      if (expected === undefined || !meetsLine(expected, line)) continue;
      next.add(at + 1);
      if (expected.block !== undefined) next.add(at);
    }
    if (next.size === 0) return false;
    places = withoutBlocks(lines, next);
  }
  return places.has(lines.length);
}

/** The places in an expectation that are reached from these without a line: by leaving out what may be missing. */
function withoutBlocks(lines: readonly ExpectedLine[], places: Set<number>): Set<number> {
  for (const at of places) if (lines[at]?.block?.mayBeMissing === true) places.add(at + 1);
  return places;
}

/** Whether a line is one that may stand in place of an expected one. */
export function meetsLine({ sample, pattern, shuffled, block }: ExpectedLine, line: string): boolean {
  if (block !== undefined) return fitsBlock(block, line);
  if (shuffled !== undefined) return sortedWords(line) === shuffled;
  return pattern === undefined ? line === sample : matchesPattern(pattern, line);
}

/** What of it is masked, as a person reads it: the first ones, each once. */
export function maskTexts({ lines, unordered }: Expectation): string[] {
  const texts = lines.flatMap(({ pattern, shuffled, block, sample }) => {
    if (block !== undefined)
      return [`any number of lines like ${[...block.shapes].slice(0, 3).map(lineText).join(' | ')}`];
    if (shuffled !== undefined) return [`${lineText(sample)} (its words in any order)`];
    return pattern === undefined ? [] : [patternText(pattern)];
  });
  return [...new Set([...(unordered ? ['the lines in any order'] : []), ...texts])].slice(0, MOST_MASKS);
}

function fitsBlock({ shapes }: Block, line: string): boolean {
  return shapes.has(lineShape(line));
}

function lineOf(samples: readonly string[]): ExpectedLine {
  const [sample = ''] = samples;
  const plain = { sample, pattern: undefined, shuffled: undefined, block: undefined };
  if (samples.every((each) => each === sample)) return plain;
  const words = sortedWords(sample);
  if (samples.every((each) => sortedWords(each) === words)) return { ...plain, shuffled: words };
  return { ...plain, pattern: linePattern(samples) };
}

/** The lines of all runs side by side; they have to have the same number. */
function rows(runs: readonly (readonly string[])[]): string[][] {
  return (runs[0] ?? []).map((_, at) => runs.map((run) => run[at] ?? ''));
}

/** Line by line the same things, with other values. */
function isSteady(runs: readonly (readonly string[])[]): boolean {
  const length = runs[0]?.length ?? 0;
  return runs.every((run) => run.length === length) && rows(runs).every(isOneLine);
}

function isOneLine(samples: readonly string[]): boolean {
  return areAlike(samples) || samples.every((sample) => sortedWords(sample) === sortedWords(samples[0] ?? ''));
}

/** Between the lines that all runs share: one by one where they go together, as a block where they do not. */
function aligned(runs: readonly (readonly string[])[]): ExpectedLine[] {
  const anchors = sharedLines(runs);
  const found: ExpectedLine[] = [];
  const starts = runs.map(() => 0);
  for (const anchor of [...anchors, runs.map(({ length }) => length)]) {
    const between = runs.map((run, index) => run.slice(starts[index], anchor[index]));
    found.push(...(goTogether(between) ? rows(between).map(lineOf) : blockOf(between)));
    const shared = runs[0]?.[anchor[0] ?? 0];
    if (shared !== undefined) found.push(lineOf([shared]));
    for (const [index, at] of anchor.entries()) starts[index] = at + 1;
  }
  return wideBlocks(found);
}

/**
 * Whether lines that no run shares with another are the same ones in turn: as many, and not merely in another order.
 */
function goTogether(parts: readonly (readonly string[])[]): boolean {
  const [first = []] = parts;
  if (isSteady(parts)) return true;
  const shapes = (part: readonly string[]): string => part.map(lineShape).sort().join('\n');
  return parts.every((part) => part.length === first.length && (part === first || shapes(part) !== shapes(first)));
}

/** Lines beside a block that are like those in it belong to it: of three lines and four the first three are the same. */
function wideBlocks(lines: readonly ExpectedLine[]): ExpectedLine[] {
  const take = (from: readonly ExpectedLine[]): ExpectedLine[] => {
    const taken: ExpectedLine[] = [];
    for (const line of from) {
      const block = taken.at(-1)?.block;
      const shape = lineShape(line.sample);
      if (block === undefined || line.block !== undefined || shape === line.sample.trim() || !block.shapes.has(shape)) {
        taken.push(line);
      } else taken[taken.length - 1] = { ...line, pattern: undefined, block: { ...block, mayBeMissing: false } };
    }
    return taken;
  };
  return take(take(lines).reverse()).reverse();
}

/** Where each run has the lines that are the same in all of them, in order. */
function sharedLines(runs: readonly (readonly string[])[]): number[][] {
  const [first = [], ...others] = runs;
  let anchors = first.map((_, at) => [at]);
  for (const run of others) {
    const edits = diffLists(anchors, run, ([at = 0], line) => first[at] === line);
    anchors = edits.flatMap((edit) => (edit.kind === 'same' ? [[...(anchors[edit.a] as number[]), edit.b]] : []));
  }
  return anchors;
}

function blockOf(parts: readonly (readonly string[])[]): ExpectedLine[] {
  const lines = parts.flat();
  if (lines.length === 0) return [];
  const block = { shapes: new Set(lines.map(lineShape)), mayBeMissing: parts.some(({ length }) => length === 0) };
  return [{ sample: lines[0] ?? '', pattern: undefined, shuffled: undefined, block }];
}

function sortedWords(line: string): string {
  return line
    .split(/[^0-9A-Za-z_\x80-\xff]+/)
    .sort()
    .join(' ');
}

function sameLists(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((line, at) => line === b[at]);
}
