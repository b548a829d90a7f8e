import type { Output } from '../container-run/output.ts';
import { type Expectation, learn, maskTexts, meets, meetsLine } from './expectation.ts';
import { diffLists } from './line-diff.ts';
import { lineText } from './mask.ts';

/** A line in which two outputs differ. */
export interface Difference {
  /** counted from 1, in its own output */
  readonly line: number;
  /** `missing`: the fat one has it; `extra`: the skinny one does */
  readonly kind: 'missing' | 'extra';
  /** for people: the beginning of the line */
  readonly text: string;
}

export interface Comparison {
  readonly same: boolean;
  /** what was not compared, for people */
  readonly masks: readonly string[];
  /** the first 20 */
  readonly differences: readonly Difference[];
  readonly differenceCount: number;
}

/** How many differences are reported. */
const MOST_DIFFERENCES = 20;

/**
 * Whether a skinny image's output is what the fat one gives, but for what differs between the fat one's own runs.
 * @param fat at least one; every further one can only make the comparison milder
 */
export function compareOutputs(fat: readonly Output[], skinny: Output): Comparison {
  const [first] = fat;
  if (first === undefined || fat.some((each) => isSame(each, skinny))) return SAME;
  const runs = fat.map(linesOf);
  const found = linesOf(skinny);
  const isCut = [...fat, skinny].some(({ restDigest }) => restDigest !== undefined);
  const expectation = learn(isCut ? cutToOneLength([...runs, found]).slice(0, -1) : runs);
  const compared = isCut ? (cutToOneLength([...runs, found]).at(-1) ?? []) : found;
  const masks = maskTexts(expectation);
  if (meets(expectation, compared) && restsAgree(fat, skinny)) {
    return { same: true, masks, differences: [], differenceCount: 0 };
  }
  const differences = differencesIn(expectation, compared);
  return {
    same: false,
    masks,
    differences: differences.slice(0, MOST_DIFFERENCES),
    differenceCount: differences.length,
  };
}

const SAME: Comparison = { same: true, masks: [], differences: [], differenceCount: 0 };

function isSame(a: Output, b: Output): boolean {
  return a.length === b.length && a.restDigest === b.restDigest && a.kept.equals(b.kept);
}

/** Without their line ends; the last one is empty where the output ends with a line's end, which is how that counts. */
function linesOf({ kept }: Output): string[] {
  return kept.toString('latin1').split('\n');
}

/**
 * Where what was kept ends in the middle, so many lines as all have whole: a few digits more or less at the beginning
 * move the end.
 */
function cutToOneLength(runs: readonly (readonly string[])[]): string[][] {
  const length = Math.max(0, Math.min(...runs.map((run) => run.length)) - 1);
  return runs.map((run) => run.slice(0, length));
}

/** What was not kept counts where the fat one's runs agree on it, and on how much was kept. */
function restsAgree(fat: readonly Output[], skinny: Output): boolean {
  if (fat.every(({ restDigest }) => restDigest === undefined)) return skinny.restDigest === undefined;
  if (skinny.restDigest === undefined) return false;
  // one run can't tell: a time at the beginning makes the rest another one
  if (fat.length === 1) return false;
  const [first] = fat;
  const isRest = ({ restDigest, length }: Output): boolean =>
    restDigest === first?.restDigest && length === first?.length;
  return !fat.every(isRest) || isRest(skinny);
}

function differencesIn(expectation: Expectation, output: readonly string[]): Difference[] {
  const found = expectation.unordered ? [...output].sort() : output;
  const edits = diffLists(expectation.lines, found, meetsLine);
  return edits.flatMap((edit): Difference[] => {
    if (edit.kind === 'same') return [];
    if (edit.kind === 'added') return [{ line: edit.b + 1, kind: 'extra', text: lineText(found[edit.b] ?? '') }];
    return [{ line: edit.a + 1, kind: 'missing', text: lineText(expectation.lines[edit.a]?.sample ?? '') }];
  });
}
