import { displayBytes } from '../../model/image-path.ts';

/**
 * What a line may look like: texts that are as they are, and gaps for what differed between runs of the same thing. No
 * gap's characters can be the next part's first one, so that a line is matched from left to right in one go.
 */
export type LinePattern = readonly (string | Gap)[];

/** A part of a line that was never twice the same. */
export interface Gap {
  readonly characters: 'digits' | 'letters and digits' | 'any but blanks' | 'blanks' | 'any';
  readonly least: number;
  readonly most: number;
}

const MATCHING: Readonly<Record<Gap['characters'], RegExp>> = {
  digits: /[0-9]*/y,
  'letters and digits': /[0-9A-Za-z\x80-\xff]*/y,
  'any but blanks': /[^ \t\r]*/y,
  blanks: /[ \t\r]*/y,
  any: /.*/sy,
};

/** How much of a line is shown, in bytes. */
const SHOWN = 200;

/** For people. */
const NAMES: Readonly<Record<Gap['characters'], string>> = {
  digits: '‹digits›',
  'letters and digits': '‹text›',
  'any but blanks': '‹text›',
  blanks: ' ',
  any: '‹anything›',
};

/** Whether a line looks like a pattern. */
export function matchesPattern(pattern: LinePattern, line: string): boolean {
  let at = 0;
  for (const part of pattern) {
    if (typeof part === 'string') {
      if (!line.startsWith(part, at)) return false;
      at += part.length;
      continue;
    }
    const matching = MATCHING[part.characters];
    matching.lastIndex = at;
    const length = matching.exec(line)?.[0].length ?? 0;
    if (length < part.least || length > part.most) return false;
    at += length;
  }
  return at === line.length;
}

/** A pattern as a person reads it. */
export function patternText(pattern: LinePattern): string {
  return pattern.map((part) => (typeof part === 'string' ? lineText(part) : NAMES[part.characters])).join('');
}

/** A line of bytes as a person reads it, as far as that goes: what controls a terminal is written as numbers. */
export function lineText(line: string): string {
  return line.length > SHOWN ? `${displayBytes(line.slice(0, SHOWN))}...` : displayBytes(line);
}

/**
 * The pattern of a line from several runs: word by word, and in words of the same build part by part. What all of them
 * share stays as it is.
 * @param samples the line as each run had it, without its line end; at least one
 */
export function linePattern(samples: readonly string[]): LinePattern {
  const [first = ''] = samples;
  if (samples.every((sample) => sample === first)) return [first];
  const words = samples.map(splitWords);
  const count = words[0]?.length ?? 0;
  if (!words.every(({ length }) => length === count)) return raggedPattern(words);
  const columns = columnsOf(words).map(({ samples: column, blank }) => (blank ? column : wordPattern(column)));
  return join(
    columns.flatMap((column, at) => {
      if (at % 2 === 1) return column as LinePattern;
      return blankPattern(column as readonly string[], {
        beside: [columns[at - 1], columns[at + 1]].some((word) => word?.some((part) => typeof part !== 'string')),
        atEdge: at === 0 || at === columns.length - 1,
      });
    }),
  );
}

/** Whether lines are likely the same one, with other values: most of their words are the same, or they have one build. */
export function areAlike(samples: readonly string[]): boolean {
  const words = samples.map((sample) => splitWords(sample).filter((_, at) => at % 2 === 1));
  const [first = []] = words;
  if (!words.every(({ length }) => length === first.length)) return false;
  const same = first.filter((word, at) => words.every((each) => each[at] === word)).length;
  return same * 2 > first.length || samples.every((sample) => lineShape(sample) === lineShape(samples[0] ?? ''));
}

/**
 * What is the same in lines of one build: words of letters as they are, `0` for numbers, `a` for a mixture of letters and
 * digits, one blank for any number of them.
 */
export function lineShape(line: string): string {
  return line
    .trim()
    .replace(/[ \t\r]+/g, ' ')
    .replace(WORD_PART, (part) => (/^[0-9]+$/.test(part) ? '0' : /[0-9]/.test(part) ? 'a' : part));
}

const WORD_PART = /[0-9A-Za-z\x80-\xff]+/g;

/** Blanks, word, blanks, word ... blanks; the blanks at both ends may be empty. */
function splitWords(line: string): string[] {
  return line.split(/([^ \t\r]+)/);
}

function columnsOf(rows: readonly (readonly string[])[]): { samples: string[]; blank: boolean }[] {
  return (rows[0] ?? []).map((_, at) => ({ samples: rows.map((row) => row[at] ?? ''), blank: at % 2 === 0 }));
}

/** Blanks beside a gap may be more or fewer: columns are filled up with them. */
function blankPattern(samples: readonly string[], place: { beside: boolean; atEdge: boolean }): LinePattern {
  const [first = ''] = samples;
  const same = samples.every((sample) => sample === first);
  // no column is filled up with a single blank at the edge of a line, or with none
  if (same && (!place.beside || (place.atEdge && first === ''))) return [first];
  return [{ characters: 'blanks', least: place.atEdge ? 0 : 1, most: Math.max(...lengths(samples)) + 20 }];
}

function wordPattern(samples: readonly string[]): LinePattern {
  const parts = samples.map((sample) => sample.match(/[0-9A-Za-z\x80-\xff]+|[^0-9A-Za-z\x80-\xff]/g) ?? []);
  const [first = []] = parts;
  const isPart = (part: string): boolean => /^[0-9A-Za-z\x80-\xff]/.test(part);
  const oneBuild = parts.every(
    (each) =>
      each.length === first.length &&
      each.every((part, at) => (isPart(part) ? isPart(first[at] ?? '') : part === first[at])),
  );
  if (oneBuild) {
    return first.flatMap((part, at): LinePattern => {
      const column = parts.map((each) => each[at] ?? '');
      return column.every((each) => each === part) ? [part] : [gapFor(column)];
    });
  }
  const shared = first.findIndex((part, at) => !parts.every((each) => each[at] === part));
  const kept = shared < 0 ? first.length : shared;
  return [
    ...first.slice(0, kept),
    { ...ANY_WORD, least: 0, most: mostOf(parts.map((each) => each.slice(kept).join(''))) },
  ];
}

const ANY_WORD = { characters: 'any but blanks' } as const;

/** Names that are drawn by lot have one length; numbers and words have any. */
function gapFor(samples: readonly string[]): Gap {
  if (samples.every((sample) => /^[0-9]+$/.test(sample))) {
    return { characters: 'digits', least: 1, most: Math.max(...lengths(samples)) + 3 };
  }
  const [length = 0] = lengths(samples);
  const fixed = length >= 4 && lengths(samples).every((each) => each === length);
  return { characters: 'letters and digits', least: fixed ? length : 1, most: fixed ? length : mostOf(samples) };
}

/** Lines with different numbers of words: what they begin with is kept. */
function raggedPattern(rows: readonly (readonly string[])[]): LinePattern {
  const [first = []] = rows;
  const differs = first.findIndex((word, at) => !rows.every((row) => row[at] === word));
  const kept = differs < 0 ? first.length : differs;
  const rest = rows.map((row) => row.slice(kept).join(''));
  return join([...first.slice(0, kept), { characters: 'any', least: 0, most: mostOf(rest) }]);
}

function mostOf(samples: readonly string[]): number {
  return Math.max(...lengths(samples)) * 2 + 8;
}

function lengths(samples: readonly string[]): number[] {
  return samples.map(({ length }) => length);
}

/** Texts that follow each other as one. */
function join(parts: LinePattern): LinePattern {
  const joined: (string | Gap)[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (part === '') continue;
    if (typeof part === 'string' && typeof last === 'string') joined[joined.length - 1] = last + part;
    else joined.push(part);
  }
  return joined;
}
